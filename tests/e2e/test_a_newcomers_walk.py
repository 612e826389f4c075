"""The whole chain as people walk it: an officer, a trainee, and anyone at all."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.newcomer import sign_in, walk_from_roster_to_certificate
from tests.platform import chain
from tests.platform.running import Platform

pytestmark = pytest.mark.part("chromium")
PATHS_FOR_ALL = ("/", "/courses", "/courses?q=协商", "/sign-in", "/verify")


def test_from_the_roster_to_the_certificate_in_a_browser(
    page: Page, browser: Browser, any_platform: Platform, tmp_path: Path
) -> None:
    walk_from_roster_to_certificate(page, browser, any_platform, tmp_path)


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_no_page_scrolls_sideways_on_a_phone(
    browser: Browser, platform: Platform, language: str
) -> None:
    context = browser.new_context(
        locale=language, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    class_path = f"/classes/{platform.demo['classes']['full']}"
    for path in (*PATHS_FOR_ALL, class_path):
        page.goto(platform.url + path)
        width = page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= 360, path
        assert "%(" not in page.inner_text("body"), path
    context.close()


def test_pages_load_nothing_from_another_host(page: Page, platform: Platform) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    chain.agree(platform.door(platform.trainee()))
    sign_in(page, platform, platform.trainee())
    for path in (
        "/",
        "/courses",
        "/record",
        "/inbox",
        f"/learn/{platform.demo['course_id']}/l1",
    ):
        page.goto(platform.url + path)
    foreign = [
        url for url in asked if not url.startswith((platform.url, "blob:", "data:"))
    ]
    assert foreign == []


def test_the_walk_can_be_made_by_keyboard(page: Page, platform: Platform) -> None:
    page.goto(platform.url)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.goto(f"{platform.url}/courses")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("工会财务资产")
    expect(page.locator("#found h3").first).to_contain_text("工会财务资产")
