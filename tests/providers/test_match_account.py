"""Whom a provider's claims mean: by number in a branch, by phone, within its branch."""

import json
from dataclasses import replace
from typing import Any, cast

import pytest
from gateway.identity.account import ACTIVE, OFFICER, STAFF, TRAINEE, Account
from gateway.identity.account_store import StoredAccounts
from gateway.identity.contacts import Contacts, Owner
from gateway.identity.errors import (
    AccountDisabled,
    ConnectFirst,
    MatchesElsewhere,
    MatchesNobody,
    MatchesSeveral,
    Refusal,
)
from gateway.identity.invite_people import InvitePeople
from gateway.identity.providers.match_account import MatchAccount
from gateway.identity.providers.port import ProviderClaims
from gateway.identity.providers.settings import ProviderSettings, load_providers

from tests.providers.gate import Directory
from tests.unit.gateway.identity import an_account
from tests.unit.gateway.identity_stores import FakeAccounts, FakeContacts
from tests.unit.gateway.identity_world import FakeEnrollment, FakeNotify

PHONE = "13800000001"
BY_BOTH = {
    "match": ["member-number", "phone"],
    "claims": {"member_number": "number", "branch": "unit"},
}


def a_provider(**changed: Any) -> ProviderSettings:
    written = {
        "name": "one", "label": {"zh": "甲", "en": "A"}, "issuer": "https://a.example",
        "client_id": "biyong", "client_secret_file": "/secret", **changed,
    }  # fmt: skip
    [provider] = load_providers(json.dumps([written]))
    return provider


def claims(**told: str) -> ProviderClaims:
    return ProviderClaims("subject", **told)


class College:
    """The tree with a person in dongcheng, one below, one in two branches."""

    def __init__(self, *accounts: Account) -> None:
        self.accounts, self.contacts = FakeAccounts(*accounts), FakeContacts()
        enrollment = FakeEnrollment()
        self.directory = Directory(enrollment)
        people = InvitePeople(
            cast(StoredAccounts, self.accounts),
            cast(Any, enrollment), cast(Any, FakeNotify()), "",
            cast(Contacts, self.contacts),
        )  # fmt: skip
        self.find = MatchAccount(self.directory, people)
        add = self.directory.add_person
        add("p1", PHONE, ("dongcheng", "N-1"))
        add("p2", "13800000002", ("jianguomen", "N-1"))
        add("p3", "13800000003", ("dongcheng", "N-3"), ("xicheng", "N-3"))

    def who(self, provider: ProviderSettings, **told: str) -> str:
        return self.find(provider, claims(**told)).id

    def refusal(self, provider: ProviderSettings, **told: str) -> type[Refusal]:
        with pytest.raises(Refusal) as caught:
            self.who(provider, **told)
        return caught.type


def test_a_phone_is_found_however_it_is_written() -> None:
    for phone in (PHONE, "+86 138 0000 0001", "0086-138-0000-0001"):
        assert College().who(a_provider(), phone=phone) == "p1"


@pytest.mark.parametrize("phone", ["", "12", "+1 202 555 0100", "王小明"])
def test_what_is_no_phone_of_a_roster_finds_nobody(phone: str) -> None:
    assert College().refusal(a_provider(), phone=phone) is MatchesNobody


def test_a_number_counts_in_the_branch_that_the_claim_names() -> None:
    provider, college = a_provider(**BY_BOTH), College()
    assert college.who(provider, member_no=" Ｎ-1 ", branch_id="dongcheng") == "p1"
    assert college.who(provider, member_no="N-1", branch_id="jianguomen") == "p2"
    assert college.refusal(provider, member_no="N-1") is MatchesNobody
    nowhere = college.refusal(provider, member_no="N-1", branch_id="nowhere")
    assert nowhere is MatchesNobody


def test_a_branch_speaks_for_itself_and_those_below_alone() -> None:
    provider, college = a_provider(**BY_BOTH, branch="dongcheng"), College()
    assert college.who(provider, member_no="N-1", branch_id="jianguomen") == "p2"
    college.directory.add_person("p4", "13800000004", ("xicheng", "N-4"))
    foreign = college.refusal(provider, member_no="N-4", branch_id="xicheng")
    assert foreign is MatchesNobody
    assert college.refusal(provider, phone="13800000004") is MatchesNobody
    elsewhere = college.refusal(provider, member_no="N-3", branch_id="dongcheng")
    assert elsewhere is MatchesElsewhere


