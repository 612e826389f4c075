"""An upload whose sender is signed out, leaves, comes back, or takes another file."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect

from tests.e2e.keyboard import Typist
from tests.e2e.teaching import (
    PADDING,
    PART,
    PART_SIZE,
    draft_of,
    large_video,
    let_in,
    make_course,
)
from tests.platform.running import Platform, until

pytestmark = pytest.mark.part("chromium")
SENT_MS = 60_000
FOR_EVER = 1000


@dataclass
class Sender:
    """A teacher on the page of a lesson; `held` is a part that waits to be let go, and
    `sent` are those that went through."""

    platform: Platform
    course: str
    typist: Typist
    first_held: int = 1
    held: list[Route] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.typist.page

    def open(self) -> None:
        self.typist.open(f"/staff/courses/{self.course}/lessons/a")

    def pick(self, file: Path) -> None:
        self.page.locator("#video-file").set_input_files(file)

    def hold_parts_from(self, number: int) -> None:
        """Parts before this one go through, this one waits."""
        self.first_held = number
        self.page.context.route(PART, self._hold)
        self.page.on("response", self._note)

    def _hold(self, route: Route) -> None:
        if int(route.request.url.rpartition("/")[2]) < self.first_held:
            route.continue_()
        else:
            self.held.append(route)

    def _note(self, answer: Response) -> None:
        if PART.search(answer.url) and answer.status == 200:
            self.sent.append(int(answer.url.rpartition("/")[2]))

    def wait_held(self) -> None:
        """Until a part waits; what the browser tells is heard while it is asked."""
        until(lambda: self.page.title() and self.held, SENT_MS / 1000)

    def let_go(self) -> None:
        """Nothing is held any more; what waits goes on its way."""
        self.first_held = FOR_EVER
        while self.held:
            self.held.pop().continue_()

    def expect_status(self, text: str) -> None:
        expect(self.page.locator("[data-part=status]")).to_contain_text(
            text, timeout=SENT_MS
        )

    def uploads(self) -> list[dict[str, Any]]:
        """Of this lesson's lecture."""
        lecture = draft_of(self.platform, self.course)["lessons"][0]["lecture_id"]
        staff = self.platform.door("jiaowu")
        found = staff.call("GET", "/api/media/uploads", dict[str, Any])["items"]
        return [one for one in found if one["lecture_id"] == lecture]

    def expect_whole(self, file: Path) -> None:
        """One upload, in which every part was sent once."""
        self.expect_status("文件已经传完")
        parts = -(-file.stat().st_size // PART_SIZE)
        assert sorted(self.sent) == list(range(1, parts + 1))
        (upload,) = self.uploads()
        assert upload["bytes"] == file.stat().st_size
        assert upload["state"] in ("checking", "accepted")


@pytest.fixture
def sender(browser: Browser, platform: Platform) -> Iterator[Sender]:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    let_in(page, platform)
    yield Sender(platform, make_course(platform), Typist(page, platform.url))
    context.close()


def begin(sender: Sender, file: Path) -> None:
    """One part is there, the second is on its way."""
    sender.hold_parts_from(2)
    sender.open()
    sender.pick(file)
    sender.typist.click(sender.typist.button("开始上传"))
    sender.wait_held()


def change(file: Path, place: int) -> None:
    """Another content under the same name, of the same size and date."""
    before = file.stat()
    with file.open("r+b") as content:
        content.seek(place)
        content.write(b"another lecture")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("way", ["signed out in another tab", "no cookie any more"])
def test_who_is_signed_out_amid_an_upload_signs_in_again_and_goes_on(
    sender: Sender, tmp_path: Path, way: str
) -> None:
    file, typist, page = large_video(tmp_path), sender.typist, sender.page
    begin(sender, file)
    if way == "no cookie any more":
        page.context.clear_cookies(name="biyong_session")
    else:
        other = page.context.new_page()
        other.goto(typist.url)
        other.get_by_role("button", name="退出", exact=True).click()
        expect(other.get_by_role("button", name="退出")).to_be_hidden()
        other.close()
    sender.let_go()
    sender.expect_status("登录已过期")
    expect(page.locator("[data-part=sign-in]")).to_be_focused()
    assert sender.sent == [1]
    typist.click(typist.button("接着传"))  # too early: it is said again
    sender.expect_status("登录已过期")
    with page.context.expect_page() as opened:
        typist.click(page.locator("[data-part=sign-in]"))
    window = Typist(opened.value, typist.url)
    window.fill("手机号、邮箱或登录名", "jiaowu")
    window.fill("密码", sender.platform.demo["password"])
    window.press("Enter")
    expect(window.button("退出")).to_be_visible()
    window.page.close()
    typist.click(typist.button("接着传"))
    sender.expect_whole(file)
    typist.see_focus()


def test_what_was_paused_goes_on_after_a_reload_with_the_same_file_only(
    sender: Sender, tmp_path: Path
) -> None:
    file, typist = large_video(tmp_path), sender.typist
    begin(sender, file)
    typist.click(typist.button("暂停"))
    sender.expect_status("已暂停")
    sender.held.clear()
    sender.page.reload()
    sender.expect_status("请再选同一个文件")
    other = tmp_path / "other"
    other.mkdir()
    copy = other / file.name
    for place in (100, file.stat().st_size // 2, file.stat().st_size - 20):
        copy.write_bytes(file.read_bytes())
        os.utime(copy, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
        change(copy, place)
        sender.pick(copy)
        sender.expect_status("不是上次没传完的那个文件")
        expect(typist.button("接着传")).to_be_hidden()
        expect(typist.button("开始上传")).to_be_disabled()
    sender.let_go()
    sender.pick(file)
    typist.click(typist.button("接着传"))
    sender.expect_whole(file)


def begin_and_pause(sender: Sender, file: Path) -> None:
    """Some of the file is there, nothing is held back any more, nothing is sent."""
    begin(sender, file)
    sender.typist.click(sender.typist.button("暂停"))
    sender.held.clear()
    sender.let_go()


def test_what_was_paused_goes_on_with_the_file_picked_anew_in_the_same_page(
    sender: Sender, tmp_path: Path
) -> None:
    file, typist = large_video(tmp_path), sender.typist
    begin_and_pause(sender, file)
    sender.pick(file)
    typist.click(typist.button("接着传"))
    sender.expect_whole(file)


def test_a_file_that_was_changed_on_its_way_is_told_and_not_mixed_with_what_came(
    sender: Sender, tmp_path: Path
) -> None:
    file, typist = large_video(tmp_path), sender.typist
    begin_and_pause(sender, file)
    with file.open("r+b") as content:
        content.seek(PADDING // 2)
        content.write(b"another lecture")
    typist.click(typist.button("接着传"))
    sender.expect_status("这个文件读不了")
    expect(sender.page.locator("#video-file")).to_be_focused()
    sender.pick(file)
    sender.expect_status("不是上次没传完的那个文件")
    typist.click(typist.button("放弃这次上传"))
    sender.expect_status("已放弃")
    typist.see_focus()
    sender.sent.clear()
    sender.pick(file)
    typist.click(typist.button("开始上传"))
    sender.expect_status("文件已经传完")
    whole, given_up = sender.uploads()  # the newest first
    assert given_up["reason"] == "given-up"
    assert whole["state"] in ("checking", "accepted")
