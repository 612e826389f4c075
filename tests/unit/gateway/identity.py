"""The gateway's identity in memory: its accounts and its use cases over all fakes."""

from dataclasses import replace
from typing import Any, cast

from gateway.code_wiring import build_code_parts
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE, Account
from gateway.identity.account_store import StoredAccounts
from gateway.identity.activate_account import ActivateAccount
from gateway.identity.code_limits import CodeLimits
from gateway.identity.contacts import Contact, Contacts
from gateway.identity.find_account import FindAccount
from gateway.identity.invite_members import InviteMembers
from gateway.identity.invite_people import InvitePeople
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import (
    LoginSessions,
)
from gateway.identity.manage_accounts import Actor, ManageAccounts
from gateway.identity.password_hashes import PasswordHashes
from gateway.identity.print_codes import PrintCodes
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.security_events import SecurityEvents
from gateway.identity.sign_in import Origin, SignIn
from gateway.identity.sign_in_limits import SignInLimits
from gateway.identity.tokens import hash_token
from gateway.identity.tries import Tries

from tests.unit.gateway.identity_stores import (
    FakeAccounts,
    FakeCodes,
    FakeContacts,
    FakeDevices,
    FakeSessions,
)
from tests.unit.gateway.identity_world import (
    FakeEnrollment,
    FakeEvents,
    FakeNotify,
    FakePasswords,
    FakeTries,
    Letters,
)

PASSWORD, NEXT = "correct horse", "battery staple 9"
HERE = Origin("10.0.0.1")
BRANCHES = {"dongcheng": "东城区总工会"}


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
        self.by_day = FakeTries()
        self.events, self.letters = FakeEvents(), Letters()
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
        self.contacts, self.codes = FakeContacts(), FakeCodes()
        self.has_sms = True
        self.members: dict[tuple[str, str], str] = {}
        self.written: list[tuple[str, Contact]] = []
        contacts = cast(Contacts, self.contacts)
        self.letters.contacts = contacts
        self.find_account = FindAccount(
            stored,
            contacts,
            lambda branch, no: self.members.get((branch, no.casefold()), ""),
        )
        self.sign_in = SignIn(
            stored,
            self.find_account,
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
            contacts,
        )
        self.code_parts = build_code_parts(
            self.codes,
            self.sign_in,
            contacts,
            CodeLimits(
                cast(Tries, self.tries), cast(Tries, self.by_day), self.limits.names
            ),
            cast(Any, self.notify),
            lambda person, contact: self.written.append((person, contact)),
            lambda: self.has_sms,
        )
        self.own_password = self.code_parts.own_password
        self.print_codes = PrintCodes(
            stored, self.invite_people, self.limits.names, events
        )
        self.activate = ActivateAccount(stored, self.sign_in, self.limits, events)

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
