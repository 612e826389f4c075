"""The gateway's identity in memory: accounts, sessions, devices, tries and letters."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, cast

import msgspec
from chassis.http.problem import Problem
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE, Account
from gateway.identity.account_store import StoredAccounts
from gateway.identity.errors import PasswordsBusy
from gateway.identity.invite_members import InviteMembers
from gateway.identity.invite_people import InvitePeople, Mailing
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import LoginSession, LoginSessions, SessionTerm
from gateway.identity.manage_accounts import Actor, ManageAccounts
from gateway.identity.password_hashes import PasswordHashes
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.security_events import SecurityEvents
from gateway.identity.sign_in import Origin, SignIn
from gateway.identity.sign_in_limits import SignInLimits
from gateway.identity.tokens import hash_token
from gateway.identity.tries import NO_LIMIT, Limits, OverLimit, Tries

PASSWORD, NEXT = "correct horse", "battery staple 9"
HERE = Origin("10.0.0.1")
BRANCHES = {"dongcheng": "东城区总工会"}
AGAIN_SECONDS = 900
MOMENT = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)


class FakeAccounts:
    """Accounts; ids and logins are taken once. `meanwhile` runs before a change."""

    def __init__(self, *accounts: Account) -> None:
        self.rows = {account.id: account for account in accounts}
        self.meanwhile: list[Callable[[], object]] = []

    def get(self, id_: str) -> Account | None:
        return self.rows.get(id_)

    def get_by_login(self, login: str) -> Account | None:
        return next((a for a in self.rows.values() if a.login == login), None)

    def get_by_invitation(self, hashed: str) -> Account | None:
        return next((a for a in self.rows.values() if a.invitation == hashed), None)

    def create_account(self, account: Account) -> bool:
        if account.id in self.rows or self.get_by_login(account.login):
            return False
        self.rows[account.id] = account
        return True

    def create_many(self, accounts: Iterable[Account]) -> set[str]:
        return {a.id for a in accounts if not self.create_account(a)}

    def change(self, id_: str, decide: Callable[[Account], Account]) -> Account:
        if self.meanwhile:
            self.meanwhile.pop()()
        self.rows[id_] = decide(self.rows[id_])
        return self.rows[id_]

    def find_by_people(self, person_ids: Iterable[str]) -> list[Account]:
        ids = set(person_ids)
        return [a for a in self.rows.values() if a.person_id in ids]


class FakeSessions:
    """Login sessions by token; none of them runs out."""

    def __init__(self) -> None:
        self.rows: dict[str, LoginSession] = {}
        self.terms: dict[str, SessionTerm] = {}

    def create_session(
        self, account_id: str, epoch: int, term: SessionTerm, network: str = ""
    ) -> tuple[str, str]:
        id_ = f"s{len(self.terms)}"
        token = f"token-{id_}"
        self.terms[account_id] = term
        self.rows[token] = LoginSession(
            id_, account_id, epoch, MOMENT, MOMENT, MOMENT, network
        )
        return token, id_

    def get_by_token(self, token: str) -> LoginSession | None:
        return self.rows.get(token)

    def find_by_account(self, account_id: str) -> list[LoginSession]:
        return [s for s in self.rows.values() if s.account_id == account_id]

    def delete_session(self, token: str) -> None:
        self.rows.pop(token, None)

    def delete_sessions(self, account_id: str, but: str = "") -> int:
        ended = [t for t, s in self.rows.items() if s.account_id == account_id]
        for token in set(ended) - {but}:
            del self.rows[token]
        return len(ended)


class FakeDevices:
    """Which account signed in from which device."""

    def __init__(self) -> None:
        self.rows: set[tuple[str, str]] = set()
        self.tokens = count()

    def is_known(self, token: str, account_id: str) -> bool:
        return (token, account_id) in self.rows

    def remember_device(self, token: str, account_id: str) -> str:
        token = token or f"device-{next(self.tokens)}"
        self.rows.add((token, account_id))
        return token

    def delete_devices(self, account_id: str) -> None:
        self.rows = {(t, a) for t, a in self.rows if a != account_id}


class FakePasswords:
    """Passwords hashed without work; counts those looked at. `is_full`: no place."""

    def __init__(self) -> None:
        self.looked, self.is_full = 0, False

    @contextmanager
    def hold_place(self, *, is_known: bool) -> Iterator[None]:
        if self.is_full:
            raise PasswordsBusy("full", 2)
        yield

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def is_match(self, secret: str, password: str) -> bool:
        self.looked += 1
        return secret == self.hash(password)


@dataclass
class FakeTries:
    """Tries that are never forgotten; how often it was asked to count."""

    counts: dict[str, int] = field(default_factory=dict)
    asked: int = 0

    def count_tries(self, keys: Sequence[str], limits: Limits) -> tuple[str, ...]:
        self.asked += 1
        before = {key: self.counts.get(key, 0) for key in keys}
        most = limits(before)
        for key, tries in before.items():
            if tries >= most.get(key, NO_LIMIT):
                raise OverLimit(key, AGAIN_SECONDS)
        self.counts |= {key: tries + 1 for key, tries in before.items()}
        return tuple(keys)

    def give_back(self, taken: Sequence[str]) -> None:
        for key in taken:
            self.counts[key] -= 1


@dataclass
class FakeEvents:
    """Security events: what, outcome, and whom they name."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    named: list[dict[str, str]] = field(default_factory=list)

    def add_event(self, what: str, outcome: str, *, address: str, **more: str) -> None:
        self.rows.append((what, outcome))
        self.named.append(more)

    def add_event_once(
        self, what: str, outcome: str, *, address: str, **more: str
    ) -> None:
        if (what, outcome) not in self.rows:
            self.add_event(what, outcome, address=address, **more)


