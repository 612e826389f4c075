/** A lesson is dragged by its grip, with a mouse, a pen or a finger. */

/** `settled` is called with the row once it lies in another place. */
export function dragLessons(list, settled) {
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    follow(list, grip.closest("[data-lesson]"), grip, event.pointerId, settled);
  });
}

function follow(list, row, grip, pointer, settled) {
  const began = [...list.children].indexOf(row);
  grip.setPointerCapture(pointer);
  row.classList.add("dragged");

  /** The others make way: a row that is itself put elsewhere would lose its pointer. */
  function move(event) {
    const above = row.previousElementSibling, below = row.nextElementSibling;
    if (above && event.clientY < middleOf(above)) row.after(above);
    else if (below && event.clientY > middleOf(below)) row.before(below);
  }

  function end() {
    row.classList.remove("dragged");
    grip.removeEventListener("pointermove", move);
    for (const kind of ["pointerup", "pointercancel"]) grip.removeEventListener(kind, end);
    if ([...list.children].indexOf(row) !== began) settled(row);
  }

  grip.addEventListener("pointermove", move);
  for (const kind of ["pointerup", "pointercancel"]) grip.addEventListener(kind, end);
}

function middleOf(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}
