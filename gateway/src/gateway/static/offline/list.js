/** Without a line: the pages that can be read all the same. */
const list = document.getElementById("kept");
const names = (await globalThis.caches?.keys()) ?? [];
const found = new Map();
for (const name of names.filter((one) => one.startsWith("open-"))) {
  const cache = await caches.open(name);
  for (const request of await cache.keys()) {
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith("/offline")) continue;
    const answer = await cache.match(request, { ignoreVary: true });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    found.set(pathname + search, page.querySelector("h1")?.textContent.trim() || page.title);
  }
}
for (const [path, title] of found) {
  const link = document.createElement("a");
  link.href = path;
  link.textContent = title;
  const line = document.createElement("li");
  line.append(link);
  list.append(line);
}
document.getElementById("kept-part").hidden = !found.size;
