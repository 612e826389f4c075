"""Second factors in a browser: passkeys by its own virtual authenticator, each page
looked at. The pages need no service, so they stand on a store alone."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chassis.storage.aggregates import mapping_of
from gateway.events.to_events import to_event
from gateway.identity.account import Account
from gateway.identity.account_store import AccountDocument, StoredAccounts
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect
from werkzeug.serving import make_server

from tests.doubles.second_gate import (
    COLLEGE,
    HOME,
    PASSWORD,
    SecondGate,
    open_gate,
    unbase,
)
from tests.doubles.second_gate import PHONE as PHONE_LOGIN
from tests.e2e.looking import Window, open_window
from tests.e2e.shown import Shown
from tests.engines import Engine, Kept
from tests.parts import html_checker
from tests.parts.process import free_ports

pytestmark = pytest.mark.part("chromium")
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Served:
    """The pages at an address of this machine."""

    def __init__(self, gate: SecondGate, url: str) -> None:
        self.gate, self.url = gate, url


@pytest.fixture(scope="module")
def serve(embedded_engine: Engine) -> Iterator[Callable[[str], Served]]:
    """Serves pages under a setting; all the same accounts, each with a store anew."""
    servers = []

    def start(setting: str) -> Served:
        kept = Kept(embedded_engine)
        rows = kept.aggregates(
            "gateway", AccountDocument, mapping_of(Account), to_event
        )
        [port] = free_ports(1)
        url = f"http://localhost:{port}"
        accounts = StoredAccounts(rows)
        gate = open_gate(kept.database("gateway"), accounts, setting, url)
        server = make_server("127.0.0.1", port, gate.web, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return Served(gate, url)

    yield start
    for server in servers:
        server.shutdown()


class Desk:
    """A browser window with an authenticator that verifies whoever sits there."""

    def __init__(self, browser: Browser, served: Served, width: int = 360) -> None:
        self.context: BrowserContext = browser.new_context(
            locale="zh-CN", viewport={"width": width, "height": 740}
        )
        self.page: Page = self.context.new_page()
        self.url = served.url
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.wire: CDPSession = self.context.new_cdp_session(self.page)
        self.wire.send("WebAuthn.enable")
        made = self.wire.send(
            "WebAuthn.addVirtualAuthenticator", {"options": dict(PHONE)}
        )
        self.authenticator = made["authenticatorId"]

    def sign_in(self, login: str = "jiaowu") -> None:
        self.page.goto(f"{self.url}/sign-in")
        self.page.get_by_label("登录名").fill(login)
        self.page.get_by_label("密码", exact=True).fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: not url.endswith("/sign-in"))

    def passkeys(self) -> list[dict[str, Any]]:
        found = self.wire.send(
            "WebAuthn.getCredentials", {"authenticatorId": self.authenticator}
        )
        credentials: list[dict[str, Any]] = found["credentials"]
        return credentials

    def become(self, *, verified: bool) -> None:
        self.wire.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": self.authenticator, "isUserVerified": verified},
        )

    def is_in(self) -> bool:
        answer = self.context.request.get(f"{self.url}/api/session")
        return bool(answer.json()["login"])


def press(page: Page, name: str) -> None:
    """By keyboard, as a button is pressed by who has no mouse."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press("Enter")


def test_a_passkey_is_made_used_as_second_and_alone_and_removed(
    browser: Browser, serve: Callable[[str], Served]
) -> None:
    served = serve("off")
    desk = Desk(browser, served)
    page = desk.page
    desk.sign_in()
    page.goto(f"{desk.url}{HOME}")
    page.get_by_label("名称").fill("办公室电脑")
    press(page, "增加通行密钥")
    expect(page.locator(".codes li")).to_have_count(10)
    assert [key["rpId"] for key in desk.passkeys()] == ["localhost"]
    page.get_by_role("link", name="存好了，继续").click()
    expect(page.get_by_text("办公室电脑")).to_be_visible()

    press(page, "退出")
    expect(page.locator("header").get_by_role("link", name="登录")).to_be_visible()
    desk.sign_in()
    expect(page.get_by_role("heading", name="两步验证")).to_be_visible()
    assert not desk.is_in()
    press(page, "用通行密钥")
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    assert desk.is_in()

    page.context.clear_cookies()
    page.goto(f"{desk.url}/sign-in")
    page.get_by_role("link", name="用通行密钥登录").click()
    press(page, "用通行密钥登录")
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    counts = [key["signCount"] for key in desk.passkeys()]
    [stored] = served.gate.factors.get("jiaowu").passkeys
    assert counts == [stored.sign_count]

    served.gate.grow_old()
    page.goto(f"{desk.url}{HOME}")
    expect(page.get_by_role("link", name="改名或删除")).to_have_count(0)
    page.get_by_role("link", name="增加或删除：先证明是您本人").click()
    page.get_by_role("link", name="用验证器或通行密钥").click()
    press(page, "用通行密钥")
    page.get_by_role("link", name="改名或删除").click()
    press(page, "删除这个通行密钥")
    expect(page.get_by_text("办公室电脑")).to_have_count(0)
    assert not served.gate.factors.get("jiaowu").has_any
    assert not desk.complaints
    desk.context.close()


