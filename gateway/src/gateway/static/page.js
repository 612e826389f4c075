/** What every page does beside its text: badges, forms sent once, dialogs, focus. */

const ACTIVE_MS = 10_000;
const IDLE_MS = 60_000;
const HIDDEN_MS = 300_000;
/** Without a key or a pointer for so long somebody is away, or watching a lecture. */
const IDLE_AFTER_MS = 120_000;

let timer = 0;
let lastInput = Date.now();

/** How long until badges are asked for again. */
function pause() {
  if (document.hidden) return HIDDEN_MS;
  return Date.now() - lastInput > IDLE_AFTER_MS ? IDLE_MS : ACTIVE_MS;
}

/** One question for all badges of the menu. The browser sends along the ETag of what it
 * has, so nothing comes back while nothing has changed. */
async function askBadges() {
  clearTimeout(timer);
  try {
    const answer = await fetch("/badges", { headers: { "HX-Request": "true" }, cache: "no-cache" });
    if (answer.status === 401) return;
    if (answer.ok) showBadges(await answer.json());
  } catch {
    // no line just now: what is shown stays, and the next question comes in its time
  }
  timer = setTimeout(askBadges, pause());
}

function showBadges(badges) {
  for (const mark of document.querySelectorAll("[data-badge]")) {
    const { count = 0, text = "" } = badges[mark.dataset.badge] ?? {};
    mark.hidden = !count;
    mark.textContent = count || "";
    if (count) {
      const words = document.createElement("span");
      words.className = "hidden";
      words.textContent = ` ${text}`;
      mark.append(words);
    }
  }
}

function followBadges() {
  if (!document.querySelector("[data-badge]")) return;
  for (const kind of ["pointerdown", "keydown"])
    addEventListener(kind, () => { lastInput = Date.now(); }, { passive: true });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) askBadges(); });
  askBadges();
}

/** A form's buttons rest while it is sent, and are back when one comes back to the page. */
function sendOnce() {
  document.addEventListener("submit", ({ target, defaultPrevented }) => {
    if (defaultPrevented || !target.matches("[data-once]")) return;
    // after this turn: the button that was pressed still names itself in what is sent
    setTimeout(() => { for (const button of target.querySelectorAll("button")) button.disabled = true; });
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[data-once] button")) button.disabled = false;
  });
}

/** A link to a question opens the same question as a dialog. */
function openDialogs() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-dialog]");
    const dialog = link && document.getElementById(link.dataset.dialog);
    if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });
}

/** A part of the page comes anew. htmx goes back to what had the focus if it is there
 * again under its id; if it is not, the part itself has it, and nobody is thrown out. */
function keepFocus() {
  let part = "";
  document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
    part = target.contains(document.activeElement) ? target.id : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    const found = part && document.activeElement === document.body && document.getElementById(part);
    part = "";
    if (!found) return;
    found.tabIndex = -1;
    found.focus();
  });
}

/** A look is chosen without leaving the page: what is typed in it, or played, goes on. */
function changeLook() {
  const usual = ["system", "usual", "off"];
  const root = document.documentElement;
  document.addEventListener("submit", async (event) => {
    const { target, submitter } = event;
    // Not target.action: a form may have a field of that name.
    if (target.getAttribute("action") !== "/look" || !submitter?.name) return;
    event.preventDefault();
    const { name, value } = submitter;
    try {
      await fetch("/look", { method: "POST", body: new URLSearchParams({ [name]: value }), redirect: "manual" });
    } catch { /* no line: it looks so until the page is left */ }
    if (usual.includes(value)) delete root.dataset[name];
    else root.dataset[name] = value;
    if (name === "theme")
      document.querySelector("meta[name=color-scheme]").content = usual.includes(value) ? "light dark" : value;
    for (const button of document.querySelectorAll(`.looks [name=${name}]`))
      button.ariaPressed = String(button.value === value);
    const toggle = document.querySelector(`[data-other][name=${name}]`);
    if (!toggle || toggle.value !== value) return;
    toggle.value = value === "on" ? "off" : "on";
    [toggle.textContent, toggle.dataset.other] = [toggle.dataset.other, toggle.textContent];
  });
}

/** The worker keeps pages for a time without a line; a page that was kept says so. */
function keepOffline() {
  const note = document.getElementById("no-line");
  const tell = () => { note.hidden = navigator.onLine; };
  for (const kind of ["online", "offline"]) addEventListener(kind, tell);
  tell();
  // A lecture needs the line anyhow: nothing is installed while one is played.
  if (location.pathname.startsWith("/learn/")) return;
  navigator.serviceWorker?.register("/worker.js").catch(() => {});
}

changeLook();
followBadges();
sendOnce();
openDialogs();
keepFocus();
if (document.readyState === "complete") keepOffline();
else addEventListener("load", keepOffline);
