"""A code that is sent lets in whoever has the phone: once, here, and nobody else."""

import datetime
from dataclasses import replace

import pytest
from gateway.identity.account import ACTIVE, INVITED, STAFF, TRAINEE
from gateway.identity.code_limits import (
    ATTACKED_LOGIN,
    FROM_ONE_PLACE,
    OF_ONE_LOGIN,
)
from gateway.identity.contacts import Contact, Owner, parse_contact
from gateway.identity.device_names import device_name
from gateway.identity.errors import (
    CodeWrong,
    ContactIllegal,
    ContactTaken,
    ProofNeeded,
    TooManyCodes,
    UnknownSession,
)
from gateway.identity.one_time_codes import TRIES, plain_digits
from gateway.identity.own_password import FRESH_SECONDS
from gateway.identity.session_terms import OPERATOR_TERM, STAYING_TERM, TERM
from gateway.identity.sign_in import Origin, Visitor

from tests.unit.gateway.identity import (
    HERE,
    NEXT,
    OFFICER_ACCOUNT,
    PASSWORD,
    STAFF_ACCOUNT,
    Identity,
    an_account,
)

PHONE, MAIL = "13512347784", "p1@b.example"
INVITED_ACCOUNT = an_account("p1", TRAINEE, login=PHONE, person_id="p1", secret="")
TAKEN_UP = replace(INVITED_ACCOUNT, secret=f"hash of {PASSWORD}")


@pytest.fixture
def identity() -> Identity:
    """A person who was invited and has taken nothing up yet."""
    return Identity(INVITED_ACCOUNT, STAFF_ACCOUNT, OFFICER_ACCOUNT)


def last_code(identity: Identity) -> str:
    """The code of the message that was sent last."""
    return str(identity.notify.mails[-1]["words"]["code"])


def sign_in(identity: Identity, login: str, origin: Origin = HERE) -> Visitor:
    """Ask for a code and answer with what was sent."""
    ticket = identity.code_parts.by_code.ask_code(login, origin)
    return identity.code_parts.by_code.answer_code(ticket, last_code(identity), origin)


@pytest.mark.parametrize(
    "written", [PHONE, "+86 135 1234 7784", "１３５１２３４７７８４", "135-1234-7784"]
)
def test_who_has_the_phone_is_in_however_it_is_written(
    identity: Identity, written: str
) -> None:
    visitor = sign_in(identity, written)
    assert visitor.account is not None
    assert visitor.account.id == "p1"
    assert identity.account("p1").state == ACTIVE
    assert identity.contacts.get_owner(PHONE) == Owner("p1", is_proven=True)
    [message] = identity.notify.mails
    assert (message["channel"], message["address"]) == ("sms", PHONE)


def test_a_code_goes_to_the_address_that_was_written(identity: Identity) -> None:
    identity.contacts.add_written([("p1", MAIL)])
    sign_in(identity, MAIL.upper())
    [message] = identity.notify.mails
    assert (message["channel"], message["address"]) == ("mail", MAIL)


def test_a_member_number_with_its_branch_leads_to_the_person(
    identity: Identity,
) -> None:
    identity.members["dongcheng", "n-1"] = "p1"
    visitor = sign_in(identity, "dongcheng / N-1")
    assert visitor.account is not None
    assert visitor.account.id == "p1"


def test_for_nobody_a_message_is_asked_for_that_goes_nowhere(
    identity: Identity,
) -> None:
    ticket = identity.code_parts.by_code.ask_code("13900000000", HERE)
    [message] = identity.notify.mails
    assert message["address"] == ""
    with pytest.raises(CodeWrong):
        identity.code_parts.by_code.answer_code(ticket, last_code(identity), HERE)


def test_where_no_short_message_leaves_a_code_goes_by_mail_or_nowhere(
    identity: Identity,
) -> None:
    identity.has_sms = False
    identity.code_parts.by_code.ask_code(PHONE, HERE)
    assert identity.notify.mails[-1]["address"] == ""
    identity.contacts.add_written([("p1", MAIL)])
    sign_in(identity, PHONE)
    assert identity.notify.mails[-1]["address"] == MAIL


