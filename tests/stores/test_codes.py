"""Contacts, one-time codes and what a session knows of its device, on every engine."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from gateway.identity.contacts import Contact, Contacts, Owner
from gateway.identity.login_sessions import Begun, LoginSessions, SessionTerm
from gateway.identity.one_time_codes import TRIES, CodeRequest, OneTimeCodes
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.tokens import hash_token

from tests.engines import Kept

PHONE, OTHER, MAIL = "13512347784", "13900001111", "p1@b.example"
ASKED = CodeRequest("sign-in", "p1", MAIL, PHONE)
TAKEN = CodeRequest("sign-in", "p1", MAIL)
TERM = SessionTerm(idle_seconds=600, most_seconds=3600)


@pytest.fixture
def contacts(kept: Kept) -> Contacts:
    made = Contacts(kept.database("gateway"))
    made.create_indexes()
    return made


@pytest.fixture
def codes(kept: Kept) -> OneTimeCodes:
    made = OneTimeCodes(kept.database("gateway"), Pseudonyms(b"key"))
    made.create_indexes()
    return made


def test_what_a_branch_writes_takes_the_place_of_what_it_wrote(
    contacts: Contacts,
) -> None:
    contacts.set_written("p1", [PHONE, MAIL])
    contacts.set_written("p1", [OTHER, MAIL])
    found = {contact.address for contact in contacts.find_by_account("p1")}
    assert found == {OTHER, MAIL}
    assert contacts.get_owner(PHONE) == Owner()


def test_what_is_proven_stays_and_stands_first(contacts: Contacts) -> None:
    contacts.set_written("p1", [PHONE, MAIL])
    assert contacts.prove_contact("p1", PHONE)
    contacts.set_written("p1", [OTHER])
    assert contacts.find_by_account("p1") == [
        Contact(PHONE, is_proven=True),
        Contact(OTHER),
    ]


def test_a_contact_is_one_accounts_alone(contacts: Contacts) -> None:
    contacts.add_written([("p1", PHONE)])
    contacts.add_written([("p2", PHONE), ("p2", MAIL)])
    assert contacts.get_owner(PHONE) == Owner("p1")
    assert contacts.get_owner(MAIL) == Owner("p2")


def test_whoever_proves_a_written_contact_has_it_and_no_other_takes_it(
    contacts: Contacts,
) -> None:
    contacts.add_written([("p1", PHONE)])
    assert contacts.prove_contact("p2", PHONE)
    assert contacts.prove_contact("p2", PHONE)
    assert not contacts.prove_contact("p1", PHONE)
    assert contacts.get_owner(PHONE) == Owner("p2", is_proven=True)
    contacts.delete_contact("p1", PHONE)
    assert contacts.get_owner(PHONE).account_id == "p2"
    contacts.delete_contacts("p2")
    assert contacts.get_owner(PHONE) == Owner()


def test_of_many_who_prove_one_contact_at_once_one_has_it(contacts: Contacts) -> None:
    with ThreadPoolExecutor(8) as pool:
        proven = list(
            pool.map(lambda n: contacts.prove_contact(f"p{n}", PHONE), range(16))
        )
    assert proven.count(True) == 1


def test_what_was_counted_for_each_code_of_a_ticket_is_given_back(
    codes: OneTimeCodes,
) -> None:
    first = CodeRequest("sign-in", "p1", "13588800001", "login", ("one",))
    fresh = codes.create_code(first)
    again = codes.create_code(replace(first, taken=("two",)), fresh.ticket)
    taken = codes.take_code(fresh.ticket, "sign-in", again.code)
    assert taken is not None
    assert taken.taken == ("one", "two")


def test_a_right_code_is_taken_once_also_at_once(codes: OneTimeCodes) -> None:
    fresh = codes.create_code(ASKED)
    with ThreadPoolExecutor(TRIES) as pool:
        taken = list(
            pool.map(
                lambda _: codes.take_code(fresh.ticket, "sign-in", fresh.code),
                range(TRIES),
            )
        )
    assert [one for one in taken if one] == [TAKEN]


def test_after_so_many_wrong_codes_the_right_one_is_worth_nothing(
    codes: OneTimeCodes,
) -> None:
    fresh = codes.create_code(ASKED)
    for _ in range(TRIES):
        assert codes.take_code(fresh.ticket, "sign-in", "no") is None
    assert codes.take_code(fresh.ticket, "sign-in", fresh.code) is None


def test_the_newest_code_under_a_ticket_is_the_only_one(codes: OneTimeCodes) -> None:
    first = codes.create_code(ASKED)
    second = codes.create_code(ASKED, first.ticket)
    assert first.ticket == second.ticket
    if first.code != second.code:
        assert codes.take_code(first.ticket, "sign-in", first.code) is None
    assert codes.take_code(first.ticket, "sign-in", second.code) == TAKEN


def test_a_code_past_its_time_is_worth_nothing(codes: OneTimeCodes) -> None:
    fresh = codes.create_code(ASKED)
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=1)
    codes.rows.update_one({"_id": hash_token(fresh.ticket)}, {"$set": {"until": past}})
    assert codes.get_request(fresh.ticket) is None
    assert not codes.is_for(fresh.ticket, "sign-in", PHONE)
    assert codes.take_code(fresh.ticket, "sign-in", fresh.code) is None


def test_a_ticket_is_for_the_login_and_purpose_that_it_was_given_for(
    codes: OneTimeCodes,
) -> None:
    fresh = codes.create_code(ASKED)
    assert codes.is_for(fresh.ticket, "sign-in", PHONE)
    assert not codes.is_for(fresh.ticket, "sign-in", OTHER)
    assert not codes.is_for(fresh.ticket, "contact", PHONE)
    assert not codes.is_for("another", "sign-in", PHONE)


def test_neither_ticket_nor_code_nor_what_was_typed_lies_in_the_store(
    codes: OneTimeCodes,
) -> None:
    fresh = codes.create_code(ASKED)
    [row] = codes.rows.find({})
    assert fresh.ticket not in str(row)
    assert PHONE not in str(row)
    assert fresh.code not in (row["code"], row["_id"])


def test_a_session_knows_its_device_and_when_it_was_proven(kept: Kept) -> None:
    sessions = LoginSessions(kept.database("gateway"))
    sessions.create_indexes()
    begun = Begun("wang", 0, TERM, "10.0.0.0/24", "Chrome · Android", stays=True)
    token, id_ = sessions.create_session(begun)
    first = sessions.get_by_token(token)
    assert first is not None
    assert (first.device_name, first.stays) == ("Chrome · Android", True)
    sessions.note_proof(token)
    again = sessions.get_by_token(token)
    assert again is not None
    assert again.proven >= first.proven
    assert not sessions.delete_by_id("chen", id_)
    assert sessions.delete_by_id("wang", id_)
    assert sessions.get_by_token(token) is None
