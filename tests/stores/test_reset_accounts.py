"""After a reset nothing opens an account that was there before, on every engine, with
the parts as the gateway puts them together."""

import datetime
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest
from chassis.storage.aggregates import mapping_of
from gateway.events.to_events import to_event
from gateway.identity.account import OFFICER, STAFF, TRAINEE, Account
from gateway.identity.account_store import AccountDocument, StoredAccounts
from gateway.identity.api_keys import ApiKeys, new_key
from gateway.identity.contacts import Contacts
from gateway.identity.errors import CodeWrong, PasswordElsewhere
from gateway.identity.invite_people import InvitePeople
from gateway.identity.manage_accounts import Actor
from gateway.identity.providers.account_links import BY_OWNER
from gateway.identity.sign_in import Origin
from gateway.identity_wiring import Identity, build_identity
from gateway.second_factor.factors import Passkey

from tests.engines import Kept
from tests.stores.test_provider_links import ONE
from tests.unit.gateway.identity_world import FakeEnrollment, FakeNotify

STARTED = datetime.datetime(2026, 11, 20, 8, tzinfo=datetime.UTC)
HERE, THERE = Origin("10.0.0.1"), Origin("10.0.0.9")
NEXT, THIEF, MAIL = "battery staple 9", "13900001111", "wang@b.example"
STAFF_ACTS = Actor(Account("jiaowu", "jiaowu", "教务", (STAFF,)), HERE)
WANG = Account(
    "wang", "13800000001", "王小明", (TRAINEE, OFFICER), "wang", "east", secret="s"
)
LEFT = "second-factors connections api-keys contacts"
"""What somebody who got in has left there, as the line names it."""


class Enrollment(FakeEnrollment):
    """Enrollment, which knows where everybody is written to."""

    def send_request(
        self, method: str, path: tuple[str, ...], answer: Any, **more: Any
    ) -> Any:
        if path != ("people", "contacts"):
            return super().send_request(method, path, answer, **more)
        row = {"person_id": "wang", "name": "王小明", "phone": "", "email": MAIL}
        return [SimpleNamespace(**row)]


@dataclass
class Opened:
    """The gateway's identity over a store, with one account that somebody got into."""

    identity: Identity
    accounts: StoredAccounts
    contacts: Contacts
    keys: ApiKeys
    notify: FakeNotify

    def get_in(self) -> tuple[str, str]:
        """Somebody adds ways of their own: the token of a key, the ticket of a code."""
        factors = self.identity.second.add.parts.factors
        passkey = Passkey("k1", b"c", b"p", 0, "theirs", STARTED)
        factors.change("wang", lambda one: one.with_passkey(passkey))
        self.identity.outside.stored_links.create_link(ONE, "thief", "wang", BY_OWNER)
        self.contacts.prove_contact("wang", THIEF)
        key = new_key("wang", "theirs", "rosters-read", "east", 300)
        ticket = self.identity.codes.by_code.ask_code(THIEF, THERE)
        return self.keys.create_key(key), ticket

    def code(self) -> str:
        return str(self.notify.mails[-1]["words"]["code"])

    def reset(self) -> str:
        """The college resets the account; what its letter leads to."""
        self.identity.manage.reset_password(STAFF_ACTS, "wang")
        return self.notify.mails[-1]["words"]["link"].rpartition("/")[2]

    def ways(self) -> set[str]:
        """By what of this the account is opened now, or could be."""
        factors = self.identity.second.add.parts.factors.get("wang")
        links = self.identity.outside.stored_links.find_links("wang")
        proven = [c.address for c in self.contacts.find_by_account("wang")]
        there = {
            "second-factors": factors.has_any or bool(factors.recovery),
            "connections": bool(links),
            "api-keys": self.keys.has_live("wang"),
            "contacts": THIEF in proven,
        }
        return {name for name, is_there in there.items() if is_there}


@pytest.fixture
def opened(kept: Kept) -> Opened:
    database = kept.database("gateway")
    form = mapping_of(Account)
    rows = kept.aggregates("gateway", AccountDocument, form, to_event)
    accounts, contacts = StoredAccounts(rows), Contacts(database)
    accounts.create_account(WANG)
    enrollment, notify = Enrollment(), FakeNotify()
    services = SimpleNamespace(enrollment=enrollment, notify=notify)
    settings = SimpleNamespace(
        second_factor="off", oidc_providers="", public_url="http://localhost:80"
    )
    people = InvitePeople(
        accounts,
        cast(Any, enrollment),
        cast(Any, notify),
        settings.public_url,
        contacts,
        lambda: True,
    )
    identity = build_identity(
        database,
        accounts,
        contacts,
        people,
        cast(Any, services),
        b"key",
        cast(Any, settings),
    )
    keys = ApiKeys(database)
    identity.create_indexes()
    keys.create_indexes()
    return Opened(identity, accounts, contacts, keys, notify)


def test_nothing_that_was_there_before_a_reset_opens_the_account_afterwards(
    opened: Opened,
) -> None:
    token, ticket = opened.get_in()
    code = opened.code()
    assert opened.ways() == set(LEFT.split())
    letter = opened.reset()
    assert opened.ways() == set()
    assert opened.keys.get_by_token(token) is None
    visitor = opened.identity.sign_in.accept_invitation(letter, NEXT, HERE)
    assert visitor.account is not None, "no second factor of the other is asked for"
    with pytest.raises(CodeWrong):
        opened.identity.codes.by_code.answer_code(ticket, code, THERE)
    assert opened.ways() == set()


def test_who_follows_the_letter_has_proven_the_address_and_no_other_contact(
    opened: Opened,
) -> None:
    opened.get_in()
    opened.identity.sign_in.accept_invitation(opened.reset(), NEXT, HERE)
    [contact] = opened.contacts.find_by_account("wang")
    assert (contact.address, contact.is_proven) == (MAIL, True)
    opened.identity.codes.by_code.ask_code(THIEF, THERE)
    assert opened.notify.mails[-1]["address"] == ""


def test_an_older_address_that_a_branch_wrote_is_not_proven_by_the_letter(
    opened: Opened,
) -> None:
    opened.contacts.add_written([("wang", "old@b.example"), ("wang", THIEF)])
    opened.identity.sign_in.accept_invitation(opened.reset(), NEXT, HERE)
    contacts = opened.contacts.find_by_account("wang")
    assert {c.address: c.is_proven for c in contacts} == {MAIL: True, THIEF: False}


def test_what_a_request_under_way_adds_during_a_reset_is_gone_when_it_is_taken_up(
    opened: Opened,
) -> None:
    letter = opened.reset()
    opened.get_in()
    opened.identity.sign_in.accept_invitation(letter, NEXT, HERE)
    assert opened.ways() == set()


def test_a_line_names_what_was_voided_and_by_whom(opened: Opened) -> None:
    opened.get_in()
    opened.reset()
    lines = {one["what"]: one for one in opened.identity.events.find_after("", 500)}
    voided = lines["ways-in-voided"]
    assert (voided["who"], voided["account"]) == ("jiaowu", "wang")
    assert voided["ways"] == LEFT
    opened.reset()
    after = [one["what"] for one in opened.identity.events.find_after("", 500)]
    assert after.count("ways-in-voided") == 1, "there was nothing more to void"


def test_a_password_of_a_directory_is_not_reset_here(opened: Opened) -> None:
    def refuse(account: Account) -> None:
        raise PasswordElsewhere("change it there")

    opened.identity.manage.require_own_password = refuse
    with pytest.raises(PasswordElsewhere):
        opened.reset()
    assert opened.accounts.get("wang") == WANG
