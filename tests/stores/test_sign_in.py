"""Signing in, inviting and managing accounts by their routes, on every engine."""

import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
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
from gateway.identity.invite_members import InviteMembers
from gateway.identity.invite_people import Mailing
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import LoginSessions
from gateway.identity.manage_accounts import ManageAccounts
from gateway.identity.password_hashes import PasswordHashes
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.security_events import SecurityEvents
from gateway.identity.sign_in import TERM, SignIn
from gateway.identity.sign_in_limits import (
    ATTACKED_LOGIN,
    FROM_ONE_PLACE,
    FROM_ONE_PLACE_UNDER_ATTACK,
    OF_ONE_ADDRESS,
    SignInLimits,
)
from gateway.identity.tries import Tries
from gateway.pages import errors, layout
from gateway.pages.public.account import AccountPages

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


@pytest.fixture
def gate(kept: Kept) -> Gate:
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
    sign_in = SignIn(accounts, sessions, devices, passwords, limits, events)
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
        SessionRoutes(sign_in, invite),
        AccountRoutes(sign_in, sessions, manage, events),
        AccountPages(sign_in),
    ):
        app.register_blueprint(routes.blueprint())
    client = app.test_client(use_cookies=False)
    return Gate(client, accounts, sessions, events, passwords, limits, letters, clock)


# Signing in


@pytest.mark.parametrize(
    "login",
    [PHONE, "１３５１２３４７７８４", "135 1234 7784", "+8613512347784", f" {PHONE} "],
)
def test_a_phone_signs_in_however_it_is_written(gate: Gate, login: str) -> None:
    status, said = gate.sign_in(login)
    assert (status, said["person_id"]) == (201, "p1")


def test_all_ways_to_write_a_login_share_its_tries(gate: Gate) -> None:
    ways = (
        PHONE,
        f" {PHONE}",
        "+86" + PHONE,
        "135 1234 7784",
        "１３５１２３４７７８４",
    )
    for way in ways:
        gate.wrong(way, 2)
    assert gate.sign_in(PHONE)[0] == 429


def test_a_try_is_counted_before_its_password_is_looked_at(gate: Gate) -> None:
    assert gate.wrong("shi", FROM_ONE_PLACE + 5) == [401] * FROM_ONE_PLACE + [429] * 5
    assert gate.passwords.looked == FROM_ONE_PLACE
    status, said = gate.sign_in("shi")
    assert (status, said["type"]) == (429, "too-many-tries")
    assert said["retry_after"] > 0
    assert gate.passwords.looked == FROM_ONE_PLACE


def test_of_many_tries_at_once_no_more_are_looked_at_than_the_limit(gate: Gate) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: gate.sign_in("shi", f"wrong {n}"), range(40)))
    assert gate.passwords.looked <= FROM_ONE_PLACE


def test_who_waits_as_long_as_was_said_signs_in(gate: Gate) -> None:
    gate.wrong("shi", FROM_ONE_PLACE)
    gate.clock.now += gate.sign_in("shi")[1]["retry_after"] + 1
    assert gate.sign_in("shi")[0] == 201


def test_nobody_can_shut_the_owner_out_at_another_address(gate: Gate) -> None:
    assert 429 in gate.wrong("operator", 30, address="10.6.6.6")
    assert gate.sign_in("operator", address="10.0.0.2")[0] == 201


