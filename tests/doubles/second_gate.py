"""Signing in with second factors behind its routes and pages, on any engine."""

import base64
import html
import re
import time
from dataclasses import dataclass, replace
from typing import Any

from chassis.http.app import create_app
from flask import Flask
from flask.testing import FlaskClient
from gateway.api import refused_rights, request_visitor
from gateway.api.accounts import AccountRoutes
from gateway.api.second_factors import SecondFactorRoutes
from gateway.api.sessions import SessionRoutes
from gateway.api.sign_in_codes import SignInCodeRoutes
from gateway.api.site import Site
from gateway.api.static_files import StaticRoutes
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE, Account
from gateway.identity.account_store import StoredAccounts
from gateway.identity.contacts import Contacts
from gateway.identity.find_account import FindAccount
from gateway.identity.invite_members import InviteMembers
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import LoginSessions
from gateway.identity.manage_accounts import ManageAccounts
from gateway.identity.own_password import FRESH_SECONDS, OwnPassword
from gateway.identity.own_sessions import OwnSessions
from gateway.identity.password_hashes import PasswordHashes
from gateway.identity.prove_again import ProveAgain
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.security_events import SecurityEvents
from gateway.identity.sign_in import Origin, SignIn, Visitor
from gateway.identity.sign_in_by_code import SignInByCode
from gateway.identity.sign_in_limits import SignInLimits
from gateway.identity.tokens import moment_in
from gateway.identity.tries import Tries
from gateway.pages import errors, layout
from gateway.pages.account.factor_proof import FactorProofPages
from gateway.pages.account.own_factors import OwnFactorPages
from gateway.pages.account.proof import ProofPages
from gateway.pages.public.account import AccountPages
from gateway.pages.public.second_sign_in import SecondSignInPages
from gateway.second_factor.composition import SecondFactorParts, build_second_factor
from gateway.second_factor.factor_store import StoredFactors
from gateway.second_factor.second_rule import SecondRule
from gateway.second_factor.totp_codes import STEP_SECONDS, make_code
from pymongo.database import Database

from tests.doubles.authenticator import Authenticator
from tests.unit.gateway.compiled import TEMPLATES

PASSWORD = "correct horse"
PHONE = "13512347784"
KEY = b"the gateway's key"
ACCOUNTS = (
    Account("operator", "operator", "运维", (OPERATOR, STAFF)),
    Account("jiaowu", "jiaowu", "教务", (STAFF,)),
    Account("shi", "shi", "陈", (OFFICER,), branch_id="dongcheng"),
    Account("p1", PHONE, "李明", (TRAINEE,), person_id="p1"),
)
HOME = "/account/second-factor"
COLLEGE = "staff-and-operators"


class QuickPasswords(PasswordHashes):
    """The queue as it is, without the work."""

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def is_match(self, secret: str, password: str) -> bool:
        return secret == self.hash(password)


class AnyCode(SignInByCode):
    """Every one-time code is right; its ticket is the login."""

    def __init__(self, sign_in: SignIn) -> None:
        self.sign_in = sign_in

    def answer_code(
        self, ticket: str, written: str, origin: Origin, *, stays: bool = False
    ) -> Visitor:
        account = self.sign_in.accounts.get_by_login(ticket)
        assert account is not None
        return self.sign_in.begin_session(account, origin, stays=stays)


class NoLetters(ProveAgain):
    """Nobody has a contact that a code could be sent to."""

    def __init__(self) -> None:
        """It needs nothing."""

    def find_contact(self, account: Account) -> None:
        return None


@dataclass
class Clock:
    """A clock that goes, and can be set ahead."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Person:
    """Somebody with a browser, or with a script."""

    client: FlaskClient
    address: str = "10.0.0.1"
    url: str = "http://localhost:80"
    app: bytes = b""

    @property
    def token(self) -> str:
        """The token of the session, whole or half."""
        cookie = self.client.get_cookie("biyong_session")
        return cookie.value if cookie else ""

    def get(self, path: str) -> Any:
        return self._open("GET", path)

    def post(self, path: str, **fields: str) -> Any:
        return self._open("POST", path, data=fields)

    def script(self, method: str, path: str, body: object = None, **more: str) -> Any:
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        return self._open(method, path, json=body, headers=headers)

    def sign_in(self, login: str = "jiaowu", password: str = PASSWORD) -> Any:
        return self.post("/sign-in", login=login, password=password)

    def is_in(self) -> bool:
        return bool(self.get("/api/session").get_json()["login"])

    def take_app(self, page: str) -> str:
        """Take the secret of a page into the app; the page's sealed offer."""
        text = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
        offer = re.search(r'name="offer"[^>]*value="([0-9a-f]+)"', page)
        assert text is not None
        assert offer is not None
        self.app = unbase(text[1])
        return offer[1]

    def add_passkey(self, name: str = "手机") -> tuple[Authenticator, list[str]]:
        """Add the passkey of a new phone; that, and recovery codes if they are new."""
        home = self.get(HOME).text
        origin = re.search(r'data-origin="([^"]*)"', home)
        phone = Authenticator(origin[1] if origin else "")
        made = phone.create(options_of(home, "create"))
        page = self.post(f"{HOME}/passkeys", credential=made, name=name)
        assert page.status_code in (200, 303), page.text
        return phone, codes_of(page.text)

    def _open(self, method: str, path: str, **more: Any) -> Any:
        return self.client.open(
            path,
            base_url=self.url,
            method=method,
            environ_overrides={"REMOTE_ADDR": self.address},
            **more,
        )


