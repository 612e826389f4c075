"""People of branches get an account each, and a letter whose link works."""

import time
from dataclasses import replace

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import TRAINEE
from gateway.identity.errors import (
    AlreadyActive,
    InvitedJustNow,
    NoAddress,
    Refusal,
    TooManyMessages,
    UnknownAccount,
)
from gateway.identity.tokens import hash_token

from tests.unit.gateway.identity import STAFF_ACCOUNT, Identity, an_account

PHONE, MAIL = "13588800001", "one@b.example"


@pytest.fixture
def identity() -> Identity:
    """The college's staff, and one person whom enrollment knows."""
    made = Identity(STAFF_ACCOUNT)
    made.enrollment.add("p1", PHONE, MAIL)
    return made


def let_time_pass(identity: Identity, id_: str) -> None:
    """The last letter went out long ago; its link is good for an hour still."""
    until = time.time() + 3600
    identity.accounts.change(id_, lambda a: replace(a, invited_until=until))


def test_a_person_gets_an_account_under_the_phone_and_a_letter(
    identity: Identity,
) -> None:
    identity.invite_people.invite_new_people(["p1"])
    account = identity.account("p1")
    assert (account.login, account.roles, account.person_id) == (
        PHONE,
        (TRAINEE,),
        "p1",
    )
    (link,) = identity.notify.links()
    assert account.invitation == hash_token(link)
    assert account.invited_until > time.time()


def test_a_person_without_an_address_gets_an_account_and_no_letter(
    identity: Identity,
) -> None:
    identity.enrollment.add("p2", "13588800002")
    identity.invite_people.invite_new_people(["p2"])
    assert identity.account("p2").login == "13588800002"
    assert identity.notify.mails == []


def test_a_person_named_twice_is_one_account_and_whom_nobody_knows_none(
    identity: Identity,
) -> None:
    identity.invite_people.invite_new_people(["p1", "p1", "p-nobody"])
    assert set(identity.accounts.rows) == {STAFF_ACCOUNT.id, "p1"}
    assert len(identity.notify.mails) == 1


def test_a_phone_that_is_somebodys_login_makes_nobody_a_trainee(
    identity: Identity,
) -> None:
    staff = replace(STAFF_ACCOUNT, login=PHONE)
    identity.accounts.rows[staff.id] = staff
    identity.invite_people.invite_new_people(["p1"])
    assert identity.account(staff.id) == staff
    assert identity.account("p1").login == MAIL


def test_without_phone_and_address_that_are_free_the_member_number_is_the_login(
    identity: Identity,
) -> None:
    identity.enrollment.add("p2", PHONE)
    identity.invite_people.invite_new_people(["p1", "p2"])
    assert identity.account("p2").login == "dongcheng.n-p2"


def test_who_took_the_account_up_is_neither_asked_for_nor_written_to(
    identity: Identity,
) -> None:
    taken_up = an_account("p1", TRAINEE, login=PHONE, person_id="p1")
    identity.accounts.rows["p1"] = taken_up
    identity.invite_people.invite_new_people(["p1"])
    identity.invite_people.invite_at_new_addresses(["p1"])
    assert identity.account("p1") == taken_up
    assert (identity.notify.mails, identity.enrollment.asked) == ([], [])


def test_a_letter_that_could_not_go_out_goes_when_the_event_comes_again(
    identity: Identity,
) -> None:
    identity.notify.is_away = True
    with pytest.raises(Problem):
        identity.invite_people.invite_new_people(["p1"])
    identity.notify.is_away = False
    identity.invite_people.invite_new_people(["p1"])
    (link,) = identity.notify.links()
    assert identity.account("p1").invitation == hash_token(link)


def test_at_a_new_address_a_fresh_letter_comes_and_the_old_link_is_dead(
    identity: Identity,
) -> None:
    identity.invite_people.invite_new_people(["p1"])
    identity.enrollment.add("p1", PHONE, "new@b.example")
    identity.invite_people.invite_at_new_addresses(["p1"])
    old, new = identity.notify.links()
    assert identity.account("p1").invitation == hash_token(new) != hash_token(old)
    assert identity.notify.mails[-1]["address"] == "new@b.example"


def test_whoever_has_no_account_gets_none_by_a_new_address(identity: Identity) -> None:
    identity.invite_people.invite_at_new_addresses(["p1"])
    assert "p1" not in identity.accounts.rows


def test_a_person_is_invited_again_when_asked_but_not_at_once(
    identity: Identity,
) -> None:
    identity.invite_people.invite_new_people(["p1"])
    with pytest.raises(InvitedJustNow):
        identity.invite_people.invite_again("p1")
    assert len(identity.notify.mails) == 1
    let_time_pass(identity, "p1")
    assert identity.invite_people.invite_again("p1") == MAIL
    assert len(identity.notify.mails) == 2


def test_nobody_is_invited_again_who_cannot_be(identity: Identity) -> None:
    identity.enrollment.add("p2", "13588800002")
    identity.invite_people.invite_new_people(["p2"])
    active = an_account("p3", TRAINEE, login="13588800003", person_id="p3")
    identity.accounts.rows["p3"] = active
    refusals: dict[str, type[Refusal]] = {
        "p-nobody": UnknownAccount,
        "p2": NoAddress,
        "p3": AlreadyActive,
    }
    for person, refusal in refusals.items():
        with pytest.raises(refusal):
            identity.invite_people.invite_again(person)
    assert identity.notify.mails == []


def test_no_letter_asks_notify_for_nothing(identity: Identity) -> None:
    identity.notify.is_away = True
    identity.invite_people.send_letters([])
    assert identity.notify.mails == []


def test_every_letter_has_a_key_of_its_own_that_gives_no_link_away(
    identity: Identity,
) -> None:
    identity.invite_people.invite_new_people(["p1"])
    let_time_pass(identity, "p1")
    identity.invite_people.invite_again("p1")
    keys = [mail["key"] for mail in identity.notify.mails]
    assert len(set(keys)) == 2
    links = identity.notify.links()
    assert not [(key, link) for key in keys for link in links if link in key]


def test_who_has_a_phone_alone_is_invited_by_message_where_there_are_messages(
    identity: Identity,
) -> None:
    identity.enrollment.add("p2", "13588800002")
    identity.invite_people.invite_new_people(["p2"])
    assert identity.notify.mails == []
    assert identity.account("p2").invitation == ""
    identity.invite_people.has_sms = lambda: True
    assert identity.invite_people.invite_again("p2") == "13588800002"
    [message] = identity.notify.mails
    assert (message["channel"], message["address"]) == ("sms", "13588800002")
    (link,) = identity.notify.links()
    assert identity.account("p2").invitation == hash_token(link)


def test_whoever_has_an_address_gets_a_mail_also_where_there_are_messages(
    identity: Identity,
) -> None:
    identity.invite_people.has_sms = lambda: True
    identity.invite_people.invite_new_people(["p1"])
    [mail] = identity.notify.mails
    assert (mail.get("channel"), mail["address"]) == (None, MAIL)


def test_whom_there_was_no_room_for_is_not_invited_and_told_so_when_asked_for(
    identity: Identity,
) -> None:
    identity.enrollment.add("p2", "13588800002")
    identity.invite_people.has_sms = lambda: True
    identity.notify.has_room = False
    identity.invite_people.invite_new_people(["p2"])
    account = identity.account("p2")
    assert (account.invitation, account.invited_until) == ("", 0.0)
    with pytest.raises(TooManyMessages, match="明天"):
        identity.invite_people.invite_again("p2")
    assert identity.account("p2") == account
