// A page on the way to another site: its form goes by itself, once.
document.querySelector("form[data-leaving]")?.requestSubmit();
