"""A browser whose line is cut: what it can read all the same, what it never kept."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.platform.running import Platform, agree, until
from tests.routes.scene import Scene

pytestmark = pytest.mark.part("chromium")
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request, { ignoreVary: true });
      const { pathname } = new URL(request.url);
      if (answer) found.push([name.split('-')[0], pathname, await answer.text()]);
    }
  }
  return found;
}"""
"""All that a browser has kept: which cache, which page, and its text."""
TAKEN = "() => !!navigator.serviceWorker.controller"
PRIVATE = ("/inbox", "/record", "/account")
OLD = "caches.open('open-of-before').then(it => it.put('/old', new Response('')))"
END = "navigator.serviceWorker.getRegistration().then(it => it.unregister())"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="zh-CN")
    yield made
    made.close()


def open_site(context: BrowserContext, scene: Scene, caller: str = "") -> Page:
    """A window whose worker is there, of a visitor or somebody signed in."""
    if caller:
        sign_in(context, scene, caller)
    page = context.new_page()
    page.goto(f"{scene.platform.url}/help")
    page.wait_for_function(TAKEN)
    return page


def sign_in(context: BrowserContext, scene: Scene, caller: str) -> None:
    token, url = scene.doors[caller].token, scene.platform.url
    context.add_cookies([{"name": "biyong_session", "value": token, "url": url}])


def kept(page: Page, cache: str) -> dict[str, str]:
    found: list[list[str]] = page.evaluate(KEPT)
    return {path: text for name, path, text in found if name == cache}


def visit(page: Page, scene: Scene, path: str, cache: str, kept_as: str = "") -> None:
    """Open a page and wait until the worker has kept what it keeps of it."""
    page.goto(scene.platform.url + path)
    until(lambda: (kept_as or path) in kept(page, cache), 20)


def test_visited_pages_of_the_catalogue_are_read_without_a_line(
    context: BrowserContext, scene: Scene
) -> None:
    page = open_site(context, scene)
    course = f"/courses/{scene.values['course']}"
    class_ = f"/classes/{scene.values['class']}"
    titles = {}
    for path in ("/courses", course, class_):
        visit(page, scene, path, "open")
        titles[path] = page.title()
    context.set_offline(True)
    for path, title in titles.items():
        page.goto(scene.platform.url + path)
        expect(page).to_have_title(title)
        expect(page.locator("#no-line")).to_be_visible()
        ground = "getComputedStyle(document.querySelector('.sheet')).borderRadius"
        assert page.evaluate(ground) == "14px", "without its sheet"
    page.goto(f"{scene.platform.url}/courses/never-visited")
    expect(page.locator("h1")).to_have_text("没有网络")
    expect(page.locator("#kept a")).to_have_count(len(titles))
    context.set_offline(False)
    page.goto(scene.platform.url + course)
    expect(page.locator("#no-line")).to_be_hidden()


def test_own_learning_is_read_without_a_line_and_has_no_name(
    context: BrowserContext, scene: Scene
) -> None:
    page = open_site(context, scene, "seated")
    course = f"/courses/{scene.values['course']}"
    visit(page, scene, "/", "own", "/offline/own")
    name = page.locator(".who").get_attribute("aria-label") or ""
    name = name.rpartition("：")[2]
    visit(page, scene, course, "open")
    for path in PRIVATE:
        page.goto(scene.platform.url + path)
    everything = page.evaluate(KEPT)
    assert name
    assert not [path for _, path, text in everything if name in text]
    assert not {path for _, path, _ in everything} & {"/", *PRIVATE}
    context.set_offline(True)
    for path in ("/", "/my-classes"):
        page.goto(scene.platform.url + path)
        expect(page.locator("h1")).to_have_text("我的学习")
        expect(page.locator("main .list li").first).to_be_visible()
    page.goto(f"{scene.platform.url}/inbox")
    expect(page.locator("h1")).to_have_text("没有网络")


def test_signing_out_wipes_own_learning_though_the_line_is_cut(
    context: BrowserContext, scene: Scene
) -> None:
    page = open_site(context, scene, "seatless")
    visit(page, scene, "/", "own", "/offline/own")
    page.route("**/sign-out", lambda route: route.abort())
    context.set_offline(True)
    page.goto(f"{scene.platform.url}/inbox")
    page.evaluate("fetch('/sign-out', {method: 'POST'}).catch(() => {})")
    until(lambda: not kept(page, "own"), 20)


def test_another_who_signs_in_finds_nothing_of_the_one_before(
    context: BrowserContext, scene: Scene
) -> None:
    page = open_site(context, scene, "seated")
    visit(page, scene, "/", "own", "/offline/own")
    context.clear_cookies()
    sign_in(context, scene, "same")
    page.goto(f"{scene.platform.url}/rosters")
    until(lambda: "/offline/own" not in kept(page, "own"), 20)
    context.set_offline(True)
    page.goto(f"{scene.platform.url}/")
    expect(page.locator("h1")).to_have_text("没有网络")


def test_whoever_signs_out_by_the_button_leaves_nothing(
    context: BrowserContext, platform: Platform, scene: Scene
) -> None:
    trainee = platform.door(login_of(platform, "trainee"))
    agree(trainee)
    scene.doors = {**scene.doors, "leaving": trainee}
    page = open_site(context, scene, "leaving")
    visit(page, scene, "/my-classes", "own", "/offline/own")
    page.click("[action='/sign-out'] button")
    until(lambda: "/offline/own" not in kept(page, "own"), 20)


def login_of(platform: Platform, role: str) -> str:
    logins: list[dict[str, str]] = platform.demo["logins"]
    return next(one["login"] for one in logins if one["role"] == role)


def test_a_new_release_replaces_the_worker_and_what_the_old_one_kept(
    context: BrowserContext, scene: Scene
) -> None:
    page = open_site(context, scene)
    visit(page, scene, "/courses", "open")
    page.evaluate(OLD)
    names = page.evaluate("caches.keys()")
    assert "open-of-before" in names
    page.evaluate(END)
    page.goto(f"{scene.platform.url}/help")
    page.wait_for_function(TAKEN)
    until(lambda: "open-of-before" not in page.evaluate("caches.keys()"), 20)


def test_chromium_can_install_the_site(context: BrowserContext, scene: Scene) -> None:
    page = open_site(context, scene)
    wire = context.new_cdp_session(page)
    told = wire.send("Page.getAppManifest")
    assert told["errors"] == []
    assert wire.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )


def test_the_worker_costs_little_besides(browser: Browser, scene: Scene) -> None:
    """What it fetches for itself at the first visit stays below the bound of a page."""
    context = browser.new_context(locale="zh-CN")
    asked: list[tuple[str, int]] = []
    context.on(
        "requestfinished",
        lambda done: (
            asked.append((done.url, done.sizes()["responseBodySize"]))
            if done.service_worker
            else None
        ),
    )
    open_site(context, scene)
    context.close()
    own = [size for url, size in asked if "/static/" not in url]
    assert sum(own) < 12_000, asked