def test_not_even_from_a_thousand_addresses(gate: Gate) -> None:
    for place in range(ATTACKED_LOGIN // FROM_ONE_PLACE + 5):
        gate.wrong("operator", FROM_ONE_PLACE, address=f"10.7.{place}.6")
    few = FROM_ONE_PLACE_UNDER_ATTACK
    assert gate.wrong("operator", 4, address="10.8.8.8") == [401] * few + [429] * (
        4 - few
    )
    assert gate.sign_in("operator", address="10.8.8.9")[0] == 201
    assert gate.wrong("shi", 4, address="10.8.8.8") == [401] * 4, "only that login"


def test_a_device_that_signed_in_before_passes_whatever_others_tried(
    gate: Gate,
) -> None:
    device = gate.sign_in("operator")[1]["device"]
    gate.wrong("operator", 30)
    assert gate.sign_in("operator")[0] == 429
    assert gate.sign_in("operator", device=device)[0] == 201
    assert gate.sign_in("shi", device=device)[0] == 201


def test_a_known_device_has_no_more_tries_than_a_place(gate: Gate) -> None:
    device = gate.sign_in("shi")[1]["device"]
    statuses = [
        gate.sign_in("shi", "wrong", device=device, address=f"10.5.{n}.1")[0]
        for n in range(FROM_ONE_PLACE + 1)
    ]
    assert statuses == [401] * FROM_ONE_PLACE + [429]
    assert gate.sign_in("shi", address="10.5.1.1")[0] == 201


def test_a_device_of_another_account_is_a_stranger(gate: Gate) -> None:
    device = gate.sign_in("shi")[1]["device"]
    gate.wrong("operator", FROM_ONE_PLACE, device=device)
    assert gate.sign_in("operator", device=device)[0] == 429


def test_one_password_cannot_be_tried_on_every_login(gate: Gate) -> None:
    statuses = [
        gate.sign_in(f"139{n:08d}", "12345678")[0] for n in range(OF_ONE_ADDRESS + 20)
    ]
    assert statuses.count(401) == OF_ONE_ADDRESS
    assert statuses[-20:] == [429] * 20
    assert gate.sign_in("shi", address="10.0.0.2")[0] == 201


def test_an_ipv6_customer_is_one_address(gate: Gate) -> None:
    for n in range(FROM_ONE_PLACE):
        gate.sign_in("shi", "wrong", address=f"2001:db8:1:2::{n + 1:x}")
    assert gate.sign_in("shi", address="2001:db8:1:2:ffff::9")[0] == 429
    assert gate.sign_in("shi", address="2001:db8:1:3::1")[0] == 201


def test_signing_in_often_uses_up_no_tries(gate: Gate) -> None:
    assert {gate.sign_in("shi")[0] for _ in range(FROM_ONE_PLACE * 2)} == {201}


def test_known_and_unknown_logins_are_answered_alike(gate: Gate) -> None:
    answers = [gate.sign_in(login, "wrong") for login in ("shi", "nobody-here", "")]
    del answers[2]
    for _, said in answers:
        del said["instance"]
    assert answers[0] == answers[1]
    assert gate.passwords.looked == 2, "both are hashed"


def test_a_full_queue_answers_at_once_and_counts_no_try(gate: Gate) -> None:
    device = gate.sign_in("shi")[1]["device"]
    with ExitStack() as held:
        for _ in range(6):  # two at work and eight waiting, less four for known ones
            held.enter_context(gate.passwords.hold_place(is_known=False))
        status, said = gate.sign_in("shi")
        assert (status, said["type"]) == (429, "sign-in-busy")
        assert said["retry_after"] > 0
        assert gate.sign_in("shi", device=device)[0] == 201
    assert gate.wrong("shi", FROM_ONE_PLACE) == [401] * FROM_ONE_PLACE


def test_a_password_as_long_as_a_body_may_be_is_just_wrong(gate: Gate) -> None:
    got = gate.client.post("/sign-in", data={"login": "shi", "password": "x" * 60_000})
    assert got.status_code == 401


def test_a_login_as_long_as_a_body_may_be_is_just_unknown(gate: Gate) -> None:
    form = {"login": "a b" * 20_000, "password": PASSWORD}
    assert gate.client.post("/sign-in", data=form).status_code == 401


def test_the_browser_keeps_its_device_and_a_refusal_says_when(gate: Gate) -> None:
    form = {"login": "shi", "password": PASSWORD}
    got = gate.client.post("/sign-in", data=form)
    cookie = next(c for c in got.headers.getlist("Set-Cookie") if "device" in c)
    assert "HttpOnly" in cookie
    assert "Max-Age" in cookie
    device = re.findall(r"=([^;]+)", cookie)[0]
    for _ in range(FROM_ONE_PLACE):
        gate.client.post("/sign-in", data={**form, "password": "wrong"})
    refused = gate.client.post("/sign-in", data=form)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    name = cookie.partition("=")[0]
    again = gate.client.post(
        "/sign-in", data=form, headers={"Cookie": f"{name}={device}"}
    )
    assert again.status_code == 303


# Sessions and passwords of one's own


def test_operators_are_signed_out_sooner(gate: Gate) -> None:
    gate.token("operator")
    gate.token("shi")
    lasts = {row["account"]: row for row in gate.sessions.rows.find()}
    assert lasts["operator"]["idle"] < lasts["shi"]["idle"]
    assert lasts["operator"]["ends"] < lasts["shi"]["ends"]


def test_changing_the_password_ends_all_other_sessions(gate: Gate) -> None:
    first, second = gate.token("shi"), gate.token("shi")
    body = {"old": PASSWORD, "new": NEXT}
    status, said = gate.call("PUT", "/api/account/password", body, token=first)
    assert status == 200
    assert gate.is_signed_in(said["token"])
    assert not gate.is_signed_in(first)
    assert not gate.is_signed_in(second)
    assert gate.sign_in("shi")[0] == 401
    assert gate.sign_in("shi", NEXT)[0] == 201


@pytest.mark.parametrize(
    ("old", "new", "status", "slug"),
    [
        ("wrong", NEXT, 403, "old-password-wrong"),
        (PASSWORD, "12345678", 422, "weak-password"),
        (PASSWORD, "shi-shi-shi", 422, "weak-password"),
    ],
)
def test_a_password_that_cannot_be_changed_stays(
    gate: Gate, old: str, new: str, status: int, slug: str
) -> None:
    token = gate.token("shi")
    body = {"old": old, "new": new}
    got, said = gate.call("PUT", "/api/account/password", body, token=token)
    assert (got, said["type"]) == (status, slug)
    assert gate.is_signed_in(token)
    assert gate.sign_in("shi")[0] == 201


def test_the_own_sessions_are_listed_and_the_others_ended(gate: Gate) -> None:
    here, there = gate.token("shi"), gate.token("shi")
    listed = gate.call("GET", "/api/account/sessions", token=here)[1]["sessions"]
    assert sorted(line["is_this"] for line in listed) == [False, True]
    assert {line["network"] for line in listed} == {"10.9.9.0/24"}
    ended = gate.call("DELETE", "/api/account/sessions", token=here)
    assert ended == (200, {"ended": 1})
    assert gate.is_signed_in(here)
    assert not gate.is_signed_in(there)


# Managing accounts


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


@pytest.mark.parametrize(
    ("by", "of", "status"),
    [
        ("", "shi", 401),
        (PHONE, "shi", 403),
        ("shi", "p1", 403),
        ("shi", "shi", 403),
        ("jiaowu", "operator", 403),
        ("jiaowu", "jiaowu", 403),
        ("operator", "nobody", 404),
        ("jiaowu", "nobody", 404),
    ],
)
def test_who_may_not_manage_an_account_changes_nothing(
    gate: Gate, by: str, of: str, status: int
) -> None:
    token = gate.token(by) if by else ""
    before = gate.accounts.get(of)
    for name, way in managed(token, gate).items():
        assert way(of)[0] == status, name
    assert gate.accounts.get(of) == before
    assert gate.letters.sent == []


@pytest.mark.parametrize(("by", "of"), [("jiaowu", "shi"), ("operator", "jiaowu")])
def test_a_disabled_account_is_out_at_once_and_stays_out(
    gate: Gate, by: str, of: str
) -> None:
    device = gate.sign_in(of)[1]["device"]
    old, ways = gate.token(of), managed(gate.token(by), gate)
    assert ways["disable"](of)[1]["state"] == "disabled"
    assert not gate.is_signed_in(old)
    status, said = gate.sign_in(of, device=device)
    assert (status, said["type"]) == (403, "account-disabled")
    assert gate.sign_in(of, "wrong")[0] == 401
    assert ways["enable"](of)[1]["state"] == "active"
    assert not gate.is_signed_in(old)
    assert gate.sign_in(of)[0] == 201


def test_a_stream_ends_with_the_session_it_was_made_for(gate: Gate) -> None:
    status, said = gate.sign_in(PHONE)
    assert status == 201
    [session] = gate.sessions.find_by_account("p1")
    managed(gate.token("jiaowu"), gate)["disable"]("p1")
    path = f"/v/sig-{session.id}-rest/l1/1/0.ts"
    assert gate.call("GET", path, token=said["token"])[0] == 401


def test_a_session_that_begins_while_the_account_is_stopped_is_worth_nothing(
    gate: Gate,
) -> None:
    """The account was read before, its session is written after."""
    token, _ = gate.sessions.create_session("shi", 0, TERM)
    assert gate.is_signed_in(token)
    managed(gate.token("jiaowu"), gate)["end"]("shi")
    late, _ = gate.sessions.create_session("shi", 0, TERM)
    assert not gate.is_signed_in(late)


def test_ending_the_sessions_of_an_account_leaves_its_password(gate: Gate) -> None:
    token, ways = gate.token("shi"), managed(gate.token("jiaowu"), gate)
    assert len(ways["sessions"]("shi")[1]["sessions"]) == 1
    assert ways["end"]("shi")[0] == 200
    assert not gate.is_signed_in(token)
    assert ways["sessions"]("shi")[1]["sessions"] == []
    assert gate.sign_in("shi")[0] == 201


def test_a_reset_voids_password_sessions_and_devices_at_once(gate: Gate) -> None:
    device, token = gate.sign_in("shi")[1]["device"], gate.token("shi")
    status, said = managed(gate.token("jiaowu"), gate)["reset"]("shi")
    assert (status, said["state"]) == (200, "reset")
    assert not gate.is_signed_in(token)
    assert gate.sign_in("shi", device=device)[0] == 401
    [letter] = gate.letters.sent
    assert (letter.address, letter.kind) == ("shi@b.example", "password-reset")
    path = f"/api/invitations/{letter.invitation}"
    assert gate.call("POST", path, {"password": NEXT})[0] == 201
    assert gate.sign_in("shi", NEXT)[0] == 201
    assert gate.call("POST", path, {"password": NEXT})[0] == 404


def test_a_persons_letter_goes_where_enrollment_writes_to(gate: Gate) -> None:
    staff = gate.token("jiaowu")
    chosen = {"email": "thief@b.example"}
    status, said = gate.call("POST", "/api/accounts/p1/reset", chosen, staff)
    assert (status, said["type"]) == (422, "invitation-illegal")
    assert gate.sign_in(PHONE)[0] == 201
    assert gate.call("POST", "/api/accounts/p1/reset", {}, staff)[0] == 200
    assert gate.letters.sent[-1].address == "p1@b.example"


@pytest.mark.parametrize(
    ("email", "slug"),
    [("", "no-address"), ("not an address", "invitation-illegal")],
)
def test_a_reset_without_an_address_leaves_the_password(
    gate: Gate, email: str, slug: str
) -> None:
    path, operator = "/api/accounts/jiaowu/reset", gate.token("operator")
    status, said = gate.call("POST", path, {"email": email}, operator)
    assert (status, said["type"]) == (422, slug)
    assert gate.sign_in("jiaowu")[0] == 201


def test_a_reset_whose_letter_fails_is_asked_for_again(gate: Gate) -> None:
    ways = managed(gate.token("jiaowu"), gate)
    gate.letters.is_away = True
    assert ways["reset"]("shi")[0] == 503
    assert gate.sign_in("shi")[0] == 401
    gate.letters.is_away = False
    assert ways["reset"]("shi")[0] == 200
    path = f"/api/invitations/{gate.invitation()}"
    assert gate.call("POST", path, {"password": NEXT})[0] == 201


def test_a_disabled_account_is_not_reset_but_enabled_first(gate: Gate) -> None:
    ways = managed(gate.token("jiaowu"), gate)
    ways["disable"]("shi")
    status, said = ways["reset"]("shi")
    assert (status, said["type"]) == (409, "enable-first")
    assert gate.letters.sent == []


def test_roles_are_given_and_taken_and_end_the_sessions(gate: Gate) -> None:
    operator, token = gate.token("operator"), gate.token("shi")
    path = "/api/accounts/shi/roles"
    given = gate.call("PUT", path, {"role": "staff"}, operator)
    assert given[1]["roles"] == ["officer", "staff"]
    assert not gate.is_signed_in(token)
    taken = gate.call("DELETE", f"{path}/officer", token=operator)
    assert (taken[1]["roles"], taken[1]["branch_id"]) == (["staff"], "")
    status, said = gate.call("DELETE", f"{path}/staff", token=operator)
    assert (status, said["type"]) == (409, "last-role")
    moved = {"role": "officer", "branch_id": "xicheng"}
    assert gate.call("PUT", path, moved, operator)[1]["branch_id"] == "xicheng"


@pytest.mark.parametrize(
    ("by", "body", "status", "slug"),
    [
        ("jiaowu", {"role": "staff"}, 403, "role-missing"),
        ("jiaowu", {"role": "operator"}, 403, "role-missing"),
        ("operator", {"role": "officer"}, 422, "invitation-illegal"),
        (
            "operator",
            {"role": "staff", "branch_id": "xicheng"},
            422,
            "invitation-illegal",
        ),
        ("operator", {"role": "officer", "branch_id": "nope"}, 422, "unknown-branch"),
        ("operator", {"role": "king"}, 422, "body-refused"),
    ],
)
def test_a_role_that_cannot_be_given_changes_nothing(
    gate: Gate, by: str, body: Row, status: int, slug: str
) -> None:
    before = gate.accounts.get("shi")
    got, said = gate.call("PUT", "/api/accounts/shi/roles", body, gate.token(by))
    assert (got, said["type"]) == (status, slug)
    assert gate.accounts.get("shi") == before


def test_nobody_disables_demotes_or_resets_the_own_account(gate: Gate) -> None:
    token = gate.token("operator")
    ways = managed(token, gate)
    for name in ("disable", "reset", "give", "take", "end"):
        status, said = ways[name]("operator")
        assert (status, said["type"]) == (409, "own-account"), name
    assert gate.is_signed_in(token)


def test_an_account_is_found_by_its_login_in_any_form(gate: Gate) -> None:
    body = {"login": "+86 135 1234 7784"}
    found = gate.call("POST", "/api/accounts/find", body, gate.token("jiaowu"))[1]
    assert (found["id"], found["state"]) == ("p1", "active")
    assert gate.call("POST", "/api/accounts/find", body, gate.token("shi"))[0] == 403


# Inviting

OFFICER_ASKED = {
    "login": "wang", "name": "王主席", "email": "wang@b.example", "role": "officer",
    "branch_id": "dongcheng",
}  # fmt: skip


def invite(gate: Gate, by: str = "jiaowu", **more: str) -> tuple[int, Row]:
    body = {**OFFICER_ASKED, **more}
    return gate.call("POST", "/api/invitations", body, gate.token(by))


def test_inviting_again_takes_over_all_that_was_asked(gate: Gate) -> None:
    status, said = invite(gate)
    assert (status, said["done"]) == (201, "invited")
    dead = gate.invitation()
    again = {"name": "王明", "email": "ming@b.example", "branch_id": "xicheng"}
    status, said = invite(gate, **again)
    assert (status, said["done"]) == (200, "invited-again")
    held = gate.accounts.get_by_login("wang")
    assert held is not None
    assert (held.name, held.email, held.branch_id) == (
        "王明", "ming@b.example", "xicheng",
    )  # fmt: skip
    letter = gate.letters.sent[-1]
    assert (letter.address, letter.branch_name) == ("ming@b.example", "西城区总工会")
    assert gate.call("POST", f"/api/invitations/{dead}", {"password": NEXT})[0] == 404
    path = f"/api/invitations/{letter.invitation}"
    assert gate.call("POST", path, {"password": NEXT})[0] == 201


@pytest.mark.parametrize(
    ("by", "more", "status", "slug", "reason"),
    [
        ("jiaowu", {"branch_id": "nope"}, 422, "unknown-branch", None),
        ("jiaowu", {"branch_id": ""}, 422, "invitation-illegal", "branch-missing"),
        ("jiaowu", {"branch_name": "别的工会"}, 422, "invitation-illegal",
         "branch-name-differs"),
        ("operator", {"role": "staff"}, 422, "invitation-illegal",
         "branch-not-for-role"),
        ("jiaowu", {"email": "wang at b"}, 422, "invitation-illegal", "email-invalid"),
        ("jiaowu", {"name": "<王>"}, 422, "invitation-illegal", "name-invalid"),
        ("jiaowu", {"login": "0perator"}, 422, "login-refused", None),
        ("jiaowu", {"login": "王主席"}, 422, "login-refused", None),
        ("jiaowu", {"login": "shi"}, 409, "login-taken", None),
        ("jiaowu", {"login": PHONE}, 409, "login-taken", None),
        ("jiaowu", {"role": "staff", "branch_id": ""}, 403, "role-missing", None),
        ("shi", {}, 403, "role-missing", None),
    ],
)  # fmt: skip
def test_an_invitation_that_cannot_be_meant_is_refused_whole(
    gate: Gate,
    by: str,
    more: dict[str, str],
    status: int,
    slug: str,
    reason: str | None,
) -> None:
    before = gate.accounts.rows.count()
    got, said = invite(gate, by, **more)
    assert (got, said["type"], said.get("reason")) == (status, slug, reason)
    assert gate.letters.sent == []
    assert gate.accounts.rows.count() == before


def test_another_role_is_not_smuggled_in_by_inviting_again(gate: Gate) -> None:
    invite(gate)
    status, said = invite(gate, "operator", role="staff", branch_id="")
    assert (status, said["type"]) == (409, "login-taken")
    held = gate.accounts.get_by_login("wang")
    assert held is not None
    assert held.roles == (OFFICER,)


def test_a_letter_that_fails_is_sent_when_asked_for_again(gate: Gate) -> None:
    gate.letters.is_away = True
    assert invite(gate)[0] == 503
    assert ("invitation-sent", "failed") in gate.told()
    gate.letters.is_away = False
    assert invite(gate)[0] == 200
    path = f"/api/invitations/{gate.invitation()}"
    assert gate.call("POST", path, {"password": NEXT})[0] == 201


def test_a_weak_password_leaves_the_invitation_open(gate: Gate) -> None:
    invite(gate)
    path = f"/api/invitations/{gate.invitation()}"
    for weak in ("12345678", "password1", "wangwang1", "王主席王主席1"):
        status, said = gate.call("POST", path, {"password": weak})
        assert (status, said["type"]) == (422, "weak-password"), weak
    assert gate.call("POST", path, {"password": NEXT})[0] == 201


def test_an_invitation_to_a_disabled_account_opens_nothing(gate: Gate) -> None:
    invite(gate)
    held = gate.accounts.get_by_login("wang")
    assert held is not None
    managed(gate.token("jiaowu"), gate)["disable"](held.id)
    path = f"/api/invitations/{gate.invitation()}"
    assert gate.call("POST", path, {"password": NEXT})[0] == 404
    assert invite(gate)[0] == 409


# What is told


def test_every_act_is_told_without_secrets(gate: Gate) -> None:
    operator = gate.token("operator")
    ways = managed(operator, gate)
    gate.wrong("shi", FROM_ONE_PLACE + 1)
    gate.call("POST", "/api/invitations/guessed", {"password": NEXT})
    gate.sign_in("13599998888", "wrong")
    gate.call("DELETE", "/api/session", token=gate.token("shi"))
    invite(gate)
    path = f"/api/invitations/{gate.invitation()}"
    token = gate.call("POST", path, {"password": NEXT})[1]["token"]
    body = {"old": NEXT, "new": PASSWORD}
    changed = gate.call("PUT", "/api/account/password", body, token)[1]
    gate.call("GET", "/api/security-events", token=changed["token"])
    for name in ("disable", "enable", "end", "reset", "give"):
        ways[name]("shi")
    gate.call("PUT", "/api/accounts/shi/roles", {"role": "staff"}, operator)
    ways["take"]("shi")
    told = gate.told()
    for line in (
        ("sign-in", "ok"), ("sign-in", "failed"), ("sign-in", "limited"),
        ("sign-out", "ok"), ("invitation-sent", "ok"), ("invitation-accepted", "ok"),
        ("invitation-accepted", "refused"),
        ("password-changed", "ok"), ("right-refused", "refused"),
        ("account-disabled", "ok"), ("account-enabled", "ok"),
        ("sessions-ended", "ok"), ("password-reset", "ok"), ("role-given", "ok"),
        ("role-taken", "ok"),
    ):  # fmt: skip
        assert line in told, line
    status, said = gate.call("GET", "/api/security-events?limit=500", token=operator)
    assert status == 200
    text = str(said)
    for hidden in (
        PASSWORD, NEXT, "13599998888", PHONE, "王主席", "wang@", operator, token,
        gate.invitation(), "10.0.0.1'",
    ):  # fmt: skip
        assert hidden not in text, hidden
    assert all(line["request"] and line["at"] for line in said["events"])
    more = gate.call(
        "GET", f"/api/security-events?after={said['next']}", token=operator
    )
    assert more[1]["events"] == []


@pytest.mark.parametrize(("by", "status"), [("", 401), ("shi", 403), ("jiaowu", 403)])
def test_security_events_are_for_operators(gate: Gate, by: str, status: int) -> None:
    token = gate.token(by) if by else ""
    assert gate.call("GET", "/api/security-events", token=token)[0] == status


def test_a_flood_of_limited_tries_is_one_line(gate: Gate) -> None:
    gate.wrong("shi", FROM_ONE_PLACE + 40)
    assert gate.told().count(("sign-in", "limited")) == 1


def test_the_metric_counts_every_try_by_its_outcome(gate: Gate) -> None:
    def read() -> dict[str, float]:
        text = gate.client.get("/metrics").get_data(as_text=True)
        found = re.findall(r'biyong_sign_ins_total\{outcome="(\w+)"\} ([\d.]+)', text)
        return {outcome: float(count) for outcome, count in found}

    before = read()
    gate.sign_in("shi")
    gate.wrong("shi", FROM_ONE_PLACE + 5)
    now = read()
    grown = {name: now[name] - before.get(name, 0) for name in now}
    assert (grown["ok"], grown["failed"], grown["limited"]) == (1, FROM_ONE_PLACE, 5)
