"""Rejected rows that are sent again, changed: each by one chunk at a time."""

from contextlib import suppress
from dataclasses import replace

import pytest
from enrollment.domain.errors import RowsRefused
from enrollment.domain.repairs import MOST_PAST, claim_repairs
from enrollment.domain.roster import Chunk, Outcome, Row
from enrollment.usecases.receive_message import new_chunk, receive_chunk

from tests.unit.enrollment.fakes import Crash
from tests.unit.enrollment.roster_world import RosterWorld
from tests.unit.enrollment.world import a_book, a_row, require_agreement

NUMBER = "11010519491231002X"
"""The example of GB 11643, with its check digit."""


def a_world(*rows: Row) -> RosterWorld:
    world = RosterWorld(a_book(9))
    world.send("k1", *rows)
    world.follow_all()
    return world


def test_a_repaired_row_shows_what_was_sent_last_and_what_became_of_it() -> None:
    world = a_world(a_row(1), a_row(2, phone="12"))
    world.send_repair("fix", a_row(2))
    row = world.shown()[1]
    assert (row.number, row.outcome, row.phone) == (2, "enrolled", "13800000002")
    assert row.repaired_by == "fix"
    assert [(p.outcome, p.reason) for p in row.past] == [("rejected", "phone-invalid")]
    assert world.roster.rows == 2
    assert world.roster.counts == {"enrolled": 2}
    require_agreement(world)


def test_a_row_that_is_rejected_again_can_be_repaired_again() -> None:
    world = a_world(a_row(1, phone="12"))
    world.send_repair("fix1", a_row(1, phone=" "))
    world.send_repair("fix2", a_row(1, name=""))
    world.send_repair("fix3", a_row(1))
    [row] = world.shown()
    assert row.outcome == "enrolled"
    assert [past.reason for past in row.past] == [
        "phone-invalid", "phone-invalid", "name-missing",
    ]  # fmt: skip


def test_only_a_rejected_row_of_the_roster_can_be_repaired() -> None:
    world = a_world(a_row(1), a_row(2, phone=""))
    outcomes = world.send_repair("fix", a_row(1), a_row(2), a_row(7))
    assert [(one.row, one.outcome, one.reason) for one in outcomes] == [
        (1, "rejected", "row-not-rejected"),
        (2, "enrolled", ""),
        (7, "rejected", "row-not-rejected"),
    ]
    assert world.states_of_rows() == [(1, "enrolled"), (2, "enrolled")]


def test_a_row_is_repaired_by_one_chunk_at_a_time() -> None:
    world = a_world(a_row(1, phone=""))
    world.put_repair("first", a_row(1))
    world.decide_chunk.claim_repairs(world.chunks.rows["dc/first"])
    [outcome] = world.send_repair("second", a_row(1, name="别人"))
    assert (outcome.outcome, outcome.reason) == ("rejected", "repair-under-way")
    world.decide("dc/first")
    world.follow_all()
    assert world.shown()[0].repaired_by == "first"
    assert world.shown()[0].outcome == "enrolled"


def test_the_same_repair_sent_twice_is_one() -> None:
    world = a_world(a_row(1, phone=""))
    first = world.send_repair("fix", a_row(1))
    again = receive_chunk(world.chunks, world.chunks.rows["dc/fix"])
    assert again.outcomes == first
    assert len(world.enrolments.rows) == 1
    assert len(world.shown()[0].past) == 1


def test_while_it_is_undecided_a_repaired_row_has_no_outcome() -> None:
    world = a_world(a_row(1, phone=""))
    world.put_repair("fix", a_row(1))
    world.decide_chunk.claim_repairs(world.chunks.rows["dc/fix"])
    world.follow_all()
    [row] = world.shown()
    assert (row.outcome, row.phone) == ("", "13800000001")
    assert world.roster.state == "deciding"


def test_a_repair_names_the_rows_that_it_holds_and_no_others() -> None:
    with pytest.raises(RowsRefused):
        new_chunk(
            branch_id="dc", roster_id="r1", key="k", dry_run=False,
            rows=[a_row(1)], now=1.0, repairs=[1, 2],
        )  # fmt: skip