@pytest.mark.parametrize("login", ["13900000000", MAIL, "dongcheng/N-9", PHONE])
def test_where_no_short_message_leaves_nobody_is_told_of_it_by_a_code(
    identity: Identity, login: str
) -> None:
    identity.has_sms, identity.notify.channels = False, ("mail",)
    assert identity.code_parts.by_code.ask_code(login, HERE)


def test_a_code_works_once(identity: Identity) -> None:
    by_code = identity.code_parts.by_code
    ticket = by_code.ask_code(PHONE, HERE)
    by_code.answer_code(ticket, last_code(identity), HERE)
    with pytest.raises(CodeWrong):
        by_code.answer_code(ticket, last_code(identity), HERE)


def test_of_two_codes_in_one_browser_the_newest_wins(identity: Identity) -> None:
    by_code = identity.code_parts.by_code
    ticket = by_code.ask_code(PHONE, HERE)
    first = last_code(identity)
    assert by_code.ask_code(PHONE, HERE, ticket) == ticket
    with pytest.raises(CodeWrong):
        by_code.answer_code(ticket, first, HERE)
    by_code.answer_code(ticket, last_code(identity), HERE)


def test_what_a_stranger_asks_for_and_guesses_leaves_my_code_good(
    identity: Identity,
) -> None:
    by_code = identity.code_parts.by_code
    mine = by_code.ask_code(PHONE, HERE)
    code = last_code(identity)
    theirs = by_code.ask_code(PHONE, Origin("203.0.113.9"))
    for _ in range(TRIES):
        with pytest.raises(CodeWrong):
            by_code.answer_code(theirs, "000000", Origin("203.0.113.9"))
    assert by_code.answer_code(mine, code, HERE).account is not None


def test_a_code_is_guessed_at_so_often_and_no_more(identity: Identity) -> None:
    by_code = identity.code_parts.by_code
    ticket = by_code.ask_code(PHONE, HERE)
    for _ in range(TRIES):
        with pytest.raises(CodeWrong):
            by_code.answer_code(ticket, "000000", HERE)
    with pytest.raises(CodeWrong):
        by_code.answer_code(ticket, last_code(identity), HERE)


def test_a_ticket_of_another_login_is_not_taken_over(identity: Identity) -> None:
    by_code = identity.code_parts.by_code
    ticket = by_code.ask_code("13900000000", HERE)
    assert by_code.ask_code(PHONE, HERE, ticket) != ticket


def test_one_place_gets_so_many_codes_and_others_still_get_theirs(
    identity: Identity,
) -> None:
    by_code = identity.code_parts.by_code
    for _ in range(FROM_ONE_PLACE):
        by_code.ask_code(PHONE, HERE)
    with pytest.raises(TooManyCodes):
        by_code.ask_code(PHONE, HERE)
    assert by_code.ask_code(PHONE, Origin("203.0.113.9"))


def test_many_strangers_cost_one_code_each_and_then_none(identity: Identity) -> None:
    by_code = identity.code_parts.by_code
    by_code.ask_code(PHONE, Origin("198.51.100.1"))
    for place in range(1, OF_ONE_LOGIN):
        by_code.ask_code(PHONE, Origin(f"203.0.{place}.1"))
        if place > ATTACKED_LOGIN:
            with pytest.raises(TooManyCodes):
                by_code.ask_code(PHONE, Origin(f"203.0.{place}.1"))
    with pytest.raises(TooManyCodes):
        by_code.ask_code(PHONE, HERE)
    known = identity.devices.remember_device("", "p1")
    assert by_code.ask_code(PHONE, Origin("10.9.9.9", known))


