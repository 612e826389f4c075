"""A course in the making: its teacher at a browser, its drafts, its video."""

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.platform import chain
from tests.platform.running import Platform

MOST_ACTIONS = 25
"""From the list of courses to a published one with a lecture: issue 14's bar."""
SECONDS = 20
MADE_MS = 240_000
"""A lecture waits until the demo's, which is longer, is made."""
PART = re.compile(r"/api/media/uploads/[^/]+/parts/\d+$")
PART_SIZE = 8 * 1024 * 1024
PADDING = 20 * 1024 * 1024
numbers = itertools.count(1)


@dataclass
class Teacher:
    """Somebody of the staff at a browser, whose actions are counted."""

    page: Page
    url: str
    actions: int = 0

    def click(self, what: Locator) -> None:
        self.actions += 1
        what.click()

    def fill(self, label: str, text: str) -> None:
        self.actions += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def pick(self, label: str, value: str) -> None:
        self.actions += 1
        self.page.get_by_label(label, exact=True).select_option(value)

    def attach(self, what: Locator, file: Path) -> None:
        self.actions += 1
        what.set_input_files(file)

    def press(self, *keys: str) -> None:
        """Press keys, once the scripts of the page are there that answer to them."""
        self.page.wait_for_load_state()
        for key in keys:
            self.actions += 1
            self.page.keyboard.press(key)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)


def enter(page: Page, platform: Platform) -> Teacher:
    let_in(page, platform)
    return Teacher(page, platform.url)


def let_in(page: Page, platform: Platform) -> None:
    """Whoever sits there is signed in."""
    door = platform.door("jiaowu")
    cookie = {"name": "biyong_session", "value": door.token, "url": platform.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


def publish_from_nothing(teacher: Teacher, platform: Platform, video: Path) -> None:
    """The shortest way from the first page to a published course with a lecture."""
    teacher.open("/")
    teacher.click(teacher.link("课程管理"))
    teacher.click(teacher.link("新建课程"))
    teacher.fill("课程名称", "二十秒的课")
    teacher.pick("模块", "labour-relations")
    teacher.click(teacher.button("建好并编辑"))
    teacher.click(teacher.button("加一讲"))
    teacher.fill("第 1 讲的名称", "唯一一讲")
    teacher.click(teacher.button("视频与字幕"))
    teacher.attach(teacher.page.locator("#video-file"), video)
    teacher.click(teacher.button("开始上传"))
    expect(teacher.page.get_by_text("可以观看")).to_be_visible(timeout=MADE_MS)
    teacher.click(teacher.link("发布"))
    teacher.click(teacher.button("发布"))
    expect(teacher.page.locator(".done")).to_be_visible()
    assert teacher.actions <= MOST_ACTIONS
    made = draft_of(platform, course_of(teacher.page))
    assert (made["state"], made["edition"]) == ("published", 1)
    assert made["lessons"][0]["lecture"]["state"] == "ready"


def large_video(folder: Path) -> Path:
    """A video of several parts, most of it what players pass over."""
    file = folder / "large.mp4"
    whole = chain.small_lecture(file, SECONDS).read_bytes()
    free = (PADDING + 8).to_bytes(4, "big") + b"free" + bytes(PADDING)
    file.write_bytes(whole + free)
    return file


def make_course(platform: Platform, **more: object) -> str:
    """A draft with two lessons; its id."""
    lessons = [
        {"title": "甲讲", "lesson_id": "a"},
        {"title": "乙讲", "lesson_id": "b"},
    ]
    body = {"title": f"课程{next(numbers)}", "module": "policy", "lessons": lessons}
    staff = platform.door("jiaowu")
    made = staff.call("POST", "/api/catalog/courses", dict[str, Any], body | more)
    return str(made["id"])


def draft_of(platform: Platform, course: str) -> dict[str, Any]:
    staff = platform.door("jiaowu")
    return staff.call("GET", f"/api/catalog/drafts/{course}", dict[str, Any])


def titles(platform: Platform, course: str) -> list[str]:
    return [lesson["title"] for lesson in draft_of(platform, course)["lessons"]]


def course_of(page: Page) -> str:
    found = re.search(r"/staff/courses/([^/?#]+)", page.url)
    assert found
    return found[1]
