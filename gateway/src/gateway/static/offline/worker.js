/** What is read without a line: pages that anybody may see and that were open before, and
 * what the person who is signed in has to do, without a name. Everything else is asked for
 * as if there were no worker. Its server puts RELEASE and FILES before this text. */

const SHELL = `shell-${RELEASE}`, OPEN = `open-${RELEASE}`, OWN = `own-${RELEASE}`;
const OFFLINE = "/offline", OWN_PAGE = "/offline/own";
const OWN_PATHS = ["/", "/my-classes"];
const AS_VISITOR = { headers: { "Biyong-As": "visitor" }, cache: "no-store" };
/** The oldest give way: a phone's room is its owner's. */
const MOST_PAGES = 60;
/** What was kept so lately is not asked for a second time. */
const FRESH_MS = 5 * 60_000;
/** Grows with each wipe: what was asked for before it is not kept after it. */
let wipes = 0;

addEventListener("install", (event) => event.waitUntil(takeOver()));
addEventListener("activate", (event) => event.waitUntil(begin()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || pathname.startsWith("/learn/")) return;
  if (request.method !== "GET") {
    if (pathname === "/sign-out" || pathname === "/api/session") event.waitUntil(wipe());
    return;
  }
  if (request.mode === "navigate") event.respondWith(navigate(event));
  else if (FILES.includes(pathname)) event.respondWith(findFile(request));
});

async function takeOver() {
  const shell = await caches.open(SHELL);
  // As a visitor gets them: the page without a line shall name nobody.
  await shell.addAll(FILES.map((file) => new Request(file, AS_VISITOR)));
  await skipWaiting();
}

/** Of another release nothing is left: its pages name files that are no more. */
async function begin() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => ![SHELL, OPEN, OWN].includes(name)).map((name) => caches.delete(name)));
  await registration.navigationPreload?.enable();
  await clients.claim();
}

async function findFile(request) {
  const shell = await caches.open(SHELL);
  return (await shell.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function navigate(event) {
  const { request } = event;
  let answer;
  try {
    answer = (await event.preloadResponse) ?? (await fetch(request));
  } catch {
    return findKept(request.url);
  }
  const kept = answer.headers.get("Biyong-Keep") === "visitor" ? answer.clone() : null;
  event.waitUntil(remember(request.url, answer.headers, kept));
  return answer;
}

/** What a page that came tells: who is here, how pages look, and what may be kept. */
async function remember(url, headers, kept) {
  const owner = headers.get("Biyong-Owner");
  if (!owner) return;
  await takeLook(headers.get("Biyong-Look"));
  await takeOwner(owner);
  if (kept) await keepOpen(url, kept);
  if (headers.get("Biyong-Keep") === "own") await keepOwn(owner);
}

/** Somebody else, or nobody: what the last person had to do is not theirs. */
async function takeOwner(owner) {
  if ((await readNote(OWN)) === owner) return;
  await wipe();
  await writeNote(OWN, owner);
}

/** Another language or theme: what was kept is in the old one. */
async function takeLook(look) {
  if ((await readNote(OPEN)) === look) return;
  await Promise.all([caches.delete(OPEN), wipe()]);
  const page = await fetch(OFFLINE, AS_VISITOR);
  if (!page.ok) return;
  await (await caches.open(SHELL)).put(OFFLINE, page);
  await writeNote(OPEN, look);
}

async function readNote(name) {
  const note = await (await caches.open(name)).match("/offline/note");
  return note?.text();
}

async function writeNote(name, text) {
  await (await caches.open(name)).put("/offline/note", new Response(text));
}

async function wipe() {
  wipes += 1;
  await caches.delete(OWN);
}

/** A page as a visitor sees it: who is signed in has names in theirs. */
async function keepOpen(url, answer) {
  const open = await caches.open(OPEN);
  if (!isOpen(answer)) {
    if (await isFresh(open, url)) return;
    answer = await fetch(url, AS_VISITOR);
  }
  if (!answer.ok || answer.redirected || !isOpen(answer)) return;
  await open.delete(url, { ignoreVary: true });
  await open.put(url, answer);
  const keys = await open.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - MOST_PAGES))) await open.delete(key, { ignoreVary: true });
}

function isOpen(answer) {
  return (answer.headers.get("Cache-Control") ?? "").includes("public");
}

async function isFresh(cache, url) {
  const kept = await cache.match(url, { ignoreVary: true });
  return Boolean(kept) && Date.now() - Date.parse(kept.headers.get("Date") ?? "") < FRESH_MS;
}

async function keepOwn(owner) {
  const own = await caches.open(OWN);
  if (await isFresh(own, OWN_PAGE)) return;
  const before = wipes;
  const page = await fetch(OWN_PAGE, { cache: "no-store" });
  const isTheirs = page.ok && !page.redirected && page.headers.get("Biyong-Owner") === owner;
  if (!isTheirs || before !== wipes) return;
  await own.put(OWN_PAGE, page);
  if (before !== wipes) await caches.delete(OWN);
}

async function findKept(url) {
  const { pathname } = new URL(url);
  const own = OWN_PATHS.includes(pathname) && (await findOwn());
  if (own) return own;
  const open = await (await caches.open(OPEN)).match(url, { ignoreVary: true });
  if (open) return open;
  const page = await (await caches.open(SHELL)).match(OFFLINE, { ignoreVary: true });
  return page ?? Response.error();
}

/** What was kept is worth as much as the session that it was kept in. */
async function findOwn() {
  const own = await (await caches.open(OWN)).match(OWN_PAGE, { ignoreVary: true });
  if (!own) return null;
  if (Date.now() < Number(own.headers.get("Biyong-Until"))) return own;
  await wipe();
  return null;
}