@pytest.mark.parametrize("state", ["disabled", "reset"])
def test_who_was_disabled_or_reset_gets_no_code(identity: Identity, state: str) -> None:
    fields = {"disabled": {"is_disabled": True}, "reset": {"is_reset": True}}[state]
    identity.accounts.rows["p1"] = replace(INVITED_ACCOUNT, **fields)
    identity.code_parts.by_code.ask_code(PHONE, HERE)
    assert identity.notify.mails[-1]["address"] == ""


def test_a_phone_that_a_branch_wrote_down_opens_no_account_that_is_in_use(
    identity: Identity,
) -> None:
    identity.accounts.rows["p1"] = TAKEN_UP
    identity.code_parts.by_code.ask_code(PHONE, HERE)
    assert identity.notify.mails[-1]["address"] == ""
    identity.contacts.prove_contact("p1", PHONE)
    assert sign_in(identity, PHONE).account is not None


def test_who_types_a_phone_that_is_not_proven_gets_the_code_at_what_is(
    identity: Identity,
) -> None:
    identity.accounts.rows["p1"] = TAKEN_UP
    identity.contacts.prove_contact("p1", MAIL)
    assert sign_in(identity, PHONE).account is not None
    [message] = identity.notify.mails
    assert (message["channel"], message["address"]) == ("mail", MAIL)


def test_who_was_attested_by_a_branch_is_attested_no_longer(identity: Identity) -> None:
    identity.accounts.rows["p1"] = replace(TAKEN_UP, attested_by="dongcheng")
    sign_in(identity, PHONE)
    assert identity.account("p1").attested_by == ""


def test_a_proven_phone_is_its_owners_though_a_branch_wrote_it_for_another(
    identity: Identity,
) -> None:
    other = an_account("p2", TRAINEE, login="n-2", person_id="p2")
    identity.accounts.rows["p2"] = other
    identity.contacts.prove_contact("p2", PHONE)
    visitor = sign_in(identity, PHONE)
    assert visitor.account == identity.account("p2")


def test_members_of_the_college_get_codes_where_their_letters_go(
    identity: Identity,
) -> None:
    visitor = sign_in(identity, "jiaowu")
    assert visitor.account is not None
    assert visitor.account.id == "jiaowu"
    assert identity.notify.mails[-1]["address"] == STAFF_ACCOUNT.email


def test_only_trainees_and_officers_stay_signed_in(identity: Identity) -> None:
    identity.accounts.rows["p1"] = TAKEN_UP
    for login in (PHONE, "shi", "jiaowu"):
        identity.sign_in(login, PASSWORD, HERE, stays=True)
    terms = identity.sessions.terms
    assert terms == {"p1": STAYING_TERM, "shi": STAYING_TERM, "jiaowu": TERM}
    assert OPERATOR_TERM.idle_seconds < TERM.idle_seconds


def test_a_new_password_needs_a_proof_of_a_moment_ago(identity: Identity) -> None:
    visitor = sign_in(identity, PHONE)
    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(
        seconds=FRESH_SECONDS + 1
    )
    identity.sessions.prove_at(visitor.token, long_ago)
    stale = identity.sign_in.get_visitor(visitor.token)
    changes = identity.code_parts.change_contacts
    with pytest.raises(ProofNeeded):
        changes.ask_code(stale, MAIL, HERE)
    ticket, contact = identity.code_parts.prove_again.ask_code(stale, HERE)
    assert contact == Contact(PHONE, is_proven=True)
    identity.code_parts.prove_again.answer_code(
        stale, ticket, last_code(identity), HERE
    )
    fresh = identity.sign_in.get_visitor(visitor.token)
    identity.code_parts.own_password.set_password(fresh, NEXT, HERE)
    assert identity.sign_in(PHONE, NEXT, HERE).account is not None


def test_a_proof_by_a_wrong_code_is_none(identity: Identity) -> None:
    visitor = sign_in(identity, PHONE)
    ticket, _ = identity.code_parts.prove_again.ask_code(visitor, HERE)
    with pytest.raises(CodeWrong):
        identity.code_parts.prove_again.answer_code(visitor, ticket, "000000", HERE)


