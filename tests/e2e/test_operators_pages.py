"""What an operator does in a browser: give up, take back, rebuild; by keyboard, on a
phone, in both languages."""

import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from biyong.home import home_of
from chassis.inbox.retry_queue import RetryQueue
from chassis.inbox.retry_row import PARKED
from chassis.storage.collections import MessagingCollections
from playwright.sync_api import Browser, Page, expect

from tests.platform import rosters
from tests.platform.running import Platform, until
from tests.platform.test_operations import park

pytestmark = pytest.mark.part("chromium")
LONG = "a-key-as-long-as-keys-become." * 3


def sign_in(page: Page, platform: Platform) -> None:
    home = home_of({"BIYONG_HOME": str(platform.home)})
    page.goto(f"{platform.url}/sign-in")
    page.locator("input[name=login]").fill("operator")
    page.locator("input[name=password]").fill(home.secret("operator"))
    page.keyboard.press("Enter")
    expect(page.locator(".who")).to_be_visible()


@pytest.fixture(scope="module")
def enrolment(platform: Platform) -> str:
    """An enrolment that came by a roster, its id."""
    officer, course = platform.door("dongcheng"), platform.demo["course_id"]
    class_id = rosters.open_class(platform.door("jiaowu"), course, 5, "运维班")
    rosters.put(officer, "operator.1", rosters.rows(1, class_id), "dongcheng")
    [outcome] = until(lambda: rosters.receipt(officer, "operator.1", "dongcheng"), 60)
    return str(outcome["enrolment_id"])


@pytest.fixture
def never_handled(platform: Platform, enrolment: str) -> Iterator[str]:
    """The key of a parked event that learning cannot handle."""
    key = "never-handled"
    park(platform, enrolment, key)
    with platform.store() as client:
        held = client["learning"]["retry_queue"]
        held.update_one({"_id": key}, {"$unset": {"events.0.data.class_id": 1}})
        yield key
        held.delete_one({"_id": key})


def test_what_was_given_up_is_taken_back_with_a_button_and_parks_again(
    page: Page, platform: Platform, never_handled: str
) -> None:
    sign_in(page, platform)
    open_operations(page, platform, never_handled)
    page.get_by_role("link", name=never_handled).click()
    page.get_by_text("放弃第一件…").click()
    page.get_by_label("为什么放弃").fill("试一试")
    page.get_by_role("button", name="放弃").click()
    expect(page.get_by_role("status")).to_contain_text("放弃了 1 件")
    expect(page.get_by_role("link", name=never_handled)).to_have_count(0)
    back = page.get_by_role("button", name=f"收回 {never_handled}")
    back.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已收回。读得懂的正在再试")
    expect(back).to_have_count(0)
    tried_to_the_last(platform, never_handled)
    open_operations(page, platform, never_handled)


def open_operations(page: Page, platform: Platform, key: str) -> None:
    """Looked at again until it says so: a service that is slow is away for one look."""

    def is_shown() -> bool:
        page.goto(f"{platform.url}/operations")
        return page.get_by_role("link", name=key).count() > 0

    until(is_shown, 60, every=1.0)


def tried_to_the_last(platform: Platform, key: str) -> None:
    """It failed at learning; as if that had gone on until it was parked."""
    with platform.store() as client:
        held = RetryQueue(MessagingCollections(client["learning"]))
        rows = client["learning"]["retry_queue"]
        until(lambda: rows.find_one({"_id": key, "tries": {"$gt": 1}}), 20)
        while held.note_failed(key, "still") != PARKED:
            pass


def test_a_rebuild_is_followed_without_taking_the_focus_away(
    page: Page, platform: Platform
) -> None:
    sign_in(page, platform)
    page.goto(f"{platform.url}/operations")
    page.get_by_role("button", name="重建 notify titles").click()
    expect(page.locator("#models .tag.ok")).to_have_count(1, timeout=15_000)
    with platform.store() as client:
        runs = client["notify"]["rebuilds"]
        halfway = {"state": "sweeping", "work_due": time.time() + 60}
        runs.update_one({"_id": "titles"}, {"$set": halfway})
        page.goto(f"{platform.url}/operations")
        page.get_by_role("button", name="停下 notify titles").focus()
        for _ in range(2):
            with page.expect_response("**/operations/models"):
                pass
        runs.update_one({"_id": "titles"}, {"$set": {"work_due": 0.0}})
    expect(page.locator("#models .tag.ok")).to_have_count(1, timeout=15_000)
    expect(page.get_by_role("button", name="重建 notify titles")).to_be_focused()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_on_a_phone_nothing_of_the_operators_scrolls_sideways(
    browser: Browser, platform: Platform, enrolment: str, language: str
) -> None:
    park(platform, enrolment, LONG)
    context = browser.new_context(
        locale=language, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    sign_in(page, platform)
    for path in (
        "/operations",
        f"/operations/trace?id={enrolment}",
        f"/operations/learning/parked?key={quote(LONG)}",
        "/operations/learning/parked?key=gone",
    ):
        page.goto(platform.url + path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = 1)")
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path
        inside = "[...document.querySelectorAll('.sheet')]"
        wider = page.evaluate(f"{inside}.filter(s => s.scrollWidth > s.clientWidth)")
        assert wider == [], path
        assert "%(" not in page.inner_text("body"), path
    context.close()
    with platform.store() as client:
        client["learning"]["retry_queue"].delete_one({"_id": LONG})
