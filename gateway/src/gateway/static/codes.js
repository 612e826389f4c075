/** Activation codes: filled in from the address of a QR code, picked and printed; and
 * whatever else is picked from a list. */

/** The code stands behind the #, which no server sees; it leaves the address at once. */
function fillCode() {
  const field = document.querySelector("[data-code-from-address] input[name=code]");
  const code = decodeURIComponent(location.hash.slice(1));
  if (!field || !code) return;
  field.value = code;
  history.replaceState(null, "", location.pathname);
}

/** A box above the list that picks all of this page; the list may come anew. */
function pickAll() {
  for (const form of document.querySelectorAll("form[data-pick-all]:not(.picking)")) {
    const boxes = [...form.querySelectorAll(
      "li input[type=checkbox], input[name=person], input[name=enrolment]")];
    if (!boxes.length) continue;
    form.classList.add("picking");
    const all = document.createElement("label");
    all.className = "pick";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.addEventListener("change", () => { for (const one of boxes) one.checked = box.checked; });
    const text = document.createElement("span");
    text.textContent = form.dataset.pickAll;
    all.append(box, text);
    form.prepend(all);
  }
}

fillCode();
pickAll();
document.addEventListener("htmx:afterSwap", pickAll);
document.querySelector("[data-print]")?.addEventListener("click", () => print());