def test_the_college_speaks_for_all() -> None:
    college = College()
    assert college.who(a_provider(), phone="13800000003") == "p3"


def test_two_who_fit_are_refused_and_those_of_others_do_not_count() -> None:
    college = College()
    college.directory.add_person("p5", PHONE, ("xicheng", "N-5"))
    assert college.refusal(a_provider(), phone=PHONE) is MatchesSeveral
    assert college.who(a_provider(branch="dongcheng"), phone=PHONE) == "p1"


def test_claims_that_are_not_to_count_do_not() -> None:
    college = College()
    by_phone = college.refusal(a_provider(branch="dongcheng"), member_no="N-1")
    assert by_phone is MatchesNobody


@pytest.mark.parametrize(
    ("account", "refusal"),
    [
        (an_account("p1", TRAINEE, OFFICER, person_id="p1"), ConnectFirst),
        (an_account("p1", STAFF, person_id="p1"), ConnectFirst),
        (an_account("p1", TRAINEE, person_id="p1", is_disabled=True), AccountDisabled),
        (
            an_account("p1", TRAINEE, person_id="p1", secret="", is_reset=True),
            ConnectFirst,
        ),
    ],
)
def test_claims_open_only_what_a_trainee_has(
    account: Account, refusal: type[Refusal]
) -> None:
    assert College(account).refusal(a_provider(), phone=PHONE) is refusal


def test_a_link_made_by_claims_holds_while_its_branch_holds_the_person() -> None:
    trainee = an_account("p1", TRAINEE, person_id="p1")
    college, provider = College(trainee), a_provider(branch="dongcheng")
    college.find.require_still_within(provider, trainee)
    college.directory.add_person("p1", PHONE, ("xicheng", "N-1"))
    with pytest.raises(MatchesNobody):
        college.find.require_still_within(provider, trainee)
    college.find.require_still_within(a_provider(), trainee)
    promoted = an_account("p1", TRAINEE, OFFICER, person_id="p1")
    with pytest.raises(ConnectFirst):
        college.find.require_still_within(a_provider(), promoted)


IN_USE = an_account("p1", TRAINEE, person_id="p1")
WAITING = an_account("p1", TRAINEE, person_id="p1", secret="")


def test_a_phone_that_a_branch_wrote_down_opens_no_account_that_is_in_use() -> None:
    college = College(IN_USE)
    assert college.refusal(a_provider(), phone=PHONE) is ConnectFirst
    college.contacts.prove_contact("p2", PHONE)
    assert college.refusal(a_provider(), phone=PHONE) is ConnectFirst
    proven = College(IN_USE)
    proven.contacts.prove_contact("p1", PHONE)
    assert proven.who(a_provider(), phone=PHONE) == "p1"


def test_a_number_opens_what_is_in_use_and_whom_a_branch_vouches_for_waits() -> None:
    by_number = {"member_no": "N-1", "branch_id": "dongcheng"}
    told = College(IN_USE).who(a_provider(**BY_BOTH), phone=PHONE, **by_number)
    assert told == "p1"
    attested = replace(IN_USE, attested_by="dongcheng")
    assert College(attested).who(a_provider(), phone=PHONE) == "p1"


def test_who_came_by_the_colleges_provider_has_taken_up_the_account() -> None:
    college = College(WAITING)
    college.find.take_up(a_provider(), claims(phone=PHONE), WAITING)
    assert college.accounts.rows["p1"].state == ACTIVE
    assert college.contacts.get_owner(PHONE) == Owner("p1", is_proven=True)


def test_a_branchs_provider_proves_no_more_than_the_branch_vouches_for() -> None:
    college = College(WAITING)
    college.find.take_up(a_provider(branch="dongcheng"), claims(phone=PHONE), WAITING)
    assert college.accounts.rows["p1"] == WAITING
    assert college.contacts.get_owner(PHONE) == Owner()


def test_a_branch_that_holds_the_person_no_more_speaks_for_them_no_more() -> None:
    college = College()
    college.directory.enrollment.people["p1"]["lines"] = []
    provider = a_provider(**BY_BOTH, branch="dongcheng")
    refused = college.refusal(provider, member_no="N-1", branch_id="dongcheng")
    assert refused is MatchesNobody
    assert college.who(a_provider(), phone=PHONE) == "p1"
