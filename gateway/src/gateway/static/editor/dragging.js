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

  function move(event) {
    const others = [...list.children].filter((other) => other !== row);
    const below = others.find((other) => {
      const { top, height } = other.getBoundingClientRect();
      return event.clientY < top + height / 2;
    });
    if (below) {
      if (row.nextElementSibling !== below) below.before(row);
    } else if (list.lastElementChild !== row) list.append(row);
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
