"""Ways in and back in, as people walk them: a code, a password, a new phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_a_newcomers_walk import sign_in
from tests.platform import rosters
from tests.platform.running import Platform, until

pytestmark = pytest.mark.part("chromium")
NEXT, NEW_PHONE = "learn with joy 7", "13911112222"
PAGES = 5
"""Of the tray, for a look: others are written to as well, but not so many at once."""


def enrol_one(platform: Platform) -> dict[str, str]:
    """Somebody with a phone and no address, who has an account by now."""
    (row,) = rosters.rows(1, platform.demo["classes"]["open"], "dongcheng")
    officer, key = platform.door("dongcheng"), f"ways.{row['member_no']}"
    rosters.put(officer, key, [row], "dongcheng")
    until(lambda: rosters.receipt(officer, key, "dongcheng"), 60)
    with platform.store() as store:
        accounts = store["gateway"]["accounts"]
        until(lambda: accounts.find_one({"login": row["phone"]}), 60)
    return row


def code_sent_to(page: Page, platform: Platform, phone: str) -> str:
    """The newest code to a phone, as the demo's tray shows it."""
    tray = page.context.new_page()

    def find_code() -> str:
        path = "/demo/messages"
        for _ in range(PAGES):
            tray.goto(f"{platform.url}{path}")
            entry = tray.locator("article").filter(has_text=phone)
            for text in entry.filter(has_text="验证码").all_inner_texts():
                if found := re.search(r"(?<!\d)\d{6}(?!\d)", text):
                    return found.group()
            older = tray.get_by_role("link", name="后一页")
            if not older.count():
                break
            path = older.get_attribute("href") or ""
        return ""

    code = until(find_code, 60)
    tray.close()
    return code


def begin_with_code(page: Page, platform: Platform, phone: str) -> None:
    """From the page to sign in at to the page that asks for the code."""
    page.goto(f"{platform.url}/sign-in")
    page.get_by_role("link", name="用验证码登录").click()
    page.get_by_label("手机号、邮箱或登录名").fill(phone)
    page.keyboard.press("Enter")
    expect(page.get_by_label("验证码", exact=True)).to_be_focused()


def test_who_has_only_a_phone_gets_in_and_back_in_and_changes_the_phone(
    page: Page, platform: Platform
) -> None:
    row = enrol_one(platform)
    written = f"+86 {row['phone'][:3]} {row['phone'][3:7]} {row['phone'][7:]}"
    begin_with_code(page, platform, written)
    page.get_by_label("验证码", exact=True).fill(
        code_sent_to(page, platform, row["phone"])
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_visible()

    page.goto(f"{platform.url}/account")
    expect(page.get_by_text("已验证")).to_be_visible()
    page.get_by_role("link", name="设置密码").click()
    page.get_by_label("新密码").fill(NEXT)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{platform.url}/account")

    page.get_by_role("link", name="验证或更换手机、邮箱").click()
    page.get_by_label("新的手机号或邮箱").fill(NEW_PHONE)
    page.keyboard.press("Enter")
    page.get_by_label("验证码", exact=True).fill(
        code_sent_to(page, platform, NEW_PHONE)
    )
    page.keyboard.press("Enter")
    expect(page.get_by_text("139****2222")).to_be_visible()

    page.get_by_role("button", name="退出").click()
    page.goto(f"{platform.url}/sign-in")
    page.get_by_label("手机号、邮箱或登录名").fill(NEW_PHONE)
    page.get_by_label("密码").fill(NEXT)
    page.get_by_label("保持登录 30 天").check()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    [kept] = [c for c in page.context.cookies() if c["name"] == "biyong_session"]
    assert kept["expires"] > 0


def test_a_device_that_was_lost_is_signed_out_from_another(
    page: Page, platform: Platform
) -> None:
    sign_in(page, platform, "dongcheng")
    lost = page.context.browser
    assert lost is not None
    other = lost.new_context(locale="zh-CN").new_page()
    sign_in(other, platform, "dongcheng")
    other.goto(f"{platform.url}/account")
    ending = other.get_by_role("button", name="结束 Chrome")
    expect(ending.first).to_be_visible()
    other.get_by_role("button", name="结束其他所有登录").click()
    expect(ending).to_have_count(0)
    page.goto(f"{platform.url}/account")
    expect(page).to_have_url(re.compile("/sign-in"))
    other.context.close()
