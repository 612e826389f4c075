"""The whole chain as people walk it: an officer, a trainee, and anyone at all."""

import csv
import time
from pathlib import Path
from typing import Any

from biyong.mails import invitation_to
from playwright.sync_api import Browser, Page, expect

from tests.platform import chain, rosters
from tests.platform.running import Platform, until


def sign_in(page: Page, platform: Platform, login: str) -> None:
    page.goto(f"{platform.url}/sign-in")
    page.get_by_label("手机号、邮箱或登录名").fill(login)
    page.get_by_label("密码").fill(platform.demo["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def is_demo_made(platform: Platform) -> bool:
    """Whether the demo's lecture is made: another one would wait behind it."""
    staff = platform.door("jiaowu")
    path = f"/api/catalog/courses/{platform.demo['course_id']}"
    lesson = staff.call("GET", path, dict[str, Any])["lessons"][0]
    path = f"/api/media/lectures/{lesson['lecture_id']}"
    return bool(staff.call("GET", path, dict[str, Any])["state"] == "ready")


def write_roster(path: Path, class_id: str) -> Path:
    """Two good rows, one without a member number, in the encoding of old tables."""
    rows = rosters.rows(3, class_id)
    rows[0]["email"] = "walk@biyong.example"
    rows[2]["member_no"] = ""
    with path.open("w", encoding="gb18030", newline="") as file:
        table = csv.writer(file)
        table.writerow(["姓名", "会员号", "手机号", "班级编号", "邮箱"])
        for row in rows:
            table.writerow(
                [row["name"], row["member_no"], row["phone"], class_id,
                 row.get("email", "")]
            )  # fmt: skip
    return path


def walk_from_roster_to_certificate(
    page: Page, browser: Browser, platform: Platform, folder: Path
) -> None:
    """A roster sent by file, its invitation taken up, a lecture watched, a certificate
    verified by a stranger."""
    until(lambda: is_demo_made(platform), 240, every=1.0)
    course = chain.publish_course(platform, folder)
    sign_in(page, platform, "dongcheng")
    page.goto(f"{platform.url}/rosters/new")
    page.get_by_label("名册文件").set_input_files(
        write_roster(folder / "walk.csv", course.class_id)
    )
    page.get_by_role("button", name="读文件").click()
    page.get_by_role("button", name="送出这 3 行").click()
    expect(page.locator(".figure").first).to_have_text("3 / 3", timeout=20_000)
    expect(page.locator("tr.bad")).to_contain_text("缺会员号", timeout=20_000)
    page.get_by_role("link", name="已录取 2").click()
    expect(page.locator("#found tbody tr")).to_have_count(2)
    page.get_by_role("button", name="退出").click()

    invitation = until(
        lambda: invitation_to(platform.bring_mails(), "walk@biyong.example"), 60
    )
    page.goto(f"{platform.url}/invitations/{invitation}")
    page.get_by_label("新密码").fill(chain.PASSWORD)
    page.get_by_role("button", name="设好并进入").click()
    expect(page.get_by_role("heading", name="存什么，为什么")).to_be_visible()
    page.get_by_role("button", name="同意，开始学习").click()
    expect(page.locator(".badge")).to_contain_text("1", timeout=15_000)
    page.get_by_role("link", name="消息").click()
    expect(page.get_by_text("您已被录取到《链条班》")).to_be_visible()

    watch_the_lecture(page, platform, course)
    until(lambda: "0.25 学时" in heading_of_record(page, platform), 30)
    number = until(lambda: certificate_number(page, platform), 30)

    stranger = browser.new_context(locale="en-US").new_page()
    stranger.goto(f"{platform.url}/verify/{number}")
    expect(stranger.locator(".tag.ok")).to_contain_text("✓")
    assert stranger.locator("img[src$='qr.svg']").evaluate("i => i.naturalWidth") > 0
    stranger.context.close()


def heading_of_record(page: Page, platform: Platform) -> str:
    """The hours travel as an event: the page of a moment later has them."""
    page.goto(f"{platform.url}/record")
    return page.get_by_role("heading", level=1).inner_text()


def certificate_number(page: Page, platform: Platform) -> str:
    page.goto(f"{platform.url}/record")
    links = page.locator("a[href^='/certificates/BY-']")
    return (
        str(links.first.get_attribute("href")).rpartition("/")[2]
        if links.count()
        else ""
    )


def watch_the_lecture(page: Page, platform: Platform, course: chain.Course) -> None:
    """Play a part, leave, come back to where it stopped, play to the end."""
    address = f"{platform.url}/learn/{course.course_id}/l1"
    page.goto(address)
    expect(page.locator("video")).to_be_visible(timeout=60_000)
    began = time.monotonic()
    page.goto(address)
    page.locator("video").evaluate("v => v.play()")
    until(lambda: ready_state(page) >= 2, 10)
    assert time.monotonic() - began < 3, "the first frame is there within three seconds"
    until(lambda: position(page) > 6.5, 20)
    page.locator("video").evaluate("v => v.pause()")
    expect(page.locator("#progress")).to_contain_text("已看", timeout=5_000)
    left_at = position(page)
    page.goto(f"{platform.url}/")
    expect(page.get_by_text("接着学").first).to_be_visible()
    page.goto(address)
    until(lambda: abs(position(page) - left_at) < 2.5, 10)
    page.locator("video").evaluate("v => v.play()")
    expect(page.locator("#progress")).to_contain_text("已学完", timeout=30_000)


def ready_state(page: Page) -> int:
    return int(page.locator("video").evaluate("v => v.readyState"))


def position(page: Page) -> float:
    return float(page.locator("video").evaluate("v => v.currentTime"))
