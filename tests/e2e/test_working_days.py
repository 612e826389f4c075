"""A working day of an officer and of a teacher, as they walk it: from a name to what is
done about it, each task within a few clicks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from biyong.door import Door
from playwright.sync_api import Page, expect

from tests.e2e.newcomer import sign_in
from tests.e2e.test_rosters import has_seats
from tests.platform import rosters
from tests.platform.running import Platform, until

pytestmark = pytest.mark.part("chromium")
MOST_CLICKS = 6
NAMES = ("任平安", "任如意", "任长乐")


@dataclass
class Walk:
    """One who walks; `tasks` counts the clicks of each."""

    page: Page
    tasks: dict[str, int] = field(default_factory=dict)
    clicks: int = 0

    @contextmanager
    def task(self, name: str) -> Iterator[None]:
        """What is done for one purpose."""
        self.clicks = 0
        yield
        self.tasks[name] = self.clicks

    def go(self, item: str) -> None:
        """By the menu."""
        self.clicks += 1
        self.page.locator("header nav").get_by_role("link", name=item).click()

    def follow(self, text: str) -> None:
        """A link in the page."""
        self.clicks += 1
        self.page.locator("main").get_by_role("link", name=text).first.click()

    def press(self, text: str) -> None:
        """A button in the page."""
        self.clicks += 1
        self.page.locator("main").get_by_role("button", name=text).first.click()

    def fill(self, label: str, text: str) -> None:
        """A field."""
        self.page.locator("main").get_by_label(label).first.fill(text)

    def see(self, text: str) -> None:
        """Words of the page."""
        expect(self.page.locator("main")).to_contain_text(text, timeout=15_000)

    def check_clicks(self) -> None:
        """No task takes more clicks than people are ready for."""
        assert {n: c for n, c in self.tasks.items() if c > MOST_CLICKS} == {}


@pytest.fixture(scope="module")
def title(platform: Platform) -> str:
    """A class with two seats, which two have and for which one waits."""
    title = "日常工作班"
    staff, course = platform.door("jiaowu"), platform.demo["course_id"]
    class_id = rosters.open_class(staff, course, 2, title)
    until(lambda: has_seats(staff, class_id), 30)
    officer, rows = platform.door("dongcheng"), rosters.rows(3, class_id)
    for row, name in zip(rows, NAMES, strict=True):
        row["name"] = name
    rosters.put(officer, "days.1", rows, "dongcheng")
    until(lambda: rosters.receipt(officer, "days.1", "dongcheng"), 30)
    # names are found a moment after the people are there
    until(lambda: all(count_found(officer, name) for name in NAMES), 30)
    return title


def count_found(officer: Door, words: str) -> int:
    """How many people an officer's search finds."""
    path, asked = "/api/enrollment/people/search", {"words": words}
    return len(officer.call("POST", path, dict[str, Any], asked)["items"])


def test_an_officer_finds_people_reminds_withdraws_and_reports(
    page: Page, platform: Platform, title: str
) -> None:
    sign_in(page, platform, "dongcheng")
    walk = Walk(page)
    with walk.task("see how somebody is doing"):
        walk.go("学员名录")
        walk.fill("姓名的一部分、电话或会员号", "任平")
        walk.press("查找")
        walk.follow("任平安")
        walk.see(title)
    with walk.task("remind"):
        walk.press(f"提醒学习：{title}")
        walk.see("已提醒 1 人")
        walk.follow("回到这位学员")
    with walk.task("withdraw"):
        walk.press(f"退出班级：{title}")
        walk.press("确认，1 人退出")
        walk.see("任平安")
    with walk.task("undo"):
        walk.press("撤销，让他们回来")
        walk.see("任平安")
    with walk.task("what is new"):
        walk.go("动态")
        main = page.locator("main")
        until(lambda: page.reload() and "任长乐" in main.inner_text(), 30)
        walk.see("候补转为录取")
        walk.see(title)
        walk.press("都看过了")
        # what came between the page and the button is new, and stays so
        fresh = page.locator("main .fresh").filter(has_text="候补转为录取")
        expect(fresh).to_have_count(0)
    with walk.task("seats of the branch"):
        walk.go("席位")
        walk.see(title)
    with walk.task("report of the year"):
        walk.go("学习报告")
        expect(page.locator("main")).to_contain_text("各单位", timeout=20_000)
        with page.expect_download() as download:
            walk.follow("下载表格")
        assert download.value.suggested_filename.endswith(".xlsx")
    with walk.task("people by course"):
        walk.follow("逐人逐课")
        expect(page.get_by_role("heading", name="逐人逐课")).to_be_visible()
    walk.check_clicks()


def test_staff_change_seats_tell_a_class_add_hours_and_cancel(
    page: Page, platform: Platform, title: str
) -> None:
    sign_in(page, platform, "jiaowu")
    walk = Walk(page)
    with walk.task("give a class more seats"):
        walk.go("班级管理")
        walk.fill("找班级", title)
        walk.follow(title)
        walk.follow("改席位和名额")
        walk.fill("席位", "3")
        walk.press("看看会怎样")
        walk.see("会马上录取")
        walk.press("就这样改")
        walk.see("席位和名额已改好")
    with walk.task("tell the class"):
        walk.follow("班级通知")
        walk.fill("标题", "教室改了")
        walk.fill("内容", "周三改在三楼。")
        walk.press("告诉全班")
        walk.see("已收下")
    with walk.task("add hours"):
        walk.go("查找")
        page.get_by_role("searchbox").first.fill("任如意")
        page.keyboard.press("Enter")
        walk.follow("任••")  # who searches everything sees no whole names
        walk.follow("学时")
        walk.fill("学习内容", "现场教学")
        walk.fill("多少学时", "1.5")
        walk.fill("计入哪一年", "2026")
        walk.fill("理由", "签到表在册")
        walk.press("补录")
        walk.see("已补录")
    with walk.task("who was told what"):
        walk.go("查找")
        page.get_by_role("searchbox").first.fill("任如意")
        page.keyboard.press("Enter")
        walk.follow("任••")
        walk.follow("通知过什么")
        walk.see("录取")
        walk.see(title)
    with walk.task("cancel the class"):
        walk.go("班级管理")
        walk.fill("找班级", title)
        walk.follow(title)
        walk.follow("取消这个班")
        walk.fill("原因", "教学点停电")
        walk.press("取消这个班")
        walk.see("取消的原因：教学点停电")
    walk.check_clicks()
