"""What a branch wrote, or somebody once had, opens no account that is in use."""

from dataclasses import replace
from typing import Any, cast

import pytest
from contracts.http.enrollment import BranchOut, PersonOut
from contracts.http.shape import Page
from gateway.clients.enrollment import MemberDirectory
from gateway.identity.account import ACTIVE, INVITED, OFFICER, TRAINEE
from gateway.identity.code_limits import FROM_ONE_PLACE, OF_ONE_ACCOUNT
from gateway.identity.contacts import Contact
from gateway.identity.errors import (
    CodeRefused,
    InvitationRefused,
    TooManyCodes,
    TooManyTries,
)
from gateway.identity.find_account import find_lone
from gateway.identity.login_names import counted_login
from gateway.identity.manage_accounts import Actor
from gateway.identity.print_codes import NoCode
from gateway.identity.sign_in import Visitor
from gateway.identity.sign_in_limits import FROM_ONE_PLACE as PASSWORDS

from tests.unit.gateway.identity import (
    HERE,
    NEXT,
    PASSWORD,
    STAFF_ACCOUNT,
    Identity,
    an_account,
)

PHONE, MAIL, NEW = "13512347784", "p1@b.example", "13900001111"
WAITING = an_account("p1", TRAINEE, login=PHONE, person_id="p1", secret="")
IN_USE = replace(WAITING, secret=f"hash of {PASSWORD}")


@pytest.fixture
def identity() -> Identity:
    return Identity(WAITING)


def last_code(identity: Identity) -> str:
    return str(identity.notify.mails[-1]["words"]["code"])


def change_contact(identity: Identity, visitor: Visitor, new: str) -> None:
    changes = identity.code_parts.change_contacts
    ticket = changes.ask_code(visitor, new, HERE)
    changes.answer_code(visitor, ticket, last_code(identity), HERE)


def test_who_proved_a_phone_is_vouched_for_no_longer_and_written_to_there_alone(
    identity: Identity,
) -> None:
    identity.accounts.rows["p1"] = replace(IN_USE, attested_by="dongcheng")
    identity.contacts.add_written([("p1", MAIL)])
    visitor = identity.sign_in(PHONE, PASSWORD, HERE)
    change_contact(identity, visitor, NEW)
    account = identity.account("p1")
    assert (account.attested_by, account.state) == ("", ACTIVE)
    usable = identity.code_parts.by_code.find_usable_contacts(account)
    assert usable == [Contact(NEW, is_proven=True)]


def test_a_letter_that_went_out_before_opens_no_account_with_a_password_of_its_own(
    identity: Identity,
) -> None:
    identity.invite("p1", until=2e12)
    identity.print_codes.accounts.change("p1", lambda a: a.with_code("c", 2e12, "dc"))
    visitor = identity.sign_in.begin_session(identity.account("p1"), HERE)
    visitor = identity.sign_in.get_visitor(visitor.token)
    identity.own_password.set_password(visitor, NEXT, HERE)
    with pytest.raises(InvitationRefused):
        identity.sign_in.accept_invitation("link", "another secret 1", HERE)
    assert identity.account("p1").code == ""
    assert identity.sign_in(PHONE, NEXT, HERE).account is not None


def test_a_phone_that_another_has_proven_gets_no_codes_of_this_account(
    identity: Identity,
) -> None:
    identity.accounts.rows["p1"] = replace(IN_USE, attested_by="dongcheng")
    identity.accounts.rows["p2"] = an_account("p2", TRAINEE, person_id="p2")
    identity.contacts.prove_contact("p2", PHONE)
    identity.members["dongcheng", "n-1"] = "p1"
    identity.code_parts.by_code.ask_code("dongcheng/N-1", HERE)
    assert identity.notify.mails[-1]["address"] == ""


def test_an_account_sends_so_many_codes_to_whatever_new_phones(
    identity: Identity,
) -> None:
    identity.accounts.rows["p1"] = IN_USE
    visitor = identity.sign_in(PHONE, PASSWORD, HERE)
    changes = identity.code_parts.change_contacts
    for number in range(OF_ONE_ACCOUNT):
        changes.ask_code(visitor, f"139000000{number:02}", HERE)
    with pytest.raises(TooManyCodes):
        changes.ask_code(visitor, "13911111111", HERE)
    assert len(identity.notify.mails) == OF_ONE_ACCOUNT


MEMBER_AS_WRITTEN = [
    "dongcheng/N-1",
    " dongcheng / N - 1 ",
    "Dongcheng/n-1",
    "dongcheng／Ｎ-1",
    "dongcheng/'N-1",
    'dongcheng/="N-1"',
]


@pytest.mark.parametrize("written", MEMBER_AS_WRITTEN)
def test_a_member_number_is_counted_as_one_however_it_is_written(written: str) -> None:
    assert counted_login(written) == "dongcheng/n-1"


def test_other_writings_of_a_member_number_bring_no_more_codes(
    identity: Identity,
) -> None:
    by_code = identity.code_parts.by_code
    for number in range(FROM_ONE_PLACE):
        by_code.ask_code(f"dongcheng/{' ' * number}N-1", HERE)
    with pytest.raises(TooManyCodes):
        by_code.ask_code("dongcheng/N -1", HERE)


