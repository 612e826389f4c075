"""The catalogue of events in a browser, by the keyboard alone and on a phone."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.platform.running import Platform

pytestmark = pytest.mark.part("chromium")
PROMOTED = "enrollment.seat.promoted.v1"


def focused(page: Page, what: str) -> bool:
    """Whether the focus is on something of this description."""
    return page.locator(f"{what}:focus").count() > 0


def tab_to(page: Page, what: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page, what):
            return
    pytest.fail(f"the keyboard does not reach {what}")


def test_an_event_is_found_and_opened_by_keyboard_and_nothing_comes_from_elsewhere(
    page: Page, platform: Platform
) -> None:
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(f"{platform.url}/events")
    tab_to(page, "#q")
    page.keyboard.type("候补转为录取")
    expect(page.locator("details.event")).to_have_count(1)
    event = page.locator("details.event")
    expect(event).to_have_attribute("id", PROMOTED)
    expect(event.locator("table")).to_contain_text("person_id")
    tab_to(page, "details pre")
    expect(event.locator("pre")).to_contain_text('"specversion": "1.0"')
    expect(page.locator(".map path.on")).to_have_count(4)
    assert hosts == {urlsplit(platform.url).netloc}


def test_on_a_phone_nothing_scrolls_sideways(page: Page, platform: Platform) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{platform.url}/events?q=receipt")
    page.locator("details.event > summary").first.click()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 360
