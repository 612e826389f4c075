"""Whom one may remind of a class: seated, unfinished, and within one's own branches."""

import dataclasses

import pytest
from enrollment.usecases.find_unfinished import FindUnfinished
from enrollment.usecases.ports import Scope

from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.scopes import ALL, below
from tests.unit.enrollment.world import a_book, a_row


@pytest.fixture(name="world")
def _world() -> MergingWorld:
    """Two of a school and one of the west, seated; who comes last waits."""
    made = MergingWorld(a_book(3), a_book(9, class_id="c2"))
    made.send("k1", a_row(1), a_row(2), branch="dc-school")
    made.send("k2", a_row(3), branch="xc")
    made.send("k3", a_row(4), branch="dc-school")
    made.send("k4", a_row(5, class_id="c2"), branch="dc-school")
    return made


def persons(world: MergingWorld) -> dict[str, str]:
    """The id of each person, by number."""
    return {
        membership.member_no.removeprefix("M"): membership.person_id
        for membership in world.people.memberships.values()
    }


def find(world: MergingWorld, scope: Scope, *numbers: str) -> list[str]:
    """The numbers of those who are found."""
    ids = persons(world)
    find_unfinished = FindUnfinished(
        world.branches, world.people, world.enrolments, world.finished, world.merges
    )
    found = find_unfinished(scope, "c1", [ids.get(one, one) for one in numbers])
    names = {id_: number for number, id_ in ids.items()}
    return [names[id_] for id_ in found]


def test_who_has_a_seat_is_found_and_who_waits_or_is_in_another_class_is_not(
    world: MergingWorld,
) -> None:
    assert find(world, ALL, "1", "2", "3", "4", "5", "nobody") == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("branch", "seen"),
    [("bj", ["1", "3"]), ("dc", ["1"]), ("dc-school", ["1"]), ("xc", ["3"])],
)
def test_nobody_beyond_the_own_branch_is_found(
    world: MergingWorld, branch: str, seen: list[str]
) -> None:
    assert find(world, below(branch), "1", "3") == seen


def test_whom_no_own_branch_holds_any_more_is_not_found(world: MergingWorld) -> None:
    person = persons(world)["1"]
    for id_, one in world.people.memberships.items():
        if one.person_id == person:
            world.people.memberships[id_] = dataclasses.replace(one, until="2026-11-01")
    assert find(world, below("dc"), "1", "2") == ["2"]


def test_who_has_finished_or_left_is_not_found(world: MergingWorld) -> None:
    ids = persons(world)
    world.finished.rows.add((ids["1"], "c1"))
    world.seats.withdraw(f"c1.{ids['2']}.1")
    assert find(world, ALL, "1", "2", "3", "4") == ["3", "4"], "who waited moved up"


def test_a_human_of_two_records_is_found_once_by_the_one_that_is_seated(
    world: MergingWorld,
) -> None:
    ids = persons(world)
    world.merge(ids["5"], ids["1"])
    assert find(world, ALL, "1", "5") == ["1"]
    world.finished.rows.add((ids["5"], "c1"))
    assert find(world, ALL, "1") == [], "finished under whichever record"


def test_named_twice_or_not_at_all(world: MergingWorld) -> None:
    assert find(world, ALL, "1", "1") == ["1"]
    assert find(world, ALL) == []
