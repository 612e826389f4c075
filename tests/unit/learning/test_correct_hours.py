"""Staff correct hours by entries behind others; nothing that stands is changed."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from learning.domain import events
from learning.domain.corrections import Change, EntryHistory
from learning.domain.errors import (
    CannotUndo,
    CorrectedMeanwhile,
    HoursBelowZero,
    PersonDeleted,
    UnknownEntry,
    UnknownLearner,
)
from learning.domain.hours import HoursEntry, for_import, lecture_entry
from learning.usecases.correct_hours import CorrectHours
from learning.usecases.explain_hours import explain_hours
from learning.usecases.join_human import find_hours, find_years

from tests.doubles.aliases import groups_of
from tests.unit.learning.fakes import FakeClock
from tests.unit.learning.world import SEAT, World

A, B = lecture_entry("p", "a"), lecture_entry("p", "b")


class Office:
    """A learning service in which staff correct hours; `p` watched both lectures."""

    def __init__(self, **leads: str) -> None:
        self.world = World(leads=leads)
        self.world.follow(SEAT)
        self.world.watch("a", "b")
        world = self.world
        self.correct = CorrectHours(
            world.ledger, world.projections, world.groups, world.names,
            world.audit, world.clock.now,
        )  # fmt: skip

    def take(
        self, quarters: int, seen: int = 0, entry: str = A, by: str = "jiaowu"
    ) -> HoursEntry:
        return self.correct.correct_entry(
            "p", entry, Change(quarters, "看错了", by, seen)
        )

    def undo(self, correction: str, seen: int) -> HoursEntry:
        return self.correct.undo_correction(
            "p", correction, Change(0, "改回", "jiaowu", seen)
        )

    def add(self, quarters: int, seen: int = 0, person: str = "p") -> HoursEntry:
        change = Change(quarters, "有签到表", "jiaowu", seen)
        return self.correct.add_hours(person, "现场教学", 2026, change)

    def count(self, year: int = 2026) -> int:
        group = self.world.groups.find_group("p")
        return sum(e.quarters for e in find_hours(self.world.ledger, group, year))


def test_a_correction_is_an_entry_of_its_own_and_the_year_follows() -> None:
    office = Office()
    before = dict(office.world.ledger.rows)
    added = office.take(-3)
    assert office.count() == 5
    assert before.items() <= office.world.ledger.rows.items()
    assert (added.corrects, added.year, added.quarters) == (A, 2026, -3)
    assert (added.note, added.by, added.reason) == ("看错了", "jiaowu", "correction")


def test_the_person_is_told_and_the_audit_log_has_who_and_why() -> None:
    office = Office()
    added = office.take(-3)
    assert office.world.ledger.told[-1] == events.HoursCorrected(
        added.id, "p", -3, 2026, A, "课 a"
    )
    details = {"entry": A, "hours": "-0.75"}
    assert office.world.audit.lines[-1] == ("jiaowu", "hours-corrected", "p", details)
    assert office.world.audit.reasons[-1] == "看错了"


def test_hours_never_fall_below_zero() -> None:
    office = Office()
    with pytest.raises(HoursBelowZero) as refused:
        office.take(-5)
    assert refused.value.members == {"hours": 1.0}
    office.take(-4)
    with pytest.raises(HoursBelowZero):
        office.take(-1, seen=1)
    assert office.count() == 4


def test_a_repeat_changes_nothing() -> None:
    office = Office()
    first = office.take(-1)
    assert office.take(-1) == first
    assert office.count() == 7
    assert len(office.world.audit.lines) == 1


def test_who_decided_by_what_is_no_more_looks_again() -> None:
    office = Office()
    office.take(-1)
    for by, quarters in (("other", -1), ("jiaowu", -2)):
        with pytest.raises(CorrectedMeanwhile):
            office.take(quarters, by=by)
    with pytest.raises(CorrectedMeanwhile):
        office.take(-1, seen=7)
    assert office.count() == 7


def test_of_many_who_correct_at_once_one_is_taken() -> None:
    office = Office()
    start, taken = threading.Barrier(8), list[str]()

    def correct(by: str) -> None:
        start.wait()
        try:
            taken.append(office.take(-3, by=by).by)
        except CorrectedMeanwhile:
            return

    threads = [threading.Thread(target=correct, args=(f"s{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    assert office.count() == 5
    assert [line[0] for line in office.world.audit.lines] == taken


def test_of_two_who_read_the_same_the_later_writer_is_refused() -> None:
    office = Office()
    ledger = office.world.ledger
    read, office.correct.ledger = ledger.find_corrections, ledger

    def read_late(ids: list[str]) -> list[HoursEntry]:
        seen = read(ids)
        ledger.find_corrections = read  # type: ignore[method-assign]
        office.take(-3, by="quicker")
        return seen

    ledger.find_corrections = cast(Callable[..., list[HoursEntry]], read_late)  # type: ignore[method-assign]
    with pytest.raises(CorrectedMeanwhile):
        office.take(-3, by="slower")
    assert office.count() == 5


def test_a_correction_is_taken_back_by_another_once() -> None:
    office = Office()
    wrong = office.take(-3)
    back = office.undo(wrong.id, seen=1)
    assert (back.quarters, back.undoes, back.note) == (3, wrong.id, "改回")
    assert office.count() == 8
    assert office.undo(wrong.id, seen=1) == back
    with pytest.raises(CannotUndo):
        office.undo(wrong.id, seen=2)
    assert office.count() == 8


def test_what_is_no_correction_is_not_taken_back() -> None:
    office = Office()
    with pytest.raises(CannotUndo):
        office.undo(A, seen=0)
    with pytest.raises(UnknownEntry):
        office.undo("correction.1.nothing", seen=0)


def test_taking_back_an_increase_that_was_used_up_is_refused() -> None:
    office = Office()
    more = office.take(2)
    office.take(-6, seen=1)
    with pytest.raises(HoursBelowZero):
        office.undo(more.id, seen=2)


def test_hours_that_were_earned_elsewhere_are_added_and_can_be_corrected() -> None:
    office = Office()
    added = office.add(8)
    assert (added.title, added.reason, office.count()) == ("现场教学", "addition", 16)
    assert office.add(8) == added
    office.add(8, seen=1)
    office.take(-8, entry=added.id)
    assert office.count() == 16
    assert office.world.audit.lines[0][1] == "hours-added"


def test_nobody_gets_hours_who_never_had_a_seat() -> None:
    office = Office()
    with pytest.raises(UnknownLearner):
        office.add(4, person="nobody")


@pytest.mark.parametrize("deleted", ["p", "q"])
def test_the_record_of_a_deleted_person_stands_as_it_is(deleted: str) -> None:
    office = Office(q="p")
    office.world.names.deleted.add(deleted)
    with pytest.raises(PersonDeleted):
        office.take(-1)
    with pytest.raises(PersonDeleted):
        office.add(4)
    assert office.count() == 8


def test_another_persons_entry_is_not_there() -> None:
    office = Office()
    with pytest.raises(UnknownEntry):
        office.correct.correct_entry("other", A, Change(-1, "x", "jiaowu", 0))


def test_the_corrections_of_what_counts_for_another_record_do_not_count() -> None:
    office = Office(q="p")
    office.world.hear("q", "a")
    twice = lecture_entry("q", "a")
    assert office.count() == 8
    office.take(-3, entry=twice)
    assert office.count() == 8
    assert office.world.ledger.rows[f"correction.1.{twice}"].person_id == "q"


def test_an_addition_of_any_record_counts_for_the_human() -> None:
    office = Office()
    office.add(8)
    office.world.groups = office.correct.groups = groups_of({"p": "q"})
    assert office.count() == 16
    assert office.add(4, person="p").person_id == "q"
    assert office.count() == 20


def test_a_certificate_prints_what_corrections_left() -> None:
    office = Office()
    world = office.world
    office.take(-3)
    course = world.projections.courses["k1"]
    assert world.certify._count_quarters(("p",), course) == 5


def test_why_an_hour_stands_names_all_it_rests_on() -> None:
    office = Office()
    world = office.world
    wrong = office.take(-3)
    for id_ in (A, wrong.id):
        found = explain_hours(world.ledger, world.projections, ("p",), id_)
        assert found.history == EntryHistory(world.ledger.rows[A], (wrong,))
        assert (found.lecture_id, found.quarters, found.instead) == ("a", 1, "")
        assert [course.id for course in found.courses] == ["k1"]
    assert world.ledger.rows[A].seconds == 1800


def test_why_an_hour_does_not_count_names_the_one_that_does() -> None:
    office = Office(q="p")
    world, twice = office.world, lecture_entry("q", "a")
    world.clock = FakeClock(world.clock.moment)
    world.hear("q", "a", at=world.clock.moment.replace(hour=5))
    found = explain_hours(world.ledger, world.projections, ("p", "q"), twice)
    assert (found.instead, found.quarters) == (A, 0)


def test_what_was_credited_before_corrections_were_reads_as_it_did() -> None:
    entry = Office().world.ledger.rows[A]
    old = replace(entry, seconds=0.0)
    assert (old.corrects, old.note, old.base_id) == ("", "", A)


@given(st.lists(st.tuples(st.sampled_from([A, B]), st.integers(-6, 6)), max_size=12))
def test_whatever_is_corrected_no_entry_and_no_year_falls_below_zero(
    asked: list[tuple[str, int]],
) -> None:
    office, left, seen = Office(), {A: 4, B: 4}, {A: 0, B: 0}
    for entry, quarters in asked:
        if left[entry] + quarters < 0:
            with pytest.raises(HoursBelowZero):
                office.take(quarters, seen[entry], entry)
            continue
        office.take(quarters, seen[entry], entry)
        left[entry] += quarters
        seen[entry] += 1
    assert office.count() == sum(left.values())
    assert find_years(office.world.ledger, ("p",)) == [2026]


def test_an_imported_hour_rests_on_its_course() -> None:
    world = World()
    at = world.clock.now()
    line = for_import("p", "k1", 1, 6, "工会财务", at, "旧系统")
    world.ledger.credit(line)
    found = explain_hours(world.ledger, world.projections, ("p",), line.id)
    assert [course.id for course in found.courses] == ["k1"]
    assert (found.quarters, found.instead, found.lecture_id) == (6, "", "")
