"""Pages in each theme, for elders and with large text, as a browser draws them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.keyboard import FOCUS_FAULT
from tests.e2e.looking import AXE, DESK, PHONE, SIDEWAYS
from tests.parts import axe
from tests.platform.running import Platform
from tests.routes.scene import Scene

pytestmark = [pytest.mark.part(name) for name in ("chromium", "axe")]
SIZES = (DESK, PHONE)
LOOKS = ("dark.usual.off", "light.largest.off", "light.usual.on", "dark.usual.on")
WHITE = "rgb(255, 255, 255)"
"""What a browser writes with by itself on a dark ground."""
SMALLEST_TEXT, SMALLEST_HEADING, SMALLEST_TARGET = 18, 30, 60
PAGES = {
    "anonymous": ("/", "/courses", "/sign-in", "/help", "/verify"),
    "seated": ("/", "/my-classes", "/record", "/inbox"),
    "same": ("/", "/rosters"),
    "staff": ("/", "/staff/courses"),
}
"""The main pages, by who sees them; a course's and a class's stand besides."""
SMALL_TEXTS = """([text, heading]) => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const words = walk.currentNode.textContent.trim();
    const at = walk.currentNode.parentElement;
    const isOut = at.closest('.hidden, .skip, [hidden]') || !at.getClientRects().length;
    if (!words || isOut) continue;
    const isHeading = at.closest('h1, h2, h3') && !at.closest('small, .tag');
    const scale = at.getScreenCTM?.().a ?? 1;
    const size = parseFloat(getComputedStyle(at).fontSize) * scale;
    if (size < (isHeading ? heading : text) - .01)
      found.push(`${size} px: ${at.tagName}.${at.className} ${words.slice(0, 20)}`);
  }
  return found.slice(0, 6);
}"""
"""Texts of fewer pixels than wanted, as they are drawn."""
SMALL_TARGETS = """least => {
  const found = [];
  const all = 'a[href], button, input, select, textarea, summary';
  for (const at of document.querySelectorAll(all)) {
    const { width, height } = (at.closest('label') ?? at).getBoundingClientRect();
    const isOut = !width || at.type === 'hidden' || at.closest('.skip, .hidden, svg');
    const isInSentence = at.matches('p a, li small a');
    if (isOut || isInSentence || Math.min(width, height) >= least - .5) continue;
    found.push(`${width}x${height}: ${at.outerHTML.slice(0, 80)}`);
  }
  return found.slice(0, 6);
}"""
"""Controls that a thumb may miss; links within a sentence are as high as its line."""


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def open_as(browser: Browser, scene: Scene, caller: str, look: str) -> BrowserContext:
    """A window of somebody who has chosen how pages look."""
    context = browser.new_context(
        locale="zh-CN", service_workers="block", color_scheme="light"
    )
    context.add_init_script(path=axe.install())
    url = scene.platform.url
    context.add_cookies([{"name": "biyong_look", "value": look, "url": url}])
    if token := scene.doors[caller].token:
        context.add_cookies([{"name": "biyong_session", "value": token, "url": url}])
    return context


def paths_of(scene: Scene, caller: str) -> Iterator[str]:
    yield from PAGES[caller]
    if caller in ("anonymous", "seated"):
        yield f"/courses/{scene.values['course']}"
        yield f"/classes/{scene.values['class']}"


@pytest.mark.parametrize("caller", PAGES)
def test_main_pages_are_right_in_every_look(
    browser: Browser, scene: Scene, caller: str, look: str
) -> None:
    context = open_as(browser, scene, caller, look)
    page, faults = context.new_page(), list[str]()
    for path in paths_of(scene, caller):
        page.goto(scene.platform.url + path)
        for size in SIZES:
            page.set_viewport_size(size)
            faults += [f"{path} {size['width']}: {one}" for one in list_faults(page)]
    context.close()
    assert not faults, "\n".join(["", *faults])


def list_faults(page: Page) -> Iterator[str]:
    """What axe says, what stands out, and for elders what is too small."""
    yield from page.evaluate(AXE)
    if wide := page.evaluate(SIDEWAYS):
        yield f"sideways: {wide}"
    if page.locator("[data-elder]").count():
        yield from page.evaluate(SMALL_TEXTS, [SMALLEST_TEXT, SMALLEST_HEADING])
        yield from page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)


def test_fewer_things_stand_on_an_elders_page(browser: Browser, scene: Scene) -> None:
    counts = []
    for look in ("system.usual.off", "system.usual.on"):
        context = open_as(browser, scene, "seated", look)
        page = context.new_page()
        page.goto(f"{scene.platform.url}/")
        counts.append(page.locator("a:visible, button:visible").count())
        context.close()
    assert counts[1] < counts[0]


@pytest.mark.parametrize("scripts", [True, False])
def test_every_switch_is_reached_by_keyboard_with_scripts_and_without(
    browser: Browser, platform: Platform, scripts: bool
) -> None:
    context = browser.new_context(
        locale="zh-CN", java_script_enabled=scripts, color_scheme="light"
    )
    page = context.new_page()
    page.goto(f"{platform.url}/courses")
    opener = page.locator("header a[href^='/look']")
    dark = page.locator(".looks [name=theme][value=dark]")
    tab_to(page, opener)
    page.keyboard.press("Enter")
    expect(dark).to_be_visible()
    tab_to(page, dark)
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(f"{platform.url}/verify")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    context.close()


def tab_to(page: Page, what: Locator) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if what.evaluate("it => it === document.activeElement"):
            return
    raise AssertionError("not within 30 steps")


def test_a_theme_is_there_before_any_script_or_sheet(
    browser: Browser, scene: Scene
) -> None:
    """What a browser paints first has the chosen ground: it is told by the page."""
    context = open_as(browser, scene, "anonymous", "dark.usual.off")
    page = context.new_page()
    page.route("**/*.css", lambda route: route.abort())
    page.goto(f"{scene.platform.url}/")
    assert page.evaluate("getComputedStyle(document.body).color") == WHITE
    context.close()


def test_what_is_typed_stays_when_the_look_changes(
    browser: Browser, platform: Platform
) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{platform.url}/sign-in")
    page.fill("[name=login]", "13900001111")
    page.click("footer [name=elder]")
    expect(page.locator("html")).to_have_attribute("data-elder", "on")
    expect(page.locator("[name=login]")).to_have_value("13900001111")
    expect(page.locator("footer [name=elder]")).to_have_text("退出适老模式")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-elder", "on")
    context.close()


def test_the_page_of_switches_is_without_fault(browser: Browser, scene: Scene) -> None:
    for look in ("light.usual.off", "dark.usual.on"):
        context = open_as(browser, scene, "anonymous", look)
        page = context.new_page()
        page.set_viewport_size(PHONE)
        page.goto(f"{scene.platform.url}/look?next=/courses")
        faults = list(list_faults(page))
        page.keyboard.press("Tab")
        fault = page.evaluate(FOCUS_FAULT)
        context.close()
        assert not faults, faults
        assert not fault
