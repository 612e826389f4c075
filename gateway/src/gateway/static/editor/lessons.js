/** Lessons are added, removed, brought back and moved without a round trip. What each
 * button does is what the server does when the button sends the form. */

const ID_BYTES = 10;

/** An id as the catalogue takes them: letters and digits. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function label(row, name, text, n) {
  row.querySelector(`[name=${name}]`).setAttribute("aria-label", fill(text, { n }));
}

/** `changed` is called after each change. What is answered has `settle`, for a lesson
 * that was moved by other means. */
export function editLessons(form, words, changed) {
  const list = form.querySelector("[data-lessons]");
  const blank = form.querySelector("[data-blank]");
  const told = form.querySelector("[data-told]");
  const rows = () => [...list.children];
  const titleOf = (row) => row.querySelector("[name=lesson_title]").value || words.new;
  const tell = (text, values) => { told.textContent = fill(text, values); };

  /** Every row says its place, and the first cannot go up nor the last down. */
  function number() {
    const all = rows();
    all.forEach((row, at) => {
      row.querySelector("[data-place]").textContent = at + 1;
      label(row, "lesson_title", words.title_of, at + 1);
      label(row, "lesson_kind", words.kind_of, at + 1);
      const up = row.querySelector("[data-do=up]"), down = row.querySelector("[data-do=down]");
      if (up) up.disabled = at === 0;
      if (down) down.disabled = at === all.length - 1;
    });
    form.querySelector("[data-none]").hidden = all.length > 0;
    changed();
  }

  function settle(row) {
    number();
    tell(words.place, { title: titleOf(row), n: rows().indexOf(row) + 1, m: rows().length });
  }

  function move(row, step, button) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(row); else other.after(row);
    settle(row);
    // at an end the pressed button rests: its neighbour takes the focus
    const next = button.disabled ? row.querySelector(`[data-do=${step < 0 ? "down" : "up"}]`) : button;
    next.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  function add() {
    const row = blank.content.firstElementChild.cloneNode(true);
    const id = newId();
    row.dataset.lesson = id;
    row.querySelector("[name=lesson_id]").value = id;
    for (const button of row.querySelectorAll("[data-do]")) button.value = `${button.dataset.do}:${id}`;
    list.append(row);
    number();
    row.querySelector("[name=lesson_title]").focus();
    tell(words.added, {});
  }

  /** The row stays, marked, until the form is saved: its button brings it back. */
  function remove(row) {
    const mark = document.createElement("input");
    Object.assign(mark, { type: "hidden", name: "lesson_removed", value: row.dataset.lesson });
    row.append(mark);
    row.classList.add("removed");
    for (const button of row.querySelectorAll("[data-do]")) button.hidden = true;
    const undo = document.createElement("button");
    Object.assign(undo, { type: "button", className: "btn quiet", textContent: words.undo });
    undo.dataset.do = "restore";
    row.querySelector(".buttons").append(undo);
    undo.focus();
    tell(words.removed, { title: titleOf(row) });
    changed();
  }

  function restore(row) {
    row.querySelector("[name=lesson_removed]").remove();
    row.classList.remove("removed");
    row.querySelector("[data-do=restore]").remove();
    for (const button of row.querySelectorAll("[data-do]")) button.hidden = false;
    showVideo(row);
    row.querySelector("[data-do=remove]").focus();
    tell(words.restored, { title: titleOf(row) });
    changed();
  }

  /** Only a lecture has a video. */
  function showVideo(row) {
    const button = row.querySelector("[data-do=lecture]");
    if (button) button.hidden = row.querySelector("[name=lesson_kind]").value !== "lecture";
  }

  const deeds = {
    up: (row, button) => move(row, -1, button),
    down: (row, button) => move(row, 1, button),
    remove,
    restore,
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-do]");
    if (!button) return;
    const row = button.closest("[data-lesson]");
    if (button.dataset.do === "add") {
      event.preventDefault();
      add();
    } else if (deeds[button.dataset.do] && canUndo(row, button)) {
      event.preventDefault();
      deeds[button.dataset.do](row, button);
    }
  });
  list.addEventListener("change", (event) => {
    if (event.target.name === "lesson_kind") showVideo(event.target.closest("[data-lesson]"));
  });
  return { settle };
}

/** A row that came removed from the server has no buttons to come back to: it is the
 * server's to restore. */
function canUndo(row, button) {
  return button.dataset.do !== "restore" || Boolean(row.querySelector("[data-do=remove]"));
}
