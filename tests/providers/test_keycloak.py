"""Signing in at a real Keycloak: code flow, matching, links, and single logout."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from gateway.identity.account import OFFICER, STAFF, TRAINEE

from tests.engines import Kept
from tests.parts.keycloak import running_keycloak
from tests.parts.process import free_ports, wait_until
from tests.providers.browser import Browser, Page
from tests.providers.gate import Gate, running_gate, written_secret
from tests.providers.realm import CLIENT, PASSWORD, Realm
from tests.unit.gateway.identity import PASSWORD as OF_ACCOUNTS
from tests.unit.gateway.identity import an_account

pytestmark = pytest.mark.part("keycloak")
COOKIE, POLICY = "biyong_session", "Content-Security-Policy"
OFFICER_ACCOUNT = an_account(
    "zhang",
    OFFICER,
    TRAINEE,
    branch_id="dongcheng",
    person_id="p-zhang",
    login="13900000009",
)
ACCOUNTS = (
    OFFICER_ACCOUNT,
    an_account("p-old", TRAINEE, person_id="p-old"),
    an_account("jiaowu", STAFF),
)


@dataclass
class Scene:
    """A gate, and the realm that it knows as its provider `college`."""

    gate: Gate
    realm: Realm

    def sign_in(self, browser: Browser, user: str, path: str = "/sign-in") -> Page:
        """Where a browser ends that goes to Keycloak from the page to sign in."""
        page = browser.open(f"{self.gate.url}/sign-in/with/college?next={path}")
        assert page.address.startswith(self.realm.issuer), page.text
        filled = {"username": user, "password": PASSWORD}
        return browser.send_form(page, filled)

    def who(self, browser: Browser) -> str:
        """The id of the account that this browser is signed in to, or empty."""
        account = self.gate.who(browser.cookie(COOKIE))
        return account.id if account else ""


@pytest.fixture(scope="module")
def scene(own_store: Kept, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("keycloak")
    with ExitStack() as stack:
        keycloak = stack.enter_context(running_keycloak(folder))
        [port] = free_ports(1)
        realm = Realm(keycloak, f"http://127.0.0.1:{port}")
        realm.create()
        provider = {
            "name": "college",
            "label": {"zh": "学院统一登录", "en": "College account"},
            "issuer": realm.issuer,
            "client_id": CLIENT,
            "client_secret_file": written_secret(folder),
            "branch": "dongcheng",
            "match": ["member-number", "phone"],
            "claims": {"member_number": "member_number"},
            "seconds": 20,
        }
        text = json.dumps([provider])
        gate = stack.enter_context(running_gate(own_store, port, text, ACCOUNTS))
        yield Scene(gate, realm)


def test_a_phone_that_keycloak_verified_signs_in_and_the_link_stays(
    scene: Scene,
) -> None:
    scene.gate.directory.add_person("p1", "13800000001", ("dongcheng", "M-1"))
    scene.realm.add_user(
        "wang", phoneNumber="+86 138 0000 0001", phoneNumberVerified="true"
    )
    browser = Browser()
    shown = browser.open(f"{scene.gate.url}/sign-in")
    assert "用学院统一登录登录" in shown.text
    page = scene.sign_in(browser, "wang", "/account/connections")
    assert page.status == 200
    assert "学院统一登录" in page.text
    assert "已连接" in page.text
    assert scene.who(browser) == "p1"
    scene.gate.directory.phones.clear()
    again = Browser()
    scene.sign_in(again, "wang")
    assert scene.who(again) == "p1"
    assert ("provider-sign-in", "ok") in scene.gate.told()


def test_a_member_number_signs_in_and_opens_the_account(scene: Scene) -> None:
    scene.gate.directory.add_person("p2", "13800000002", ("dongcheng", "M-2"))
    scene.realm.add_user("liming", memberNumber="M-2")
    browser = Browser()
    scene.sign_in(browser, "liming")
    assert scene.who(browser) == "p2"
    account = scene.gate.accounts.get("p2")
    assert account is not None
    assert account.roles == (TRAINEE,)


@pytest.mark.parametrize(
    ("user", "attributes"),
    [
        ("nobody", {"memberNumber": "M-404"}),
        ("unverified", {"phoneNumber": "13800000003"}),
        ("foreign", {"phoneNumber": "13800000004", "phoneNumberVerified": "true"}),
    ],
)
def test_claims_that_fit_nobody_sign_nobody_in_and_say_what_to_do(
    scene: Scene, user: str, attributes: dict[str, str]
) -> None:
    scene.gate.directory.add_person("p3", "13800000003", ("dongcheng", "M-3"))
    scene.gate.directory.add_person("p4", "13800000004", ("xicheng", "M-4"))
    scene.realm.add_user(user, **attributes)
    browser = Browser()
    page = scene.sign_in(browser, user)
    assert page.status == 403
    assert "请所在单位核对会员号或手机号" in page.text
    assert 'href="/sign-in?next=/account/connections"' in page.text
    assert scene.who(browser) == ""


def test_claims_that_fit_two_are_refused(scene: Scene) -> None:
    scene.gate.directory.add_person("p5", "13800000005", ("dongcheng", "M-5"))
    scene.gate.directory.add_person("p6", "13800000006", ("dongcheng", "M-6"))
    scene.realm.add_user(
        "both",
        memberNumber="M-5",
        phoneNumber="13800000006",
        phoneNumberVerified="true",
    )
    browser = Browser()
    assert "不止一位" in scene.sign_in(browser, "both").text
    assert scene.who(browser) == ""


def test_who_belongs_to_another_branch_too_connects_first(scene: Scene) -> None:
    members = (("dongcheng", "M-7"), ("xicheng", "X-7"))
    scene.gate.directory.add_person("p7", "13800000007", *members)
    scene.realm.add_user("elsewhere", memberNumber="M-7")
    browser = Browser()
    page = scene.sign_in(browser, "elsewhere")
    assert (page.status, scene.who(browser)) == (403, "")
    assert "您也在别的单位" in page.text


def test_an_officer_is_let_in_only_after_connecting(scene: Scene) -> None:
    scene.gate.directory.add_person(
        "p-zhang", OFFICER_ACCOUNT.login, ("dongcheng", "M-9")
    )
    scene.realm.add_user("zhang", memberNumber="M-9")
    browser = Browser()
    page = scene.sign_in(browser, "zhang")
    assert (page.status, scene.who(browser)) == (403, "")
    assert "先用密码登录" in page.text

    page = browser.send_form(
        browser.open(f"{scene.gate.url}/sign-in?next=/account/connections"),
        {"login": OFFICER_ACCOUNT.login, "password": OF_ACCOUNTS},
        "form",
    )
    page = browser.send_form(page, {}, "/account/connections/college")
    assert "前往学院统一登录" in page.text
    assert f"https: {scene.realm.keycloak.url}" in page.headers[POLICY]
    page = browser.send_form(page, {}, "data-leaving")
    assert page.address == f"{scene.gate.url}/account/connections"
    assert "已连接" in page.text
    assert ("provider-connected", "ok") in scene.gate.told()

    later = Browser()
    scene.sign_in(later, "zhang")
    assert scene.who(later) == "zhang"


def test_what_comes_back_counts_once_and_in_its_own_browser(scene: Scene) -> None:
    scene.gate.directory.add_person("p10", "13800000010", ("dongcheng", "M-10"))
    scene.realm.add_user("once", memberNumber="M-10")
    browser = Browser(stops_at=f"{scene.gate.url}/sign-in/with/college/callback")
    stopped = scene.sign_in(browser, "once")
    browser.stops_at = ""
    thief = Browser()
    assert thief.open(stopped.address).status == 422
    assert scene.who(thief) == ""
    browser.open(stopped.address)
    assert scene.who(browser) == "p10"
    browser.cookies.clear()
    assert browser.open(stopped.address).status == 422


def test_a_new_key_of_keycloaks_is_known_at_once(scene: Scene) -> None:
    scene.gate.directory.add_person("p11", "13800000011", ("dongcheng", "M-11"))
    scene.realm.add_user("rotated", memberNumber="M-11")
    scene.realm.rotate_key()
    browser = Browser()
    scene.sign_in(browser, "rotated")
    assert scene.who(browser) == "p11"


def test_signing_out_here_signs_out_there(scene: Scene) -> None:
    scene.gate.directory.add_person("p12", "13800000012", ("dongcheng", "M-12"))
    user = scene.realm.add_user("leaver", memberNumber="M-12")
    browser = Browser()
    scene.sign_in(browser, "leaver")
    token = browser.cookie(COOKIE)
    assert scene.realm.count_sessions(user) == 1
    page = browser.post(f"{scene.gate.url}/sign-out")
    assert "已退出辟雍" in page.text
    assert 'href="/sign-in"' in page.text
    assert browser.cookie(COOKIE) == ""
    assert scene.gate.who(token) is None
    page = browser.send_form(page, {}, "data-leaving")
    assert page.address == f"{scene.gate.url}/"
    assert scene.realm.count_sessions(user) == 0


def test_who_is_signed_out_there_is_signed_out_here(scene: Scene) -> None:
    scene.gate.directory.add_person("p13", "13800000013", ("dongcheng", "M-13"))
    user = scene.realm.add_user("expelled", memberNumber="M-13")
    scene.gate.directory.add_person("p14", "13800000014", ("dongcheng", "M-14"))
    scene.realm.add_user("stays", memberNumber="M-14")
    browser, other = Browser(), Browser()
    scene.sign_in(browser, "expelled")
    scene.sign_in(other, "stays")
    scene.realm.end_sessions(user)
    assert wait_until(lambda: scene.who(browser) == "", 10)
    assert scene.who(other) == "p14"
    assert ("provider-logout", "ok") in scene.gate.told()


def test_the_college_cuts_and_makes_connections(scene: Scene) -> None:
    scene.gate.directory.add_person("p15", "13800000015", ("dongcheng", "M-15"))
    subject = scene.realm.add_user("managed", memberNumber="M-15")
    browser = Browser()
    scene.sign_in(browser, "managed")
    staff = scene.gate.script("jiaowu", OF_ACCOUNTS)
    path = "/api/accounts/p15/connections"
    status, said = staff("GET", path)
    [link] = said["connections"]
    assert (status, link["provider"], link["made_by"]) == (200, "college", "claims")
    assert staff("DELETE", f"{path}/college")[1]["connections"] == []
    assert scene.who(browser) == ""
    assert staff("DELETE", f"{path}/college")[0] == 404
    body = {"subject": subject}
    assert staff("PUT", "/api/accounts/p-old/connections/college", body)[0] == 200
    again = Browser()
    scene.sign_in(again, "managed")
    assert scene.who(again) == "p-old"
    assert staff("PUT", f"{path}/college", body)[1]["type"].endswith("link-taken")


def test_nothing_personal_and_no_secret_is_stored_of_it(
    scene: Scene, own_store: Kept
) -> None:
    scene.gate.directory.add_person("p16", "13800000016", ("dongcheng", "M-16"))
    user = scene.realm.add_user("private", memberNumber="M-16")
    scene.sign_in(Browser(), "private")
    database = own_store.database("gateway")
    for name in ("account_links", "provider_sessions", "pending_sign_ins"):
        rows = repr(list(database[name].find()))
        for secret in (user, "private", "M-16", "13800000016", "eyJ"):
            assert secret not in rows, name
