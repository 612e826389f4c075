"""Two records of one human: one seat in a class, undone for 30 days, told to others."""

import pytest
from enrollment.domain.enrolment import SEATED, WAITING
from enrollment.domain.errors import (
    AlreadyMerged,
    MergeTooOld,
    NotMerged,
    SamePerson,
    UnknownPerson,
)
from enrollment.domain.events import PersonMerged
from enrollment.domain.roster import ALREADY, ENROLLED

from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.personal_records import Died, WorldRecords
from tests.unit.enrollment.world import a_book, a_row


@pytest.fixture
def world() -> MergingWorld:
    """Two records, of the east and of the west, with a seat of c1 each; one waits."""
    made = MergingWorld(a_book(2))
    made.send("k1", a_row(1))
    made.send("k2", a_row(2), branch="xc")
    made.send("k3", a_row(3))
    return made


@pytest.fixture
def ids(world: MergingWorld) -> list[str]:
    """The first, the second, and who waits behind them."""
    by_ticket = sorted(world.enrolments.rows.values(), key=lambda one: one.ticket)
    return [one.person_id for one in by_ticket]


def test_of_two_seats_the_earlier_stays_and_the_other_goes_to_who_waits(
    world: MergingWorld, ids: list[str]
) -> None:
    first, second, waiting = ids
    merge = world.merge(second, first)
    assert world.standing(first, second) == [f"c1.{first}.1"]
    assert merge.given_up == (f"c1.{second}.1",)
    assert world.states()[waiting] == SEATED
    book = world.books.get("c1")
    assert book is not None
    assert book.taken == 2
    assert world.merges.told == [PersonMerged(first, second)]
    assert [line.fields for line in world.people.find_changes(first)] == [("merged",)]


def test_a_seat_stays_before_a_waiting_place_and_a_finished_one_before_all(
    world: MergingWorld, ids: list[str]
) -> None:
    first, second, waiting = ids
    world.merge(waiting, second)
    assert world.standing(waiting, second) == [f"c1.{second}.1"]
    world.finished.rows.add((second, "c1"))
    world.merge(first, waiting)
    assert world.standing(*ids) == [f"c1.{second}.1"]


def test_undone_each_gets_back_what_was_theirs(
    world: MergingWorld, ids: list[str]
) -> None:
    first, second, waiting = ids
    world.merge(first, second)
    world.seats.withdraw(f"c1.{waiting}.1")
    world.unmerge(first, second)
    assert world.standing(first) == [f"c1.{first}.1"]
    assert world.standing(second) == [f"c1.{second}.2"]
    assert world.states()[second] == SEATED
    world.unmerge(first, second)
    assert world.standing(second) == [f"c1.{second}.2"]


def test_undone_who_was_deleted_meanwhile_gets_no_seat(
    world: MergingWorld, ids: list[str]
) -> None:
    first, second, waiting = ids
    world.merge(first, second)
    WorldRecords(world).delete_person(second)
    world.unmerge(first, second)
    assert world.standing(*ids) == sorted([f"c1.{first}.1", f"c1.{waiting}.1"])


def test_where_the_seat_is_gone_there_is_a_waiting_place(
    world: MergingWorld, ids: list[str]
) -> None:
    first, second, _ = ids
    world.merge(first, second)
    world.unmerge(first, second)
    assert world.states()[second] == WAITING


def test_a_roster_that_names_the_other_record_brings_no_second_seat(
    world: MergingWorld, ids: list[str]
) -> None:
    first, second, _ = ids
    world.merge(first, second)
    [outcome] = world.send("k4", a_row(2), branch="xc")
    assert outcome.outcome == ALREADY
    assert world.standing(first, second) == [f"c1.{first}.1"]
    assert world.unmerge(first, second).is_undone
    [outcome] = world.send("k5", a_row(1, class_id="c1"))
    assert outcome.outcome == ALREADY


def test_two_rows_of_one_chunk_that_mean_one_human_take_one_seat() -> None:
    world = MergingWorld(a_book(9), a_book(9, class_id="c2"))
    world.send("k1", a_row(1), a_row(2))
    first, second = sorted(world.states())
    world.merge(first, second)
    rows = (a_row(1, class_id="c2"), a_row(2, class_id="c2"))
    outcomes = [one.outcome for one in world.send("k2", *rows)]
    assert sorted(outcomes) == [ALREADY, ENROLLED]
    assert len(world.standing(first, second, class_id="c2")) == 1


def test_what_was_taken_while_they_were_merged_is_settled_a_minute_later(
    world: MergingWorld, ids: list[str]
) -> None:
    first, second, waiting = ids
    world.seats.withdraw(f"c1.{second}.1")
    world.merge(first, second)
    world.enrol("late", second)  # by somebody who had not seen it
    assert len(world.standing(first, second)) == 2
    assert not world.settle_due()
    world.pass_time(minutes=2)
    assert world.settle_due()
    assert not world.settle_due()
    assert world.standing(first, second) == [f"c1.{first}.1"]
    assert waiting in world.states()


def test_it_is_undone_for_thirty_days(world: MergingWorld, ids: list[str]) -> None:
    first, second, _ = ids
    world.merge(first, second)
    world.pass_time(days=30, seconds=1)
    with pytest.raises(MergeTooOld):
        world.unmerge(first, second)


def test_repeated_it_changes_nothing_and_undone_it_can_be_the_other_way_round(
    world: MergingWorld, ids: list[str]
) -> None:
    first, second, _ = ids
    before = world.merge(first, second)
    assert world.merge(first, second) == before
    world.unmerge(first, second)
    assert world.merge(second, first).round == 1
    assert world.merges.find_group(first) == (second, first)
    world.unmerge(second, first)
    assert world.merge(first, second).round == 2


def test_each_merge_and_each_undoing_has_one_audit_line(
    world: MergingWorld, ids: list[str]
) -> None:
    first, second, _ = ids
    for _ in range(2):
        for act in (world.merge, world.merge, world.unmerge, world.unmerge):
            act(first, second)
    into = {"into": first}
    assert (
        world.audit.lines
        == [
            ("staff", "person-merged", second, into),
            ("staff", "person-unmerged", second, into),
        ]
        * 2
    )
    world.pass_time(days=1)
    world.merge(first, second)
    world.pass_time(days=31)
    with pytest.raises(MergeTooOld):
        world.unmerge(first, second)
    with pytest.raises(AlreadyMerged):
        world.merge(ids[2], second)
    assert len(world.audit.lines) == 5


def test_a_merge_that_dies_has_its_audit_line_and_the_repeat_adds_none(
    world: MergingWorld, ids: list[str]
) -> None:
    first, second, _ = ids
    world.merges.is_dying = True
    with pytest.raises(Died):
        world.merge(first, second)
    assert len(world.audit.lines) == 1
    world.merges.is_dying = False
    world.merge(first, second)
    assert len(world.audit.lines) == 1


def test_what_cannot_be_merged_is_refused(world: MergingWorld, ids: list[str]) -> None:
    first, second, third = ids
    with pytest.raises(SamePerson):
        world.merge(first, first)
    with pytest.raises(UnknownPerson):
        world.merge(first, "nobody")
    with pytest.raises(NotMerged):
        world.unmerge(first, second)
    world.merge(first, second)
    with pytest.raises(AlreadyMerged):
        world.merge(third, second)
    with pytest.raises(AlreadyMerged):
        world.merge(second, third)
