"""A class is opened, changed and closed by somebody who has nothing but a keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.keyboard import Typist
from tests.e2e.teaching import let_in
from tests.platform.running import Platform

pytestmark = pytest.mark.part("chromium")
MOST_ACTIONS = 20
"""From the first page to an open class with a quota: every field is one."""


@pytest.fixture
def typist(page: Page, platform: Platform) -> Typist:
    let_in(page, platform)
    return Typist(page, platform.url)


def class_of(page: Page, platform: Platform) -> dict[str, Any]:
    """The class whose page is open."""
    path = page.url.partition("/staff/classes/")[2].partition("?")[0]
    door = platform.door("jiaowu")
    return door.call("GET", f"/api/catalog/classes/{path}", dict[str, Any])


def fill_day(typist: Typist, label: str, day: str) -> None:
    """The field is reached by keys; how a day is typed is the browser's own."""
    field = typist.page.get_by_label(label, exact=True)
    typist.reach(field)
    typist.actions += 1
    field.fill(day)


def test_a_class_is_opened_changed_and_closed_by_keyboard_alone(
    typist: Typist, platform: Platform
) -> None:
    page = typist.page
    open_class(typist, platform.demo["course_id"])
    assert typist.actions <= MOST_ACTIONS
    made = class_of(page, platform)
    assert (made["title"], made["capacity"], made["state"]) == ("键盘班", 30, "open")
    assert made["quotas"] == [{"branch_id": "dongcheng", "seats": 12}]
    typist.click(typist.link("改名称、日期或地点"))
    typist.fill("班级名称", "键盘二班")
    typist.click(typist.button("保存"))
    expect(page.locator(".done")).to_be_visible()
    typist.click(typist.link("停止报名"))
    typist.click(typist.button("停止报名"))
    expect(page.locator(".done")).to_be_visible()
    closed = class_of(page, platform)
    assert (closed["title"], closed["state"]) == ("键盘二班", "closed")
    typist.click(typist.link("班级管理").last)
    typist.click(typist.link("已停止报名"))
    expect(typist.link("键盘二班")).to_be_visible()


def open_class(typist: Typist, course: str) -> None:
    """From the course's page, with a quota."""
    page = typist.page
    typist.open(f"/staff/courses/{course}")
    typist.click(typist.link("开班"))
    typist.fill("班级名称", "键盘班")
    fill_day(typist, "开始日期", "2099-12-01")
    fill_day(typist, "结束日期", "2099-12-31")
    typist.fill("席位", "30")
    typist.click(page.get_by_text("各单位的名额（可以不填）"))
    for label, text in (("单位", "dongcheng"), ("最多几席", "12")):
        typist.reach(page.get_by_label(label, exact=True).first)
        typist.actions += 1
        page.keyboard.type(text)
    typist.click(typist.button("开班"))
    expect(page.locator(".done")).to_be_visible()