@dataclass
class FakeLetters:
    """Letters that are sent, unless notify is away."""

    sent: list[Mailing] = field(default_factory=list)
    is_away: bool = False

    def send_letters(self, mailings: Sequence[Mailing]) -> None:
        if self.is_away:
            raise Problem(503, "service-away", "notify does not answer")
        self.sent += mailings


@dataclass
class FakeEnrollment:
    """Enrollment as invitations ask it, by person."""

    people: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    def add(self, id_: str, phone: str, email: str = "") -> None:
        self.people[id_] = {
            "person_id": id_,
            "name": "目标甲",
            "phone": phone,
            "email": email,
            "branch_id": "dongcheng",
            "branch_name": "东城区总工会",
            "member_no": f"N-{id_}",
        }

    def send_request(
        self,
        method: str,
        path: tuple[str, ...],
        answer: Any,
        *,
        body: Mapping[str, Sequence[str]],
    ) -> Any:
        self.asked.append(list(body["person_ids"]))
        rows = [self.people[id_] for id_ in body["person_ids"] if id_ in self.people]
        return msgspec.convert(rows, answer)


@dataclass
class FakeNotify:
    """Notify as invitations ask it; it may be away."""

    mails: list[dict[str, Any]] = field(default_factory=list)
    is_away: bool = False

    def send_request(
        self,
        method: str,
        path: tuple[str, ...],
        answer: Any,
        *,
        body: Mapping[str, Sequence[dict[str, Any]]],
    ) -> dict[str, Any]:
        if self.is_away:
            raise Problem(503, "service-away", "notify does not answer")
        self.mails += body["mails"]
        return {}

    def links(self) -> list[str]:
        """What each letter leads to."""
        return [mail["words"]["link"].rpartition("/")[2] for mail in self.mails]


def an_account(id_: str, *roles: str, login: str = "", **more: Any) -> Account:
    """An account that signs in with PASSWORD."""
    secret = f"hash of {PASSWORD}"
    fields = {"secret": secret, "branch_id": "", **more}
    return Account(id_, login or id_, "某某", roles, **fields)


OPERATOR_ACCOUNT = an_account("operator", OPERATOR, STAFF)
STAFF_ACCOUNT = an_account("jiaowu", STAFF, email="jiaowu@b.example")
OFFICER_ACCOUNT = an_account("shi", OFFICER, branch_id="dongcheng")
TRAINEE_ACCOUNT = an_account("p1", TRAINEE, login="13512347784", person_id="p1")
ACCOUNTS = (OPERATOR_ACCOUNT, STAFF_ACCOUNT, OFFICER_ACCOUNT, TRAINEE_ACCOUNT)
OPERATOR_ACTS, STAFF_ACTS = (Actor(a, HERE) for a in (OPERATOR_ACCOUNT, STAFF_ACCOUNT))
OFFICER_ACTS, TRAINEE_ACTS = (
    Actor(a, HERE) for a in (OFFICER_ACCOUNT, TRAINEE_ACCOUNT)
)


class Identity:
    """The use cases of the gateway's identity over all of these."""

    def __init__(self, *accounts: Account) -> None:
        self.accounts = FakeAccounts(*(accounts or ACCOUNTS))
        self.sessions, self.devices = FakeSessions(), FakeDevices()
        self.passwords, self.tries = FakePasswords(), FakeTries()
        self.events, self.letters = FakeEvents(), FakeLetters()
        self.enrollment, self.notify = FakeEnrollment(), FakeNotify()
        self.addresses = {"p1": "p1@b.example"}
        stored = cast(StoredAccounts, self.accounts)
        sessions = cast(LoginSessions, self.sessions)
        devices, events = (
            cast(KnownDevices, self.devices),
            cast(SecurityEvents, self.events),
        )
        letters = cast(InvitePeople, self.letters)
        self.limits = SignInLimits(cast(Tries, self.tries), Pseudonyms(b"key"))
        self.sign_in = SignIn(
            stored,
            sessions,
            devices,
            cast(PasswordHashes, self.passwords),
            self.limits,
            events,
        )
        self.invite_members = InviteMembers(stored, letters, BRANCHES.get, events)
        self.manage = ManageAccounts(
            stored,
            sessions,
            devices,
            letters,
            lambda person: self.addresses.get(person, ""),
            BRANCHES.get,
            events,
        )
        self.invite_people = InvitePeople(
            stored,
            cast(Any, self.enrollment),
            cast(Any, self.notify),
            "https://b.example",
        )

    def account(self, id_: str) -> Account:
        """The account as it is now."""
        return self.accounts.rows[id_]

    def invite(self, id_: str, until: float, link: str = "link", **more: Any) -> None:
        """The account waits for its password, which this link sets until then."""
        self.accounts.rows[id_] = replace(
            self.account(id_),
            secret="",
            invitation=hash_token(link),
            invited_until=until,
            **more,
        )