def test_other_writings_of_a_member_number_bring_no_more_passwords(
    identity: Identity,
) -> None:
    for number in range(PASSWORDS):
        with pytest.raises(Exception, match="登录名或密码不对"):
            identity.sign_in(f"dongcheng/{' ' * number}N-1", "wrong", HERE)
    with pytest.raises(TooManyTries):
        identity.sign_in("dongcheng/N -1", "wrong", HERE)


def test_a_password_goes_with_a_member_number_whose_case_counts() -> None:
    asked: list[tuple[str, str]] = []
    identity = Identity(IN_USE)

    def person_of_member(branch: str, number: str) -> str:
        asked.append((branch, number))
        return "p1" if (branch, number) == ("dongcheng", "N-1") else ""

    identity.find_account.person_of_member = person_of_member
    assert identity.sign_in("dongcheng／N-1", PASSWORD, HERE).account is not None
    assert asked[-1] == ("dongcheng", "N-1")


class CountedEnrollment:
    """Enrollment, where the east has one member; notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def send_request(
        self, method: str, path: tuple[str, ...], answer: Any, **more: Any
    ) -> Any:
        self.asked.append(path)
        if path == ("branches",):
            return Page(items=[BranchOut(id="dc", name="东城区总工会", parent="")])
        body = more["body"]
        is_known = (body.branch_id, body.member_no) == ("dc", "N-1")
        person = PersonOut(
            person_id="p1",
            name="",
            phone="",
            email="",
            has_id_number=False,
            memberships=[],
        )
        return [person] if is_known else []


@pytest.mark.parametrize("branch", ["dc", "东城区总工会"])
def test_what_enrollment_is_asked_tells_nobody_which_numbers_there_are(
    branch: str,
) -> None:
    asked = []
    for number, person in (("N-1", "p1"), ("N-2", "")):
        enrollment = CountedEnrollment()
        directory = MemberDirectory(cast(Any, enrollment))
        assert directory.get_person_of_member(branch, number) == person
        asked.append(enrollment.asked)
    assert asked[0] == asked[1]


class Directory:
    """A directory that has the password of everybody."""

    def is_password_of(self, account: Any, password: str) -> bool:
        return bool(account) and password == PASSWORD

    def require_own_password(self, account: Any) -> None:
        """Nobody is refused."""


def test_who_came_by_a_password_of_a_directory_has_taken_up_the_account(
    identity: Identity,
) -> None:
    identity.invite("p1", until=2e12)
    identity.sign_in.proofs = cast(Any, Directory())
    identity.sign_in(PHONE, PASSWORD, HERE)
    assert identity.account("p1").state == ACTIVE
    assert identity.account("p1").invitation == ""
    identity.code_parts.by_code.ask_code(PHONE, HERE)
    assert identity.notify.mails[-1]["address"] == ""


def test_only_who_waits_is_taken_up_by_signing_in() -> None:
    officer = an_account("shi", OFFICER, branch_id="dongcheng")
    identity = Identity(officer, WAITING)
    identity.sign_in("shi", PASSWORD, HERE)
    assert identity.account("shi") == officer
    assert identity.account("p1").state == INVITED


TWIN = an_account("p2", TRAINEE, login="n-2", person_id="p2")


@pytest.fixture
def merged() -> Identity:
    """A record that waits and counts for another's, whose account is in use."""
    identity = Identity(WAITING, TWIN)
    identity.find_account.find_group = lambda _: ("p2", "p1")
    identity.invite_people.has_twin_in_use = identity.find_account.has_twin_in_use
    identity.enrollment.add("p1", PHONE, MAIL)
    return identity


def test_a_letter_to_a_merged_record_opens_nothing_that_its_human_uses_already(
    merged: Identity,
) -> None:
    merged.invite("p1", until=2e12)
    with pytest.raises(InvitationRefused):
        merged.sign_in.accept_invitation("link", NEXT, HERE)
    merged.invite_people.invite_at_new_addresses(["p1"])
    assert merged.notify.mails == []
    merged.accounts.rows["p2"] = replace(TWIN, attested_by="xicheng")
    assert merged.sign_in.accept_invitation("link", NEXT, HERE).account is not None


def test_nor_do_a_sheet_of_before_and_one_that_is_printed_now(merged: Identity) -> None:
    staff = Actor(STAFF_ACCOUNT, HERE)
    merged.find_account.find_group = find_lone
    [printed], _ = merged.print_codes(staff, ["p1"])
    merged.find_account.find_group = lambda _: ("p2", "p1")
    with pytest.raises(CodeRefused):
        merged.activate(printed.code, NEXT, HERE)
    assert merged.print_codes(staff, ["p1"])[1] == [NoCode("p1", "already-active")]


def test_nor_does_a_code_to_the_phone_that_a_branch_wrote_down(
    merged: Identity,
) -> None:
    merged.code_parts.by_code.ask_code(PHONE, HERE)
    assert merged.notify.mails[-1]["address"] == ""
    merged.find_account.find_group = find_lone
    merged.code_parts.by_code.ask_code(PHONE, HERE)
    assert merged.notify.mails[-1]["address"] == PHONE