def test_whom_the_device_does_not_verify_is_told_and_tries_again(
    browser: Browser, serve: Callable[[str], Served]
) -> None:
    desk = Desk(browser, serve("off"))
    page = desk.page
    desk.sign_in()
    page.goto(f"{desk.url}{HOME}")
    page.get_by_label("名称").fill("钥匙")
    desk.become(verified=False)
    press(page, "增加通行密钥")
    expect(page.get_by_role("alert").filter(has_text="没有完成")).to_be_visible()
    desk.become(verified=True)
    press(page, "增加通行密钥")
    expect(page.locator(".codes li")).to_have_count(10)
    desk.context.close()


def test_at_an_address_that_is_a_number_the_page_says_where_to_go(
    browser: Browser, serve: Callable[[str], Served]
) -> None:
    served = serve("off")
    page = browser.new_page(locale="zh-CN")
    page.goto(f"{served.url.replace('localhost', '127.0.0.1')}/sign-in/passkey")
    expect(page.get_by_text(f"并从 {served.url} 打开")).to_be_visible()
    expect(page.get_by_role("button", name="用通行密钥登录")).to_have_count(0)
    page.close()


def test_staff_set_an_app_up_without_scripts(
    browser: Browser, serve: Callable[[str], Served]
) -> None:
    served = serve(COLLEGE)
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.url}/sign-in?next=/sign-in/passkey")
    page.get_by_label("登录名").fill("jiaowu")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    press(page, "登录")
    expect(page.get_by_role("img", name="二维码")).to_be_visible()
    secret = unbase(page.locator("details code").text_content() or "")
    page.get_by_label("验证器现在显示的 6 位数字").fill(served.gate.code(secret))
    press(page, "验证并启用")
    expect(page.locator(".codes li")).to_have_count(10)
    assert json.loads(context.request.get(f"{served.url}/api/session").text())["login"]
    context.close()


def look(window: Window, shown: Shown) -> list[str]:
    window.show(shown)
    faults = window.list_axe_faults() if window.has_axe else []
    faults += window.list_sideways() + window.complaints
    return [f"{shown}: {one}" for one in faults]


@pytest.mark.part("axe")
@pytest.mark.part("html-checker")
def test_what_no_other_test_brings_about_is_looked_at(
    browser: Browser, serve: Callable[[str], Served], tmp_path: Path
) -> None:
    served = serve(COLLEGE)
    stale, _ = served.gate.with_app("shi")
    served.gate.grow_old()
    fresh, _ = served.gate.with_app(PHONE_LOGIN)
    half = served.gate.visit()
    half.sign_in("jiaowu")
    anew = f"{HOME}/recovery-codes"
    pages = (
        (stale.token, Shown(f"GET {HOME}", "before a fresh proof", HOME)),
        (half.token, Shown("GET /sign-in/second", "to set up", "/sign-in/second")),
        (fresh.token, Shown(f"POST {anew}", "codes", anew, fields={})),
    )
    faults, files = [], []
    for token, shown in pages:
        for locale in ("zh-CN", "en-US"):
            window = open_window(browser, served.url, token, locale, locale == "zh-CN")
            faults += look(window, shown)
            files.append(tmp_path / f"{len(files)}.html")
            files[-1].write_text(window.page.content(), "utf-8")
            window.context.close()
    said = html_checker.check_files(files)
    faults += [f"{one['url']}: {one['message']} {one.get('extract')}" for one in said]
    assert not faults, "\n".join(["", *faults])
