/** What differs from what was loaded is told, and asked about before the page is left. */

/** What the form would send, as one text; files by name and size. */
function writeForm(form) {
  const pairs = [...new FormData(form)].map(([name, value]) =>
    [name, value instanceof File ? `${value.name} ${value.size}` : value]);
  return JSON.stringify(pairs);
}

/** A function to call after each change that is no typing. */
export function watchChanges(form, words) {
  const note = form.querySelector("[data-unsaved]");
  const began = form.dataset.dirty ? "" : writeForm(form);
  let isSent = false;
  const isDirty = () => writeForm(form) !== began;
  const show = () => { note.textContent = isDirty() ? words.unsaved : ""; };

  for (const kind of ["input", "change"]) form.addEventListener(kind, show);
  form.addEventListener("submit", () => { isSent = true; });
  addEventListener("pageshow", () => { isSent = false; });
  addEventListener("beforeunload", (event) => { if (!isSent && isDirty()) event.preventDefault(); });
  show();
  return show;
}
