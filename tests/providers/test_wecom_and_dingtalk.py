"""Signing in by WeCom and DingTalk, against stand-ins for their documented HTTP."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from gateway.identity.account import TRAINEE
from gateway.identity.providers.account_links import BY_OWNER
from gateway.identity.sign_in_limits import OF_ONE_ADDRESS

from tests.engines import Kept
from tests.parts import dingtalk, wecom
from tests.parts.dingtalk import Dingtalk, running_dingtalk
from tests.parts.process import free_ports
from tests.parts.wecom import Wecom, running_wecom
from tests.providers.browser import Browser, Page
from tests.providers.gate import Gate, running_gate, written_secret
from tests.unit.gateway.identity import an_account

COOKIE = "biyong_session"
WITHIN_SECONDS = 2.0


@dataclass
class Scene:
    """A gate with both as its providers."""

    gate: Gate
    wecom: Wecom
    dingtalk: Dingtalk

    def sign_in(self, browser: Browser, provider: str, code: str) -> Page:
        """Where a browser ends that comes back from a provider with a code."""
        browser.stops_at = f"https://{provider}.example/"
        page = browser.open(f"{self.gate.url}/sign-in/with/{provider}?next=/sign-in")
        asked = parse_qs(urlsplit(page.address).query)
        [back], [state] = asked["redirect_uri"], asked["state"]
        name = "authCode" if provider == "dingtalk" else "code"
        return browser.open(f"{back}?{name}={code}&state={state}")

    def who(self, browser: Browser) -> str:
        account = self.gate.who(browser.cookie(COOKIE))
        return account.id if account else ""


@pytest.fixture(scope="module")
def scene(own_store: Kept, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    secret = written_secret(tmp_path_factory.mktemp("providers"))
    with ExitStack() as stack:
        of_wecom = stack.enter_context(running_wecom())
        of_dingtalk = stack.enter_context(running_dingtalk())
        providers = [
            {
                "name": "wecom",
                "kind": "wecom",
                "label": {"zh": "企业微信", "en": "WeCom"},
                "client_id": wecom.CORPORATION,
                "agent_id": wecom.AGENT,
                "client_secret_file": secret,
                "branch": "dongcheng",
                "match": ["member-number", "phone"],
                "sign_in_url": "https://wecom.example/sso",
                "api_url": of_wecom.stand_in.url,
            },
            {
                "name": "dingtalk",
                "kind": "dingtalk",
                "label": {"zh": "钉钉", "en": "DingTalk"},
                "client_id": dingtalk.CLIENT,
                "client_secret_file": secret,
                "sign_in_url": "https://dingtalk.example/auth",
                "api_url": of_dingtalk.stand_in.url,
            },
        ]
        [port] = free_ports(1)
        text = json.dumps(providers)
        gate = stack.enter_context(running_gate(own_store, port, text))
        yield Scene(gate, of_wecom, of_dingtalk)


def test_each_has_its_button(scene: Scene) -> None:
    text = Browser().open(f"{scene.gate.url}/sign-in?next=/record").text
    assert 'href="/sign-in/with/wecom?next=/record"' in text
    assert "用钉钉登录" in text


def test_wecom_is_asked_as_it_documents(scene: Scene) -> None:
    browser = Browser(stops_at="https://wecom.example/")
    page = browser.open(f"{scene.gate.url}/sign-in/with/wecom")
    asked = parse_qs(urlsplit(page.address).query)
    assert asked["login_type"] == ["CorpApp"]
    assert (asked["appid"], asked["agentid"]) == ([wecom.CORPORATION], [wecom.AGENT])
    assert asked["redirect_uri"] == [f"{scene.gate.url}/sign-in/with/wecom/callback"]


def test_a_member_of_the_corporation_is_found_by_number(scene: Scene) -> None:
    scene.gate.directory.add_person("w1", "13700000001", ("dongcheng", "W-1"))
    scene.wecom.add_member("code-1", "W-1")
    browser = Browser()
    assert scene.sign_in(browser, "wecom", "code-1").status in (200, 404)
    assert scene.who(browser) == "w1"


def test_or_by_the_phone_that_wecom_tells(scene: Scene) -> None:
    scene.gate.directory.add_person("w2", "13700000002", ("dongcheng", "W-2"))
    scene.wecom.add_member("code-2", "zhangsan", "13700000002")
    browser = Browser()
    scene.sign_in(browser, "wecom", "code-2")
    assert scene.who(browser) == "w2"


def test_a_token_that_ended_before_its_time_is_made_anew(scene: Scene) -> None:
    scene.gate.directory.add_person("w3", "13700000003", ("dongcheng", "W-3"))
    scene.wecom.add_member("code-3", "W-3")
    made = scene.wecom.made
    scene.wecom.end_tokens()
    browser = Browser()
    scene.sign_in(browser, "wecom", "code-3")
    assert (scene.who(browser), scene.wecom.made) == ("w3", made + 1)


def test_a_token_serves_many(scene: Scene) -> None:
    scene.gate.directory.add_person("w4", "13700000004", ("dongcheng", "W-4"))
    made = scene.wecom.made
    for turn in range(3):
        scene.wecom.add_member(f"code-4-{turn}", "W-4")
        scene.sign_in(Browser(), "wecom", f"code-4-{turn}")
    assert scene.wecom.made <= made + 1


def test_who_is_in_wechat_but_not_in_the_corporation_stays_out(scene: Scene) -> None:
    scene.wecom.add_stranger("code-5")
    browser = Browser()
    assert scene.sign_in(browser, "wecom", "code-5").status == 401
    assert scene.who(browser) == ""


def test_dingtalk_is_found_by_phone_and_then_by_its_link(scene: Scene) -> None:
    scene.gate.directory.add_person("d1", "13700000011", ("xicheng", "D-1"))
    scene.dingtalk.add_user("code-11", "union-1", "13700000011")
    browser = Browser()
    scene.sign_in(browser, "dingtalk", "code-11")
    assert scene.who(browser) == "d1"
    scene.dingtalk.add_user("code-12", "union-1", "13700000099")
    again = Browser()
    scene.sign_in(again, "dingtalk", "code-12")
    assert scene.who(again) == "d1"


def test_who_took_over_a_phone_is_not_let_in_as_the_one_before(scene: Scene) -> None:
    scene.gate.directory.add_person("d2", "13700000012", ("xicheng", "D-2"))
    scene.dingtalk.add_user("code-13", "union-2", "13700000012")
    scene.sign_in(Browser(), "dingtalk", "code-13")
    scene.dingtalk.add_user("code-14", "union-3", "13700000012")
    browser = Browser()
    assert scene.sign_in(browser, "dingtalk", "code-14").status == 409
    assert scene.who(browser) == ""


def test_whom_the_college_reset_is_let_in_by_no_link(scene: Scene) -> None:
    accounts, links = scene.gate.accounts, scene.gate.outside.links
    settings = links.providers["dingtalk"].settings
    accounts.create_account(an_account("d5", TRAINEE, person_id="d5"))
    links.links.create_link(settings, "union-6", "d5", BY_OWNER)
    scene.dingtalk.add_user("code-17", "union-6", "13700000017")
    browser = Browser()
    scene.sign_in(browser, "dingtalk", "code-17")
    assert scene.who(browser) == "d5"
    accounts.change("d5", lambda one: one.with_reset_password("letter", 2e12, ""))
    scene.dingtalk.add_user("code-18", "union-6", "13700000017")
    again = Browser()
    assert scene.sign_in(again, "dingtalk", "code-18").status in (403, 409)
    assert scene.who(again) == ""


def test_a_phone_of_another_country_fits_nobody(scene: Scene) -> None:
    scene.gate.directory.add_person("d3", "13700000013", ("xicheng", "D-3"))
    scene.dingtalk.add_user("code-15", "union-4", "13700000013", state="1")
    browser = Browser()
    assert scene.sign_in(browser, "dingtalk", "code-15").status == 403
    assert scene.who(browser) == ""


@pytest.mark.parametrize("provider", ["wecom", "dingtalk"])
def test_a_code_that_is_none_is_refused(scene: Scene, provider: str) -> None:
    browser = Browser()
    page = scene.sign_in(browser, provider, "no-such-code")
    assert page.status == 401
    assert f'href="/sign-in/with/{provider}"' in page.text


def test_a_user_token_that_ended_is_refused(scene: Scene) -> None:
    scene.dingtalk.add_user("code-16", "union-5", "13700000016")
    scene.dingtalk.has_ended_tokens = True
    page = scene.sign_in(Browser(), "dingtalk", "code-16")
    scene.dingtalk.has_ended_tokens = False
    assert page.status == 401


def busy_wecom(scene: Scene) -> None:
    scene.wecom.is_busy = True


def busy_dingtalk(scene: Scene) -> None:
    scene.dingtalk.is_throttled = True


def hanging_wecom(scene: Scene) -> None:
    scene.wecom.stand_in.hang()


def hanging_dingtalk(scene: Scene) -> None:
    scene.dingtalk.stand_in.hang()


@pytest.mark.parametrize(
    ("provider", "hurt"),
    [
        ("wecom", busy_wecom),
        ("dingtalk", busy_dingtalk),
        ("wecom", hanging_wecom),
        ("dingtalk", hanging_dingtalk),
    ],
)
def test_a_provider_that_is_away_is_said_to_be_in_time(
    scene: Scene, provider: str, hurt: Callable[[Scene], None]
) -> None:
    hurt(scene)
    began = time.monotonic()
    page = scene.sign_in(Browser(), provider, "any")
    took = time.monotonic() - began
    scene.wecom.is_busy = scene.dingtalk.is_throttled = False
    scene.wecom.stand_in.goes_on.set()
    scene.dingtalk.stand_in.goes_on.set()
    assert page.status == 503
    assert "登录平台没有回应" in page.text
    assert took < WITHIN_SECONDS


def test_what_comes_back_counts_until_it_succeeds(scene: Scene) -> None:
    """The last of this module: the address has no try left then."""
    forged = f"{scene.gate.url}/sign-in/with/dingtalk/callback?code=x&state=x"
    scene.gate.directory.add_person("d9", "13700000019", ("xicheng", "D-9"))
    for turn in range(3):
        scene.dingtalk.add_user(f"code-9{turn}", "union-9", "13700000019")
        browser = Browser()
        scene.sign_in(browser, "dingtalk", f"code-9{turn}")
        assert scene.who(browser) == "d9"
    tries = (browser.open(forged).status for _ in range(OF_ONE_ADDRESS))
    found = list(tries)
    allowed = found.index(429)
    assert set(found[:allowed]) == {422}
    assert set(found[allowed:]) == {429}
    last = browser.open(forged)
    assert int(last.headers["Retry-After"]) > 0
    assert ("provider-sign-in", "limited") in scene.gate.told()