def test_a_new_phone_takes_the_place_of_the_old_and_enrollment_is_told(
    identity: Identity,
) -> None:
    visitor, new = sign_in(identity, PHONE), "13900001111"
    changes = identity.code_parts.change_contacts
    ticket = changes.ask_code(visitor, new, HERE)
    changes.answer_code(visitor, ticket, last_code(identity), HERE)
    assert identity.written == [("p1", Contact(new, is_proven=True))]
    assert identity.contacts.find_by_account("p1") == [Contact(new, is_proven=True)]
    assert sign_in(identity, new).account is not None
    assert identity.account("p1").login == new
    assert identity.find_account(PHONE) is None


def test_what_another_account_has_proven_cannot_be_taken(identity: Identity) -> None:
    visitor = sign_in(identity, PHONE)
    identity.contacts.prove_contact("shi", MAIL)
    changes = identity.code_parts.change_contacts
    ticket = changes.ask_code(visitor, MAIL, HERE)
    with pytest.raises(ContactTaken):
        changes.answer_code(visitor, ticket, last_code(identity), HERE)
    assert identity.contacts.get_owner(MAIL).account_id == "shi"
    assert identity.written == []


@pytest.mark.parametrize("written", ["", "学", "123", "a@", "\0"])
def test_what_is_no_contact_gets_no_code(identity: Identity, written: str) -> None:
    visitor = sign_in(identity, PHONE)
    with pytest.raises(ContactIllegal):
        identity.code_parts.change_contacts.ask_code(visitor, written, HERE)
    assert parse_contact(written) == ""


def test_a_code_for_one_purpose_serves_no_other(identity: Identity) -> None:
    visitor = sign_in(identity, PHONE)
    ticket = identity.code_parts.by_code.ask_code(PHONE, HERE)
    with pytest.raises(CodeWrong):
        identity.code_parts.change_contacts.answer_code(
            visitor, ticket, last_code(identity), HERE
        )


def test_a_session_is_ended_by_its_own_account_alone(identity: Identity) -> None:
    mine, other = sign_in(identity, PHONE), sign_in(identity, "jiaowu")
    own = identity.code_parts.own_sessions
    with pytest.raises(UnknownSession):
        own.end_session(identity.account("p1"), other.session, HERE)
    own.end_session(identity.account("p1"), mine.session, HERE)
    assert identity.sign_in.get_visitor(mine.token).account is None
    assert identity.sign_in.get_visitor(other.token).account is not None


def test_an_invitation_that_was_followed_proves_its_address(identity: Identity) -> None:
    identity.contacts.add_written([("p1", MAIL)])
    identity.invite("p1", until=2e12)
    identity.sign_in.accept_invitation("link", PASSWORD, HERE)
    assert identity.contacts.get_owner(MAIL).is_proven
    assert identity.account("p1").state != INVITED
    assert sign_in(identity, MAIL).account is not None


@pytest.mark.parametrize(
    ("written", "digits"),
    [("123456", "123456"), (" 123 456 ", "123456"), ("１２３４５６", "123456")]
    + [(other, "") for other in ("", "12345", "1234567", "12345a", "1" * 400)],
)
def test_a_code_is_read_however_it_is_typed(written: str, digits: str) -> None:
    assert plain_digits(written) == digits


def test_a_device_is_named_in_the_words_by_which_it_is_known_again() -> None:
    android = "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36"
    assert device_name(android) == "Chrome · Android"
    assert device_name(f"{android} MicroMessenger/8.0") == "WeChat · Android"
    assert device_name("curl/8.4") == "curl"
    assert device_name("") == ""


def test_staff_are_no_trainees_and_have_short_sessions(identity: Identity) -> None:
    visitor = identity.sign_in("jiaowu", PASSWORD, HERE, stays=True)
    assert not visitor.stays
    assert STAFF in visitor.roles
