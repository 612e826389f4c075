"""Rows are validated: which name a person and a class, and which say why not."""

from collections.abc import Callable

import pytest
from enrollment.domain.roster import Outcome, Row
from enrollment.domain.seat_book import SeatBook
from enrollment.usecases.validate_rows import ResolvedRow, ValidateRows, people_of

from tests.unit.enrollment.world import NOW, World, a_book, a_row

Validated = tuple[list[ResolvedRow], list[Outcome]]


def validate(
    world: World,
    *rows: Row,
    sender: str = "dc",
    is_closed: Callable[[SeatBook], bool] = lambda _: False,
) -> Validated:
    return ValidateRows(
        world.branches,
        world.people,
        world.books,
        world.catalog,
        b"secret",
        NOW.date,
    )(sender, rows, is_closed)


def reasons(validated: Validated) -> dict[int, str]:
    return {outcome.row: outcome.reason for outcome in validated[1]}


def test_a_row_is_resolved_to_a_person_a_membership_and_a_class() -> None:
    resolved, outcomes = validate(World(a_book(9)), a_row(1))
    (row,) = resolved
    assert outcomes == []
    assert (row.branch.id, row.class_id, row.notes) == ("dc", "c1", ())
    assert (row.membership.id, row.membership.since) == ("dc:M1", "2026-11-23")
    assert people_of(resolved) == [row.membership.person_id]


def test_of_people_nothing_is_written() -> None:
    world = World(a_book(9))
    validate(world, a_row(1), a_row(2))
    assert (world.people.rows, world.people.memberships) == ({}, {})


def test_every_row_is_resolved_or_has_one_outcome() -> None:
    rows = (
        a_row(1),
        a_row(2, phone="12"),
        a_row(3, class_id="c9"),
        a_row(4, branch_id="xc"),
        a_row(5, person=1),
        a_row(6),
    )
    validated = validate(World(a_book(9)), *rows)
    assert [row.row.number for row in validated[0]] == [1, 6]
    assert reasons(validated) == {
        2: "phone-invalid",
        3: "class-unknown",
        4: "not-your-branch",
        5: "duplicate-row",
    }


@pytest.mark.parametrize("branch_id", ["xc", "bj", "nowhere"])
def test_a_branch_speaks_for_itself_and_those_below_only(branch_id: str) -> None:
    world = World(a_book(9))
    below = validate(world, a_row(1, branch_id="dc-school"))
    assert below[0][0].branch.id == "dc-school"
    beside = validate(world, a_row(1, branch_id=branch_id))
    assert (beside[0], reasons(beside)) == ([], {1: "not-your-branch"})


def test_a_class_that_is_closed_takes_nobody_and_another_does() -> None:
    world = World(a_book(9), a_book(9, class_id="c2"))
    validated = validate(
        world,
        a_row(1),
        a_row(2, class_id="c2"),
        is_closed=lambda book: book.class_id == "c1",
    )
    assert [row.class_id for row in validated[0]] == ["c2"]
    assert reasons(validated) == {1: "class-closed"}


def test_a_class_not_known_here_is_asked_for_once_and_kept() -> None:
    world = World(at_catalog=[a_book(9)])
    resolved, _ = validate(world, a_row(1), a_row(2))
    assert len(resolved) == 2
    assert world.catalog.asked == ["c1"]
    validate(world, a_row(3))
    assert world.catalog.asked == ["c1"]


def test_one_person_in_two_classes_is_no_duplicate() -> None:
    world = World(a_book(9), a_book(9, class_id="c2"))
    resolved, outcomes = validate(world, a_row(1), a_row(2, person=1, class_id="c2"))
    assert outcomes == []
    assert len(set(people_of(resolved))) == 1


def test_people_of_branches_beyond_the_sender_are_not_recognised() -> None:
    world = World(a_book(9), a_book(9, class_id="c2"))
    world.send("k1", a_row(1), branch="dc")
    (known,) = world.people.rows
    (west,), _ = validate(world, a_row(1, class_id="c2"), sender="xc")
    (city,), _ = validate(world, a_row(1, class_id="c2", branch_id="dc"), sender="bj")
    assert west.person_id != known
    assert city.person_id == known


def test_no_rows_are_no_outcomes() -> None:
    assert validate(World()) == ([], [])
