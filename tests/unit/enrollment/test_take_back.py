"""A roster taken back and redone: who leaves, who stays, whoever dies in between."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from enrollment.domain import events
from enrollment.domain.enrolment import SEATED, WAITING, WITHDRAWN
from enrollment.domain.errors import (
    NothingToTakeBack,
    NotTakenBack,
    RedoTooLate,
    RosterBusy,
    UnknownRoster,
)
from enrollment.domain.roster import Row
from enrollment.domain.sent_roster import ARRIVING, REDO_SECONDS, Roster
from enrollment.domain.taking_back import LeaverCounts
from enrollment.usecases.follow_classes import close_class
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.depth import rounds
from tests.unit.enrollment.fakes import Crash
from tests.unit.enrollment.roster_world import RosterWorld
from tests.unit.enrollment.world import a_book, a_row, require_agreement


def sent(world: RosterWorld, key: str, *rows: Row) -> None:
    world.send(key, *rows)
    world.follow_all()


def receipts(world: RosterWorld) -> list[list[tuple[int, str, str]]]:
    """What each receipt so far tells of each row: its outcome and reason."""
    told = [e for e in world.chunks.told if isinstance(e, events.ReceiptIssued)]
    return [
        [(row["row"], row["outcome"], row.get("reason", "")) for row in event.rows]
        for event in told
    ]


def test_whoever_the_roster_brought_leaves_and_others_move_up() -> None:
    world = RosterWorld(a_book(2))
    sent(world, "k1", a_row(1), a_row(2), a_row(3), a_row(4, phone=""))
    world.enrol("other", "zoe")
    world.take_back()
    assert world.states_of_rows() == [
        (1, "taken-back"), (2, "taken-back"), (3, "taken-back"), (4, "rejected"),
    ]  # fmt: skip
    assert world.states()["zoe"] == SEATED
    assert world.books.now("c1").taken == 1
    assert world.roster.state == "taken-back"
    assert world.roster.counts == {"taken-back": 3, "rejected": 1}
    require_agreement(world)


def test_a_receipt_tells_the_branch_of_every_row_that_was_taken_back() -> None:
    world = RosterWorld(a_book(2))
    sent(world, "k1", a_row(1), a_row(2, phone=""))
    world.take_back()
    assert receipts(world)[1:] == [
        [(1, "rejected", "taken-back"), (2, "rejected", "phone-invalid")]
    ]


def test_it_is_foreseen_who_would_leave_and_who_would_stay() -> None:
    world = RosterWorld(a_book(5), a_book(1, class_id="c2"))
    sent(world, "k1", *(a_row(number) for number in range(1, 7)))
    sent(world, "k2", a_row(7, class_id="c2"), a_row(8, class_id="c2", phone=""))
    world.begin(1, 2)
    world.finish(2)
    world.seats.withdraw(world.shown()[2].enrolment_id)
    assert world.count_leavers(world.roster) == LeaverCounts(4, 0, 1, 1)
    world.take_back()
    assert world.roster.counts["taken-back"] == 4
    assert world.count_leavers(world.roster) == LeaverCounts(0, 0, 1, 1)


def test_who_waits_is_foreseen_to_leave_the_waiting_list() -> None:
    world = RosterWorld(a_book(1))
    sent(world, "k1", a_row(1), a_row(2), a_row(3))
    assert world.count_leavers(world.roster) == LeaverCounts(seated=1, waiting=2)
    world.take_back()
    world.redo()
    assert world.count_leavers(world.roster) == LeaverCounts(seated=1, waiting=2)


def test_who_has_begun_or_finished_stays_and_the_row_says_why() -> None:
    world = RosterWorld(a_book(9))
    sent(world, "k1", *(a_row(number) for number in range(1, 5)))
    world.begin(1, 2)
    world.finish(2)
    world.seats.withdraw(world.shown()[2].enrolment_id)
    world.take_back()
    rows = [(row.outcome, row.notes) for row in world.shown()]
    assert rows == [
        ("enrolled", ("begun",)),
        ("enrolled", ("finished",)),
        ("enrolled", ("left-before",)),
        ("taken-back", ()),
    ]
    assert world.books.now("c1").taken == 2
    require_agreement(world)


def test_who_was_enrolled_by_another_roster_stays() -> None:
    world = RosterWorld(a_book(9))
    id_ = world.put("o1", a_row(1))
    world.chunks.rows[id_] = replace(world.chunks.rows[id_], roster_id="r2")
    world.decide(id_)
    sent(world, "k1", a_row(1), a_row(2))
    world.take_back()
    assert world.states_of_rows() == [(1, "already-enrolled"), (2, "taken-back")]
    assert world.books.now("c1").taken == 1


def test_taking_back_twice_is_once() -> None:
    world = RosterWorld(a_book(9))
    sent(world, "k1", a_row(1))
    world.take_back()
    before = (world.roster, list(world.enrolments.told), list(world.chunks.told))
    world.take_back()
    assert (world.roster, world.enrolments.told, world.chunks.told) == before


def test_a_roster_without_anybody_in_it_sends_no_second_receipt() -> None:
    world = RosterWorld(a_book(9))
    sent(world, "k1", a_row(1, phone=""))
    world.take_back()
    assert len(receipts(world)) == 1
    assert world.roster.state == "taken-back"


def test_a_dry_run_cannot_be_taken_back_nor_what_nobody_sent() -> None:
    world = RosterWorld(a_book(9))
    world.send("k1", a_row(1), dry_run=True)
    with pytest.raises(NothingToTakeBack):
        world.turn.take_back_roster("dc", "r1", "officer")
    with pytest.raises(UnknownRoster):
        world.turn.take_back_roster("dc", "r2", "officer")


def test_who_waits_leaves_first_so_that_nobody_of_the_roster_moves_up() -> None:
    world = RosterWorld(a_book(2))
    sent(world, "k1", a_row(1), a_row(2))
    sent(world, "k2", a_row(3), a_row(4))
    world.take_back()
    told = [type(event) for event in world.enrolments.told]
    assert events.SeatPromoted not in told
    require_agreement(world)


def test_what_comes_after_the_roster_was_taken_back_gets_no_seat() -> None:
    world = RosterWorld(a_book(9))
    sent(world, "k1", a_row(1))
    world.take_back()
    world.put("late", a_row(2))
    world.follow_all()
    world.move_all()
    [outcome] = world.chunks.rows["dc/late"].outcomes
    assert (outcome.outcome, outcome.reason) == ("rejected", "roster-taken-back")
    assert world.books.now("c1").next_ticket == 2
    assert world.roster.state == "taken-back"


def test_what_was_decided_though_the_roster_was_taken_back_is_taken_back() -> None:
    world = RosterWorld(a_book(9))
    sent(world, "k1", a_row(1))
    world.take_back()
    sent(world, "late", a_row(2))
    assert world.roster.state == "taking-back"
    world.move_all()
    assert world.states_of_rows() == [(1, "taken-back"), (2, "taken-back")]
    assert world.roster.state == "taken-back"
    assert world.books.now("c1").taken == 0


def test_a_chunk_that_is_being_decided_is_waited_for() -> None:
    world = RosterWorld(a_book(9))
    sent(world, "k1", a_row(1))
    id_ = world.put("k2", a_row(2))
    world.followed.claim_unbegun(id_)
    world.follow_all()
    world.turn.take_back_roster("dc", "r1", "officer")
    world.move()
    world.follow_all()
    assert world.roster.state == "taking-back"
    world.decide(id_)
    world.move_all()
    assert world.roster.state == "taken-back"
    assert world.books.now("c1").taken == 0
    require_agreement(world)


def test_seats_of_a_chunk_that_died_half_way_are_taken_back_too() -> None:
    world = RosterWorld(a_book(9))
    sent(world, "k1", a_row(1))
    id_ = world.put("k2", a_row(2))
    world.followed.claim_unbegun(id_)
    for steps in range(1, 200):
        with suppress(Crash):
            world.die_after(steps).decide(id_)
        world.repair()
        if world.books.now("c1").taken == 2:
            break
    world.turn.take_back_roster("dc", "r1", "officer")
    world.move()
    world.decide(id_)
    world.move_all()
    assert world.books.now("c1").taken == 0
    require_agreement(world)


def test_a_redone_roster_seats_its_people_again_while_there_is_room() -> None:
    world = RosterWorld(a_book(2))
    sent(world, "k1", a_row(1), a_row(2), a_row(3, phone=""))
    world.take_back()
    world.enrol("other", "zoe")
    world.redo()
    assert world.states_of_rows() == [
        (1, "enrolled"), (2, "waitlisted"), (3, "rejected"),
    ]  # fmt: skip
    assert receipts(world)[-1] == [
        (1, "enrolled", ""), (2, "waitlisted", ""), (3, "rejected", "phone-invalid"),
    ]  # fmt: skip
    assert world.roster.state == "decided"
    require_agreement(world)


def test_redoing_leaves_whoever_came_back_and_tells_of_a_closed_class() -> None:
    world = RosterWorld(a_book(9), a_book(9, class_id="c2"))
    sent(world, "k1", a_row(1), a_row(2), a_row(3, class_id="c2"))
    person = world.enrolments.rows[world.shown()[0].enrolment_id].person_id
    world.take_back()
    world.enrol("other", person)
    close_class(world.books, world.catalog, "c2", 2)
    world.redo()
    assert world.states_of_rows() == [
        (1, "already-enrolled"), (2, "enrolled"), (3, "rejected"),
    ]  # fmt: skip
    assert world.shown()[2].reason == "class-closed"
    require_agreement(world)


def test_what_was_redone_can_be_taken_back_again() -> None:
    world = RosterWorld(a_book(9))
    sent(world, "k1", a_row(1), a_row(2))
    world.begin(1)
    for _ in range(2):
        world.take_back()
        assert world.states_of_rows() == [(1, "enrolled"), (2, "taken-back")]
        world.redo()
        assert world.states_of_rows() == [(1, "enrolled"), (2, "enrolled")]
    assert world.roster.round == 4
    require_agreement(world)


def test_redoing_twice_is_once_and_only_what_was_taken_back_can_be() -> None:
    world = RosterWorld(a_book(9))
    sent(world, "k1", a_row(1))
    with pytest.raises(NotTakenBack):
        world.redo()
    world.take_back()
    world.redo()
    before = world.roster
    world.redo()
    assert world.roster == before


def test_nobody_redoes_while_it_is_taken_back_nor_after_a_week() -> None:
    world = RosterWorld(a_book(9))
    sent(world, "k1", a_row(1))
    world.turn.take_back_roster("dc", "r1", "officer")
    with pytest.raises(RosterBusy):
        world.redo()
    world.move_all()
    roster = world.roster
    with pytest.raises(RedoTooLate):
        roster.redo_round("officer", roster.turned_at + REDO_SECONDS + 1.0)
    assert roster.redo_round("officer", roster.turned_at + REDO_SECONDS) is not None
    world.turn.redo_roster("dc", "r1", "officer")
    with pytest.raises(RosterBusy):
        world.take_back()


def test_a_row_that_was_repaired_is_taken_back_with_its_roster() -> None:
    world = RosterWorld(a_book(9))
    sent(world, "k1", a_row(1), a_row(2, phone=""))
    world.send_repair("fix", a_row(2))
    world.take_back()
    assert world.states_of_rows() == [(1, "taken-back"), (2, "taken-back")]
    world.redo()
    assert world.states_of_rows() == [(1, "enrolled"), (2, "enrolled")]
    require_agreement(world)


def a_roster(world: RosterWorld) -> None:
    world.put("k1", a_row(1), a_row(2, class_id="c2"), a_row(3))
    world.put("k2", a_row(4), a_row(5, class_id="c2"), a_row(6, phone=""))
    for key in ("k1", "k2"):
        world.decide(f"dc/{key}")
    world.follow_all()


@pytest.mark.parametrize("steps", range(1, 130))
def test_dying_at_any_step_ends_with_the_same_rows_and_receipts(steps: int) -> None:
    world = RosterWorld(a_book(2), a_book(1, class_id="c2"))
    a_roster(world)
    world.begin(1)
    for turn, expected in (
        (world.take_back, ["enrolled", *["taken-back"] * 4, "rejected"]),
        (
            world.redo,
            [
                "enrolled",
                "enrolled",
                "enrolled",
                "waitlisted",
                "waitlisted",
                "rejected",
            ],
        ),
    ):
        world.die_after(steps)
        for _ in range(3):
            with suppress(Crash):
                turn()
        world.repair()
        assert [row.outcome for row in world.shown()] == expected
        require_agreement(world)
    assert len(receipts(world)) == 6


@settings(max_examples=rounds(60, 2_000), deadline=None)
@given(st.integers(0, 2**32))
def test_taking_back_amid_leaving_deciding_and_closing_ends_right(seed: int) -> None:
    world = RosterWorld(a_book(3), a_book(2, class_id="c2"), seed=seed)
    a_roster(world)
    late = [world.put(f"late{at}", a_row(10 + at), a_row(20 + at)) for at in range(2)]
    others = [
        partial(world.seats.withdraw, world.shown()[0].enrolment_id),
        partial(world.enrol, "other", "ann", "bob"),
        partial(close_class, world.books, world.catalog, "c2", 2),
        *(partial(world.decide_claimed, id_) for id_ in late),
        world.follow_all,
    ]
    world.steps.dying, world.steps.switching = 0.05, 0.1
    world.steps.run_all([*others, partial(take_back_for_good, world)])
    world.repair()
    world.steps.switching = 0.0
    world.follow_all()
    world.move_all()
    assert world.roster.state == "taken-back"
    of_roster = [e for e in world.enrolments.rows.values() if e.chunk_id != "other"]
    assert {e.state for e in of_roster} == {WITHDRAWN}
    assert {row.outcome for row in world.shown()} <= {
        "taken-back", "rejected", "enrolled", "waitlisted",
    }  # fmt: skip
    still = [r for r in world.shown() if r.outcome in ("enrolled", "waitlisted")]
    assert all("left-before" in row.notes for row in still)
    require_agreement(world)


def take_back_for_good(world: RosterWorld) -> None:
    world.turn.take_back_roster("dc", "r1", "officer")
    world.move()


def test_somebody_on_the_waiting_list_with_nothing_begun_leaves_it() -> None:
    world = RosterWorld(a_book(0))
    sent(world, "k1", a_row(1))
    assert set(world.states().values()) == {WAITING}
    world.take_back()
    assert set(world.states().values()) == {WITHDRAWN}
    assert world.books.now("c1").waiting == 0


def test_a_roster_of_which_nothing_is_counted_yet_is_arriving() -> None:
    roster = Roster("b", "r", ("b",), "", "", False, 0.0)
    assert roster.state == ARRIVING
