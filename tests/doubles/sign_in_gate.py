"""Signing in, inviting and managing accounts behind their routes, on any engine."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from chassis.http.app import create_app
from chassis.http.problem import Problem
from chassis.storage.aggregates import mapping_of
from flask.testing import FlaskClient
from gateway.api import refused_rights, request_visitor
from gateway.api.accounts import AccountRoutes
from gateway.api.sessions import SessionRoutes
from gateway.api.site import Site
from gateway.events.to_events import to_event
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE, Account
from gateway.identity.account_store import AccountDocument, StoredAccounts
from gateway.identity.contacts import Contacts
from gateway.identity.find_account import FindAccount
from gateway.identity.invite_members import InviteMembers
from gateway.identity.invite_people import Mailing
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import LoginSessions
from gateway.identity.manage_accounts import ManageAccounts
from gateway.identity.own_password import OwnPassword
from gateway.identity.own_sessions import OwnSessions
from gateway.identity.password_hashes import PasswordHashes
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.security_events import SecurityEvents
from gateway.identity.sign_in import SignIn
from gateway.identity.sign_in_limits import (
    SignInLimits,
)
from gateway.identity.tries import Tries
from gateway.pages import errors, layout
from gateway.pages.public.account import AccountPages
from gateway.second_factor.finish_sign_in import FinishSignIn

from tests.engines import Kept

PASSWORD, NEXT = "correct horse", "battery staple 9"
PHONE = "13512347784"
BRANCHES = {"dongcheng": "东城区总工会", "xicheng": "西城区总工会"}
Row = dict[str, Any]


@dataclass
class Letters:
    """Writes nothing, and keeps what it was asked to write."""

    sent: list[Mailing] = field(default_factory=list)
    is_away: bool = False
    contacts: Any = None

    def send_letters(self, mailings: Sequence[Mailing]) -> None:
        if self.is_away:
            raise Problem(503, "service-away", "notify does not answer")
        self.sent += mailings


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.now


class QuickPasswords(PasswordHashes):
    """The queue as it is, without the work; counts the passwords looked at."""

    def __init__(self) -> None:
        super().__init__(at_once=2)
        self.looked = 0

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def is_match(self, secret: str, password: str) -> bool:
        self.looked += 1
        return secret == self.hash(password)


@dataclass
class Gate:
    """The gateway's identity behind its routes."""

    client: FlaskClient
    accounts: StoredAccounts
    sessions: LoginSessions
    events: SecurityEvents
    passwords: QuickPasswords
    limits: SignInLimits
    letters: Letters
    clock: Clock

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        token: str = "",
        device: str = "",
        address: str = "10.0.0.1",
    ) -> tuple[int, Row]:
        """Status and answer; of a problem its slug as `type`."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if device:
            headers["X-Device"] = device
        got = self.client.open(
            path, method=method, json=body, headers=headers,
            environ_overrides={"REMOTE_ADDR": address},
        )  # fmt: skip
        said = got.get_json() or {}
        if "type" in said:
            said["type"] = said["type"].rpartition("/")[2]
        if "Retry-After" in got.headers:
            said["retry_after"] = int(got.headers["Retry-After"])
        return got.status_code, said

    def sign_in(
        self, login: str, password: str = PASSWORD, **more: str
    ) -> tuple[int, Row]:
        return self.call(
            "POST", "/api/session", {"login": login, "password": password}, **more
        )

    def token(self, login: str) -> str:
        status, said = self.sign_in(login, address="10.9.9.9")
        assert status == 201, said
        return str(said["token"])

    def wrong(self, login: str, times: int, **more: str) -> list[int]:
        return [self.sign_in(login, f"wrong {n}", **more)[0] for n in range(times)]

    def invitation(self) -> str:
        """The link of the latest letter."""
        return self.letters.sent[-1].invitation

    def told(self) -> list[tuple[str, str]]:
        return [(e["what"], e["outcome"]) for e in self.events.find_after("", 500)]

    def is_signed_in(self, token: str) -> bool:
        return bool(self.call("GET", "/api/session", token=token)[1].get("login"))


def account(id_: str, *roles: str, login: str = "", **more: Any) -> Account:
    return Account(id_, login or id_, "某某", roles, secret="set", **more)


ACCOUNTS = (
    account("operator", OPERATOR, STAFF),
    account("second", OPERATOR),
    account("jiaowu", STAFF),
    account("shi", OFFICER, branch_id="dongcheng", email="shi@b.example"),
    account("p1", TRAINEE, login=PHONE, person_id="p1"),
)


def open_gate(kept: Kept) -> Gate:
    """The gate on the engine at hand, with an account of every role."""
    database, clock = kept.database("gateway"), Clock()
    accounts = StoredAccounts(
        kept.aggregates("gateway", AccountDocument, mapping_of(Account), to_event)
    )
    sessions, devices = LoginSessions(database), KnownDevices(database)
    events, tries = SecurityEvents(database), Tries(database, clock)
    for rows in (sessions, devices, events, tries):
        rows.create_indexes()
    passwords, letters = QuickPasswords(), Letters()
    for one in ACCOUNTS:
        accounts.create_account(replace(one, secret=passwords.hash(PASSWORD)))
    limits = SignInLimits(tries, Pseudonyms(b"key"), clock)
    letters.contacts = Contacts(database)
    find_account = FindAccount(accounts, letters.contacts, lambda *_: "")
    sign_in = SignIn(
        accounts, find_account, sessions, devices, passwords, limits, events
    )
    invite = InviteMembers(accounts, letters, BRANCHES.get, events)
    manage = ManageAccounts(
        accounts, sessions, devices, letters,
        lambda person: "p1@b.example" if person == "p1" else "",
        BRANCHES.get, events,
    )  # fmt: skip
    app = create_app("gateway", None)
    request_visitor.install_visitors(app, sign_in, Site("http://localhost:80"))
    refused_rights.install_refused_rights(app, events)
    layout.install_layout(app, None)
    errors.install_error_pages(app)
    for routes in (
        SessionRoutes(sign_in, invite, FinishSignIn(sign_in, cast(Any, None))),
        AccountRoutes(
            OwnPassword(sign_in), OwnSessions(sessions, events), manage, events
        ),
        AccountPages(sign_in),
    ):
        app.register_blueprint(routes.blueprint())
    client = app.test_client(use_cookies=False)
    return Gate(client, accounts, sessions, events, passwords, limits, letters, clock)


def managed(token: str, gate: Gate) -> dict[str, Callable[[str], tuple[int, Row]]]:
    """Every way to manage an account, by name."""

    def call(method: str, tail: str, body: object = None) -> Callable[..., Any]:
        return lambda id_: gate.call(method, f"/api/accounts/{id_}/{tail}", body, token)

    return {
        "disable": call("POST", "disabling"),
        "enable": call("POST", "enabling"),
        "sessions": call("GET", "sessions"),
        "end": call("DELETE", "sessions"),
        "reset": call("POST", "reset", {}),
        "give": call("PUT", "roles", {"role": "officer", "branch_id": "xicheng"}),
        "take": call("DELETE", "roles/officer"),
    }


OFFICER_ASKED = {
    "login": "wang", "name": "王主席", "email": "wang@b.example", "role": "officer",
    "branch_id": "dongcheng",
}  # fmt: skip


def invite(gate: Gate, by: str = "jiaowu", **more: str) -> tuple[int, Row]:
    body = {**OFFICER_ASKED, **more}
    return gate.call("POST", "/api/invitations", body, gate.token(by))
