"""Who is deleted while an account, a contact or a letter is made leaves nothing, at
whatever moment of it the deletion comes, on every engine."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import pytest
from chassis.audit.log import AuditLog
from chassis.people.forgotten import ForgottenPeople
from chassis.people.personal_data import PersonalData, PersonalRows
from chassis.storage.aggregates import mapping_of
from gateway.events.to_events import to_event
from gateway.identity.account import Account
from gateway.identity.account_store import AccountDocument, StoredAccounts
from gateway.identity.contacts import Contacts
from gateway.identity.invite_people import InvitePeople
from gateway.identity.known_devices import KnownDevices
from gateway.identity.login_sessions import Begun, LoginSessions, SessionTerm
from gateway.identity.one_time_codes import CodeRequest, OneTimeCodes
from gateway.identity.pseudonyms import Pseudonyms
from gateway.personal_data.own_holdings import OwnHoldings
from gateway.roster_drafts.draft_store import RosterDrafts
from gateway.roster_drafts.sealed_parts import SealedParts
from notify.domain.notice import MAIL, SMS, Mail
from notify.events.to_events import to_event as to_notify_event
from notify.store import documents
from notify.store.mails import MAIL_FORM, StoredMails
from notify.usecases.remove_entries import remove_entries
from notify.usecases.take_mails import TakeMails

from tests.engines import Kept
from tests.stores.test_forgotten_accounts import rows_naming
from tests.stores.test_sending import NOON
from tests.unit.gateway.identity_world import FakeEnrollment, FakeNotify

PHONE, ADDRESS, NAME = "13588800001", "one@b.example", "目标甲"
Act = Callable[[str], object]


@dataclass
class Deletion:
    """A deletion that comes at one moment of what others do, once."""

    at: str
    forget: Act = lambda _: None
    passed: list[str] = field(default_factory=list)

    def pass_by(self, moment: str) -> None:
        self.passed.append(moment)
        if moment == self.at and self.passed.count(moment) == 1:
            self.forget("p1")


class Accounts(StoredAccounts):
    """Accounts, with moments before and behind each that is made or changed."""

    deletion = Deletion("")

    def create_account(self, account: Account) -> bool:
        self.deletion.pass_by("before the account")
        made = super().create_account(account)
        self.deletion.pass_by("behind the account")
        return made

    def create_many(self, accounts: Iterable[Account]) -> set[str]:
        self.deletion.pass_by("before the account")
        taken = super().create_many(accounts)
        self.deletion.pass_by("behind the account")
        return taken

    def change(self, id_: str, decide: Callable[[Account], Account]) -> Account:
        self.deletion.pass_by("before the change")
        changed = super().change(id_, decide)
        self.deletion.pass_by("behind the change")
        return changed


class WrittenContacts(Contacts):
    """Contacts, with a moment before they are written and one behind."""

    deletion = Deletion("")

    def add_written(self, written: Iterable[tuple[str, str]]) -> None:
        self.deletion.pass_by("before the contact")
        super().add_written(written)
        self.deletion.pass_by("behind the contact")


class Enrollment(FakeEnrollment):
    """Enrollment, which answers, and then the person is deleted."""

    deletion = Deletion("")

    def send_request(self, *asked: Any, **more: Any) -> Any:
        answer = super().send_request(*asked, **more)
        self.deletion.pass_by("behind the answer")
        return answer


MOMENTS = (
    "behind the answer",
    "before the account",
    "behind the account",
    "before the contact",
    "behind the contact",
)
RENEWED = (*MOMENTS, "before the change", "behind the change")


@pytest.fixture
def own(kept: Kept) -> OwnHoldings:
    database = kept.database("gateway")
    rows = kept.aggregates("gateway", AccountDocument, mapping_of(Account), to_event)
    drafts = RosterDrafts(database, SealedParts(b"key"))
    return OwnHoldings(database, Accounts(rows), drafts, cast(AuditLog, None))


def inviting(kept: Kept, own: OwnHoldings, deletion: Deletion) -> InvitePeople:
    """What invites a person who is deleted at that moment."""
    deletion.forget = own.forget_person
    enrollment, contacts = Enrollment(), WrittenContacts(kept.database("gateway"))
    enrollment.add("p1", PHONE, ADDRESS)
    for part in (own.accounts, enrollment, contacts):
        cast(Any, part).deletion = deletion
    return InvitePeople(
        own.accounts,
        cast(Any, enrollment),
        cast(Any, FakeNotify()),
        "https://b.example",
        contacts,
    )


def traces(kept: Kept, *whats: str) -> list[str]:
    """The collections of the gateway in which any of this stands."""
    database = kept.database("gateway")
    return [name for what in whats for name in rows_naming(database, what)]


@pytest.mark.parametrize("moment", MOMENTS)
def test_no_account_and_no_contact_is_left_of_who_is_deleted_while_invited(
    kept: Kept, own: OwnHoldings, moment: str
) -> None:
    deletion = Deletion(moment)
    inviting(kept, own, deletion).invite_new_people(["p1"])
    assert moment in deletion.passed
    assert traces(kept, "p1", PHONE, ADDRESS, NAME) == []


@pytest.mark.parametrize("moment", RENEWED)
def test_nor_of_who_is_deleted_while_a_letter_is_renewed(
    kept: Kept, own: OwnHoldings, moment: str
) -> None:
    deletion = Deletion(moment)
    people = inviting(kept, own, deletion)
    people.renew_invitations(people.find_invitees(["p1"]))
    assert moment in deletion.passed
    assert traces(kept, "p1", PHONE, ADDRESS, NAME) == []


def test_nor_a_contact_code_session_or_device_that_is_written_after_the_deletion(
    kept: Kept, own: OwnHoldings
) -> None:
    database = kept.database("gateway")
    own.forget_person("p1")
    assert not Contacts(database).prove_contact("p1", PHONE)
    codes = OneTimeCodes(database, Pseudonyms(b"key"))
    fresh = codes.create_code(CodeRequest("sign-in", "p1", PHONE))
    assert codes.get_request(fresh.ticket) is None
    sessions = LoginSessions(database)
    token, _ = sessions.create_session(Begun("p1", 0, SessionTerm(60, 60)))
    assert sessions.get_by_token(token) is None
    KnownDevices(database).remember_device("", "p1")
    assert traces(kept, "p1", PHONE) == []


class Room:
    """Room for every message; the person is deleted while it is looked for."""

    def __init__(self, deletion: Deletion) -> None:
        self.deletion = deletion

    def count_messages(self, messages: Any) -> set[str]:
        self.deletion.pass_by("before the letter")
        return set()


class PutMails(StoredMails):
    """Mails, with a moment before they are put and one behind."""

    deletion = Deletion("")

    def create(self, mails: Iterable[Mail]) -> None:
        new = list(mails)
        self.deletion.pass_by("as it is put")
        super().create(new)
        self.deletion.pass_by("behind the letter")


LETTER_MOMENTS = ("", "before the letter", "as it is put", "behind the letter")


@pytest.mark.parametrize("moment", LETTER_MOMENTS)
def test_no_letter_is_left_to_who_is_deleted_while_notify_takes_it(
    kept: Kept, moment: str
) -> None:
    mails = PutMails(
        kept.aggregates("notify", documents.MailDocument, MAIL_FORM, to_notify_event)
    )
    data = PersonalData(
        ForgottenPeople(kept.database("notify")),
        [PersonalRows("mails", documents.MailDocument)],
        partial(remove_entries, mails, None),
    )
    deletion = Deletion(moment, data.forget_person)
    mails.deletion = deletion
    kinds = {MAIL: frozenset({"invitation"}), SMS: frozenset({"invitation"})}
    take = TakeMails(
        mails, cast(Any, Room(deletion)), kinds, lambda: NOON, lambda _: None, data
    )
    if not moment:
        data.forget_person("p1")
    words = {"name": NAME, "link": "l"}
    others = Mail("m2", "invitation", "p2", "two@b.example", words)
    assert take([Mail("m1", "invitation", "p1", ADDRESS, words), others]) == []
    assert moment in {"", *deletion.passed}
    found = [row["_id"] for row in mails.rows.collection.find()]
    assert found == ["m2"], "and of nobody else is anything deleted"
