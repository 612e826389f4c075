"""An open record follows what is credited, and leaves its reader where they were."""

from pathlib import Path

import pytest
from biyong.door import Door
from playwright.sync_api import Page, Response, expect

from tests.platform import chain, rosters
from tests.platform.running import Platform, until

pytestmark = pytest.mark.part("chromium")
ADDRESS = "record@biyong.example"


def enrol_in_both(platform: Platform, courses: list[chain.Course]) -> Door:
    """One new person with a seat in each class; a door they signed in at."""
    officer = platform.door("dongcheng")
    [row] = rosters.rows(1, courses[0].class_id)
    rows = [
        {**row, "row": place, "email": ADDRESS, "class_id": course.class_id}
        for place, course in enumerate(courses, 2)
    ]
    rosters.put(officer, "record.1", rows, "dongcheng")
    until(lambda: rosters.receipt(officer, "record.1", "dongcheng"), 30)
    return chain.take_up_invitation(platform, ADDRESS)


def watch(trainee: Door, course: chain.Course) -> None:
    chain.watch_to_the_end(trainee, chain.grant(trainee, course.lecture_id))


def is_part_of_record(answer: Response) -> bool:
    return "/record?seen=" in answer.url


def test_hours_and_certificates_come_into_an_open_record_by_themselves(
    page: Page, platform: Platform, tmp_path: Path
) -> None:
    courses = [chain.publish_course(platform, tmp_path) for _ in range(2)]
    trainee = enrol_in_both(platform, courses)
    cookie = {"name": "biyong_session", "value": trainee.token, "url": platform.url}
    page.context.add_cookies([cookie])
    page.set_viewport_size({"width": 360, "height": 420})
    page.goto(f"{platform.url}/record")
    expect(page.get_by_role("heading", level=1)).to_contain_text(" 0 学时")

    watch(trainee, courses[0])
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "0.25 学时", timeout=15_000
    )
    certificates = page.locator("a[href^='/certificates/BY-']")
    expect(certificates).to_have_count(1, timeout=15_000)
    certificates.focus()
    opened = page.evaluate("document.activeElement.href")
    page.evaluate("scrollTo(0, 150)")
    with page.expect_response(is_part_of_record) as unchanged:
        pass
    assert unchanged.value.status == 204, "what has not changed is not sent again"

    watch(trainee, courses[1])
    expect(certificates).to_have_count(2, timeout=20_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("0.5 学时")
    assert page.evaluate("document.activeElement.href") == opened
    assert page.evaluate("scrollY") == 150
    assert page.evaluate("document.documentElement.scrollWidth") == 360
