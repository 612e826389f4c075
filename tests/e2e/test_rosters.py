"""A roster from a spreadsheet to its end: understood, sent, repaired, taken back."""

from pathlib import Path

import pytest
from biyong.door import Door, Refused
from playwright.sync_api import Browser, Page, expect

from tests.doubles.workbooks import write_sheets
from tests.platform import rosters
from tests.platform.running import Platform, until

pytestmark = pytest.mark.part("chromium")
HEADS = ("姓 名", "卡编", "手机号码", "班级名称", "备注")


def write_book(path: Path, class_title: str) -> Path:
    """A workbook as branches have them: a title above, a head that nobody knows, one
    phone too short, a sum below."""
    rows = [
        (row["name"], row["member_no"], row["phone"], class_title, "")
        for row in rosters.rows(4, "")
    ]
    rows[2] = (*rows[2][:2], "123", *rows[2][3:])
    lines = [("某区报名表",), HEADS, *rows, ("合计", "", "", "", "")]
    path.write_bytes(write_sheets({"名册": lines}))
    return path


def sign_in(page: Page, platform: Platform) -> None:
    token = platform.door("dongcheng").token
    cookie = {"name": "biyong_session", "value": token, "url": platform.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


def open_class(platform: Platform, title: str) -> str:
    """A class that enrollment has heard of."""
    staff, course = platform.door("jiaowu"), platform.demo["course_id"]
    class_id = rosters.open_class(staff, course, 9, title)
    until(lambda: has_seats(staff, class_id), 30)
    return class_id


def has_seats(staff: Door, class_id: str) -> bool:
    try:
        staff.call("GET", f"/api/enrollment/classes/{class_id}/seats", object)
    except Refused:
        return False
    return True


def test_a_roster_is_understood_sent_repaired_taken_back_and_redone(
    page: Page, platform: Platform, tmp_path: Path
) -> None:
    open_class(platform, "名册一班")
    sign_in(page, platform)
    page.goto(f"{platform.url}/rosters/new")
    book = write_book(tmp_path / "十一月.xlsx", "名册一班")
    page.get_by_label("名册文件").set_input_files(book)
    page.get_by_role("button", name="读文件").click()
    expect(page.locator(".fault")).to_contain_text("会员号")
    page.get_by_label("会员号").select_option("1")
    page.get_by_role("button", name="再读一遍").click()
    expect(page.get_by_role("heading", name="有 1 行看来不会收")).to_be_visible()
    expect(page.get_by_label("名册叫什么")).to_have_value("十一月 · 名册一班")
    page.get_by_role("button", name="送出这 4 行").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("十一月")
    page.get_by_role("link", name="改没收的 1 行").click(timeout=60_000)
    phone = page.get_by_label("手机号")
    expect(phone).to_have_value("123")
    phone.fill(rosters.rows(1, "")[0]["phone"])
    page.get_by_role("button", name="送出改好的行").click()
    expect(page.get_by_role("link", name="已录取 4")).to_be_visible(timeout=60_000)

    page.get_by_role("link", name="撤回这份名册").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("4 人失去座位")
    dialog.get_by_role("button", name="撤回，4 人退出").click()
    page.get_by_role("button", name="恢复这份名册").click(timeout=60_000)
    expect(page.get_by_role("link", name="已录取 4")).to_be_visible(timeout=60_000)
    page.goto(f"{platform.url}/rosters")
    expect(page.get_by_role("row", name="十一月")).to_contain_text("已录取 4")


def test_a_roster_is_sent_without_scripts_in_english_on_a_phone(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    class_id = open_class(platform, "名册二班")
    context = browser.new_context(
        locale="en-US",
        java_script_enabled=False,
        viewport={"width": 360, "height": 740},
    )
    page = context.new_page()
    sign_in(page, platform)
    rows = rosters.rows(450, class_id)
    lines = "".join(f"{r['name']},{r['member_no']},{r['phone']}\n" for r in rows)
    path = tmp_path / "large.csv"
    path.write_text(f"姓名,会员号,手机号\n{lines}", "utf-8")
    page.goto(f"{platform.url}/rosters/new")
    page.get_by_label("Roster file").set_input_files(path)
    page.get_by_label("Class").select_option(class_id)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("button", name="Send these 450 rows").click()
    while page.get_by_role("button", name="Go on sending").count():
        page.get_by_role("button", name="Go on sending").click()
    assert "/rosters/dongcheng/" in page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("Find a name").fill(rows[440]["member_no"])
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#found tbody tr")).to_have_count(1)
    context.close()