def test_of_two_chunks_with_rows_of_one_number_the_rejected_row_is_meant() -> None:
    world = RosterWorld(a_book(9))
    world.send("k1", a_row(1))
    world.send("k2", a_row(1, person=5, phone=""))
    world.follow_all()
    [outcome] = world.send_repair("fix", a_row(1, person=5))
    assert outcome.outcome == "enrolled"
    assert [row.repaired_by for row in world.shown()] == ["", "fix"]


def test_a_row_keeps_the_id_number_that_came_before_if_it_is_to() -> None:
    world = a_world(a_row(1, phone="", id_number=NUMBER), a_row(2, phone=""))
    world.send_repair("fix1", a_row(1, name=""), kept=[1])
    world.send_repair("fix2", a_row(1, name="12"), kept=[1])
    assert world.shown()[0].has_id_number
    world.send_repair("fix3", a_row(1), a_row(2), kept=[1, 2])
    assert [row.outcome for row in world.shown()] == ["enrolled", "enrolled"]
    assert [row.has_id_number for row in world.shown()] == [True, False]
    assert id_numbers_of(world) == [NUMBER, ""]


def test_a_row_can_lose_its_id_number_or_get_another() -> None:
    world = a_world(
        a_row(1, phone="", id_number=NUMBER), a_row(2, phone="", id_number="1")
    )
    world.send_repair("fix1", a_row(1), a_row(2, name="", id_number=NUMBER), kept=[2])
    assert [row.has_id_number for row in world.shown()] == [False, True]
    world.send_repair("fix2", a_row(2), kept=[2])
    assert id_numbers_of(world) == ["", NUMBER]


def test_an_id_number_that_is_forgotten_is_not_kept() -> None:
    world = a_world(a_row(1, phone="", id_number=NUMBER))
    kept = world.chunks.rows["dc/k1"]
    world.chunks.rows["dc/k1"] = replace(kept, rows=())
    world.follow_all()
    world.send_repair("fix", a_row(1), kept=[1])
    assert id_numbers_of(world) == [""]


def test_only_a_row_that_is_repaired_keeps_its_id_number() -> None:
    with pytest.raises(RowsRefused):
        a_world(a_row(1, phone="")).put_repair("fix", a_row(1), kept=[2])


def id_numbers_of(world: RosterWorld) -> list[str]:
    people = [
        world.people.rows[world.enrolments.rows[row.enrolment_id].person_id][0]
        for row in world.shown()
    ]
    return [person.id_number for person in people]


@pytest.mark.parametrize("steps", range(1, 70))
def test_dying_at_any_step_of_a_repair_ends_right(steps: int) -> None:
    world = a_world(a_row(1, phone=""), a_row(2, phone=""))
    world.put_repair("fix", a_row(1), a_row(2, name=""))
    world.die_after(steps)
    for _ in range(3):
        with suppress(Crash):
            world.decide("dc/fix")
            world.follow_all()
    world.repair()
    world.decide("dc/fix")
    world.follow_all()
    assert [(row.outcome, len(row.past)) for row in world.shown()] == [
        ("enrolled", 1), ("rejected", 1),
    ]  # fmt: skip
    require_agreement(world)


def test_the_outcomes_that_are_remembered_of_a_row_are_bounded() -> None:
    rejected = Outcome(1, "rejected", "phone-invalid")
    chunk = Chunk("dc", "r1", "k", False, (a_row(1),), "", 1.0, outcomes=(rejected,))
    for number in range(2 * MOST_PAST):
        chunk, refused = claim_repairs(chunk, f"fix{number}", [1])
        assert refused == {}
        [repair] = chunk.repaired
        settled = Chunk(
            "dc", "r1", "k", False, chunk.rows, "", 1.0,
            outcomes=chunk.outcomes,
            repaired=(type(repair)(1, repair.key, rejected, repair.past),),
        )  # fmt: skip
        chunk = settled
    assert len(chunk.repaired[0].past) == MOST_PAST