def unbase(text: str) -> bytes:
    """The bytes of a secret as it is written on the page."""
    plain = text.replace(" ", "")
    return base64.b32decode(plain + "=" * (-len(plain) % 8))


def codes_of(page: str) -> list[str]:
    """The recovery codes of a page."""
    return re.findall(r'class="code">([0-9A-Z-]{14})<', page)


def options_of(page: str, kind: str) -> str:
    """What a page asks a browser's passkeys."""
    found = re.search(rf'data-passkey="{kind}" data-options="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


@dataclass
class SecondGate:
    """The gateway's identity with second factors."""

    web: Flask
    accounts: StoredAccounts
    sign_in: SignIn
    factors: StoredFactors
    second: SecondFactorParts
    database: Database[dict[str, Any]]
    clock: Clock
    url: str

    def visit(self, address: str = "10.0.0.1") -> Person:
        """Somebody with a browser that knows nothing."""
        return Person(self.web.test_client(), address, self.url)

    def code(self, app: bytes, steps: int = 0) -> str:
        """What the app shows; `steps` later or earlier."""
        return make_code(app, self.clock() + steps * STEP_SECONDS)

    def next_code(self, app: bytes) -> str:
        """What the app shows next time: the present one was used."""
        self.clock.ahead += 2 * STEP_SECONDS
        return self.code(app)

    def with_app(self, login: str = "jiaowu") -> tuple[Person, list[str]]:
        """Somebody signed in who has set up an app, and the recovery codes."""
        person = self.visit()
        person.sign_in(login)
        offer = person.take_app(person.get(f"{HOME}/app").text)
        code = self.code(person.app)
        page = person.post(f"{HOME}/app", offer=offer, code=code).text
        return person, codes_of(page)

    def grow_old(self) -> None:
        """What was proven in any session was proven too long ago."""
        long_ago = moment_in(-FRESH_SECONDS - 60)
        self.database["sessions"].update_many({}, {"$set": {"proven": long_ago}})

    def events(self) -> list[tuple[str, str]]:
        found = self.sign_in.events.find_after("", 500)
        return [(one["what"], one["outcome"]) for one in found]


def open_gate(
    database: Database[dict[str, Any]],
    accounts: StoredAccounts,
    setting: str = "off",
    url: str = "http://localhost:80",
) -> SecondGate:
    """All of it over a store, with some people."""
    clock, passwords = Clock(), QuickPasswords(at_once=2)
    sessions, devices = LoginSessions(database), KnownDevices(database)
    events, tries = SecurityEvents(database), Tries(database, clock)
    rule = SecondRule(StoredFactors(database), setting)
    limits = SignInLimits(tries, Pseudonyms(KEY))
    sign_in = SignIn(
        accounts,
        FindAccount(accounts, Contacts(database), lambda *_: ""),
        sessions,
        devices,
        passwords,
        limits,
        events,
        rule.is_due,
    )
    for one in ACCOUNTS:
        accounts.create_account(replace(one, secret=passwords.hash(PASSWORD)))
    nobody: Any = None
    manage = ManageAccounts(
        accounts, sessions, devices, nobody, str, lambda _: None, events
    )
    second = build_second_factor(database, KEY, url, rule, sign_in, manage)
    second.finish.prove.now = second.add.now = clock
    second.challenges.now = clock
    for rows in (sessions, devices, events, tries, second):
        rows.create_indexes()
    app = create_app("gateway", None)
    app.jinja_env.bytecode_cache = TEMPLATES
    request_visitor.install_visitors(app, sign_in, Site(url))
    refused_rights.install_refused_rights(app, events)
    layout.install_layout(app, nobody)
    errors.install_error_pages(app)
    for routes in (
        SessionRoutes(
            sign_in, InviteMembers(accounts, nobody, nobody, events), second.finish
        ),
        AccountRoutes(
            OwnPassword(sign_in), OwnSessions(sessions, events), manage, events
        ),
        SecondFactorRoutes(second.reset),
        SignInCodeRoutes(AnyCode(sign_in), second.finish),
        AccountPages(sign_in),
        SecondSignInPages(second.finish, second.add),
        OwnFactorPages(second.add, second.change),
        FactorProofPages(second.proof),
        ProofPages(OwnPassword(sign_in), NoLetters(), second.proof.has_factor),
        StaticRoutes(),
    ):
        app.register_blueprint(routes.blueprint())
    return SecondGate(
        app, accounts, sign_in, rule.factors, second, database, clock, url
    )
