"""Whoever merges two records with an account in use each says which accounts go on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import ACTIVE, DISABLED, STAFF, TRAINEE
from gateway.identity.twins import Twins
from gateway.pages.staff.account_changes import AccountChangePages
from gateway.pages.staff.doubles import DoublePages

from tests.unit.gateway.identity import (
    STAFF_ACCOUNT,
    STAFF_ACTS,
    Identity,
    an_account,
)
from tests.unit.gateway.proofs import Proofs
from tests.unit.gateway.scene import Scene, scene

ONE = an_account("p1", TRAINEE, login="13512347784", person_id="p1")
OTHER = an_account("p2", TRAINEE, login="li.ming", person_id="p2")
WAITING = replace(OTHER, secret="")
MERGE = "/people/p1/merges"
Fields = Mapping[str, str]
DECIDE: Fields = {"pair": "p1.p2", "keep": "p1", "action": "merge"}


def a_person(id_: str) -> dict[str, Any]:
    return {
        "person_id": id_, "name": "李明", "phone": "135****7784", "email": "",
        "has_id_number": False, "memberships": [], "version": 0,
    }  # fmt: skip


def pages_of(identity: Identity) -> Scene:
    """The pages of doubles, with one pair."""
    made = scene(DoublePages(Twins(identity.find_account, identity.manage)), STAFF)
    people = [a_person("p1"), a_person("p2")]
    double = {"id": "p1.p2", "why": "phone-and-name", "people": people}
    merged = {
        "person_id": "p2", "survivor_id": "p1", "by": "a",
        "at": "2026-11-30T08:00:00+00:00", "undone_by": "", "undone_at": None,
        "given_up": [],
    }  # fmt: skip
    made.services["enrollment"].answers |= {
        "/people/doubles": {"items": [double], "next": ""},
        "/people/p1": people[0],
        "/people/search": {"items": [], "next": ""},
        "/people/p1/merges": merged,
        "/branches": {"items": [], "next": ""},
    }
    return made


def post(made: Scene, path: str, fields: Fields) -> Any:
    return made.client.post(path, data=fields, headers={"Accept": "text/html"})


def is_merged(made: Scene) -> bool:
    bodies = made.services["enrollment"].bodies
    return any(getattr(body, "person_id", "") == "p2" for body in bodies)


WAYS: list[tuple[str, Fields]] = [
    ("/people/doubles", DECIDE),
    (MERGE, {"other": "p2", "once": "o" * 22}),
]
each_way = pytest.mark.parametrize(("path", "fields"), WAYS, ids=["pair", "by number"])


@each_way
def test_with_two_accounts_in_use_nothing_is_merged_before_staff_chose(
    path: str, fields: Fields
) -> None:
    made = pages_of(Identity(ONE, OTHER))
    for choice in ({}, {"accounts": ""}, {"accounts": "jiaowu"}):
        asked = post(made, path, {**fields, **choice})
        assert asked.status_code == 422
        for value in ("p1", "p2", "all"):
            assert f'value="{value}"' in asked.text
    assert not is_merged(made)


@each_way
@pytest.mark.parametrize("closed", ["p1", "p2"])
def test_the_account_that_was_chosen_opens_nothing_after_the_merge(
    path: str, fields: Fields, closed: str
) -> None:
    identity = Identity(ONE, OTHER)
    made = pages_of(identity)
    done = post(made, path, {**fields, "accounts": closed})
    assert (done.status_code, done.location) == (303, "/people/p1")
    assert is_merged(made)
    states = {id_: identity.account(id_).state for id_ in ("p1", "p2")}
    assert [id_ for id_, state in states.items() if state == DISABLED] == [closed]
    assert ("account-disabled", "ok") in identity.events.rows


@each_way
def test_both_go_on_where_staff_say_that_one_human_has_both(
    path: str, fields: Fields
) -> None:
    identity = Identity(ONE, OTHER)
    made = pages_of(identity)
    assert post(made, path, {**fields, "accounts": "all"}).status_code == 303
    assert is_merged(made)
    assert identity.accounts.rows == {"p1": ONE, "p2": OTHER}


@each_way
def test_nobody_is_asked_where_one_account_or_none_is_in_use(
    path: str, fields: Fields
) -> None:
    for accounts in ((ONE, WAITING), (WAITING,), (ONE, OTHER.as_disabled())):
        made = pages_of(Identity(*accounts))
        assert 'name="accounts"' not in made.get(path).text
        assert post(made, path, fields).status_code == 303
        assert is_merged(made)


def test_an_account_that_staff_may_not_close_stops_the_merge() -> None:
    both = replace(OTHER, roles=(TRAINEE, STAFF))
    identity = Identity(ONE, both)
    made = pages_of(identity)
    assert (
        post(made, "/people/doubles", {**DECIDE, "accounts": "p2"}).status_code == 403
    )
    assert not is_merged(made)
    assert identity.account("p2") == both


@pytest.mark.parametrize(
    ("problem", "state"),
    [
        (Problem(409, "already-merged", "undo it first"), ACTIVE),
        (Problem(503, "service-away", "no answer in time"), DISABLED),
    ],
    ids=["refused", "nobody knows"],
)
def test_the_account_is_closed_unless_the_merge_was_refused(
    problem: Problem, state: str
) -> None:
    identity = Identity(ONE, OTHER)
    made = pages_of(identity)
    made.services["enrollment"].answers["/people/p1/merges"] = problem
    fields = {**DECIDE, "accounts": "p2"}
    assert post(made, "/people/doubles", fields).status_code == problem.status
    assert identity.account("p2").state == state
    assert (identity.account("p2") == OTHER) == (state == ACTIVE)


def test_an_account_in_use_of_a_record_that_was_merged_before_counts_too() -> None:
    identity = Identity(ONE, WAITING, replace(OTHER, id="p3", person_id="p3"))
    groups = {"p1": ("p1",), "p2": ("p2", "p3")}
    identity.find_account.find_groups = lambda ids: {i: groups[i] for i in ids}
    asked = post(pages_of(identity), "/people/doubles", DECIDE)
    assert (asked.status_code, 'value="p3"' in asked.text) == (422, True)


def test_the_page_of_an_account_names_the_others_of_its_human_that_are_in_use() -> None:
    identity = Identity(ONE, OTHER, STAFF_ACCOUNT)
    twins, proofs = Twins(identity.find_account, identity.manage), Proofs(identity)
    pages = AccountChangePages(identity.manage, proofs.reset, proofs.links, twins)
    made = scene(pages, STAFF)
    assert 'href="/accounts/p2"' not in made.get("/accounts/p1").text
    identity.find_account.find_groups = lambda ids: dict.fromkeys(ids, ("p1", "p2"))
    assert 'href="/accounts/p2"' in made.get("/accounts/p1").text
    identity.manage.disable(STAFF_ACTS, "p2")
    assert 'href="/accounts/p2"' not in made.get("/accounts/p1").text
