"""From a printed sheet to the first lecture: whom no letter reaches gets in."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_a_newcomers_walk import sign_in
from tests.platform import rosters
from tests.platform.running import Platform, until

pytestmark = pytest.mark.part("chromium")
PASSWORD = "learn with joy 7"


def enrol_two(platform: Platform) -> list[dict[str, str]]:
    """Two people without an address, with accounts that nobody has taken up."""
    rows = rosters.rows(2, platform.demo["classes"]["open"], "dongcheng")
    officer, key = platform.door("dongcheng"), f"sheet.{rows[0]['member_no']}"
    rosters.put(officer, key, rows, "dongcheng")
    until(lambda: rosters.receipt(officer, key, "dongcheng"), 60)
    return rows


def test_two_people_without_an_address_get_in_by_a_sheet(
    page: Page, browser: Browser, any_platform: Platform
) -> None:
    platform = any_platform
    rows = enrol_two(platform)
    sign_in(page, platform, "dongcheng")
    page.get_by_role("link", name="激活单").click()
    for row in rows:
        page.get_by_role("checkbox", name=row["member_no"]).check()
    page.get_by_role("button", name="打印选中的").click()
    slips = page.locator(".slip")
    expect(slips).to_have_count(2)
    for row, by_code in zip(rows, (True, False), strict=True):
        slip = slips.filter(has_text=row["member_no"])
        code = slip.locator(".code").inner_text()
        phone = browser.new_context(
            viewport={"width": 360, "height": 740}, locale="zh-CN"
        ).new_page()
        if by_code:
            phone.goto(f"{platform.url}/activate")
            phone.get_by_label("激活码").fill(code.lower().replace("-", " "))
        else:
            phone.goto(f"{platform.url}/activate#{code}")
            expect(phone.get_by_label("激活码")).to_have_value(code)
            expect(phone).to_have_url(re.compile(r"/activate$"))
        phone.keyboard.press("Enter")
        expect(phone.get_by_text(row["name"])).to_be_visible()
        phone.get_by_label("新密码").fill(PASSWORD)
        phone.keyboard.press("Enter")
        expect(phone.get_by_role("button", name="退出")).to_be_visible()
        phone.context.close()
