"""Staff change capacity and quotas: who waits moves up in the same write."""

import datetime
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from enrollment.domain import events
from enrollment.domain.enrolment import SEATED, WAITING, WITHDRAWN
from enrollment.domain.errors import EditConflict, Refusal, UnknownClass
from enrollment.domain.seat_errors import (
    CapacityBelowTaken,
    ClassOver,
    QuotaBelowTaken,
    QuotaBranchUnknown,
    QuotaRepeated,
)
from enrollment.domain.seat_plan import SeatPlan
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.depth import rounds
from tests.unit.enrollment.fakes import Crash, Job
from tests.unit.enrollment.seats_world import STAFF, NaiveSeats, SeatsWorld, a_plan
from tests.unit.enrollment.world import (
    CITY,
    EAST,
    SCHOOL,
    WEST,
    a_book,
    require_agreement,
)

LINES = [CITY.line, EAST.line, SCHOOL.line, WEST.line]


def promoted(world: SeatsWorld) -> list[str]:
    told = world.enrolments.told
    return [e.person_id for e in told if isinstance(e, events.SeatPromoted)]


def changes(world: SeatsWorld) -> list[tuple[int, int]]:
    told = [e for e in world.books.told if isinstance(e, events.SeatsChanged)]
    return [(event.capacity, event.revision) for event in told]


def a_full_class() -> SeatsWorld:
    world = SeatsWorld(a_book(1))
    world.enrol("k1", "a", "b", line=EAST.line)
    world.enrol("k2", "c", line=WEST.line)
    return world


def test_added_seats_go_to_the_waiting_list_in_its_order_and_each_is_told_once() -> (
    None
):
    world = a_full_class()
    book = world.change(2)
    assert world.states() == {"a": SEATED, "b": SEATED, "c": WAITING}
    assert (book.capacity, book.taken, book.waiting, book.revision) == (2, 2, 1, 2)
    world.change(2)
    world.change(3)
    assert promoted(world) == ["b", "c"]
    assert changes(world) == [(2, 2), (3, 3)]
    require_agreement(world)


def test_the_write_that_adds_seats_has_the_promotions_in_its_journal() -> None:
    world = a_full_class()
    with suppress(Crash):
        world.die_after(6).change(3)
    book = world.books.now("c1")
    assert (book.capacity, book.taken, book.waiting) == (3, 3, 0)
    assert [entry.promoted for entry in book.journal] == [("c1.b.1", "c1.c.1")]
    world.repair()
    world.change(3)
    assert promoted(world) == ["b", "c"]
    require_agreement(world)


@pytest.mark.parametrize("steps", range(1, 25))
def test_dying_at_any_step_of_a_change_ends_right(steps: int) -> None:
    world = a_full_class()
    with suppress(Crash):
        world.die_after(steps).change(3, {"dc": 2})
    world.repair()
    world.change(3, {"dc": 2})
    assert set(world.states().values()) == {SEATED}
    assert promoted(world) == ["b", "c"]
    assert changes(world) == [(3, 2)]
    require_agreement(world)


def test_a_quota_that_is_new_counts_those_who_sit_already() -> None:
    world = SeatsWorld(a_book(3))
    world.enrol("k1", "a", line=SCHOOL.line)
    world.enrol("k2", "b", line=EAST.line)
    book = world.change(3, {"dc": 2, "xc": 0})
    assert {b: q.taken for b, q in book.quotas.items()} == {"dc": 2, "xc": 0}
    world.enrol("k3", "c", line=EAST.line)
    world.enrol("k4", "d", line=CITY.line)
    assert (world.states()["c"], world.states()["d"]) == (WAITING, SEATED)
    require_agreement(world)


def test_a_quota_that_is_raised_or_dropped_lets_its_branch_move_up() -> None:
    world = SeatsWorld(a_book(5, {"dc": 1}))
    world.enrol("k1", "a", "b", "c", line=EAST.line)
    world.change(5, {"dc": 2})
    assert promoted(world) == ["b"]
    world.change(5)
    assert promoted(world) == ["b", "c"]
    require_agreement(world)


def test_fewer_seats_than_are_taken_are_refused_and_nothing_changes() -> None:
    world = a_full_class()
    world.change(2)
    before = world.books.now("c1")
    with pytest.raises(CapacityBelowTaken) as capacity:
        world.change(1)
    assert capacity.value.members == {"taken": 2}
    with pytest.raises(QuotaBelowTaken) as quota:
        world.change(9, {"dc": 1})
    assert quota.value.members == {"branch_id": "dc", "taken": 2}
    with pytest.raises(QuotaBranchUnknown):
        world.change(9, {"nowhere": 1})
    with pytest.raises(QuotaRepeated):
        world.change_seats(STAFF, "c1", SeatPlan(9, (("dc", 3), ("dc", 4))), None)
    with pytest.raises(UnknownClass):
        world.change_seats(STAFF, "c9", a_plan(9), None)
    assert world.books.now("c1") == before


def test_a_quota_of_a_branch_that_is_gone_may_stay() -> None:
    world = SeatsWorld(a_book(1, {"gone": 1}))
    assert world.change(2, {"gone": 1}).capacity == 2


def test_who_saw_older_seats_is_told_so_and_repeating_is_no_conflict() -> None:
    world = a_full_class()
    world.change(2, seen=1)
    with pytest.raises(EditConflict) as conflict:
        world.change(3, seen=1)
    assert conflict.value.members == {"version": 2}
    assert world.change(2, seen=1).revision == 2
    assert world.change(3, seen=2).revision == 3


def test_who_takes_a_seat_is_no_conflict_with_who_changes_them() -> None:
    world = SeatsWorld(a_book(5))
    world.enrol("k1", "a")
    assert world.change(6, seen=1).taken == 1


def test_a_class_that_is_over_keeps_its_seats_and_a_closed_one_may_get_more() -> None:
    day = datetime.date(2026, 11, 22).isoformat()
    with pytest.raises(ClassOver):
        SeatsWorld(replace(a_book(1), ends_on=day)).change(2)
    world = a_full_class()
    version, book = world.books.rows["c1"]
    world.books.rows["c1"] = version, replace(book, closed=True)
    world.change(2)
    assert promoted(world) == ["b"]


def test_what_a_change_would_do_is_told_and_nothing_is_written() -> None:
    world = a_full_class()
    before = world.books.now("c1")
    foreseen = world.change_seats.foresee_change("c1", a_plan(3, {"dc": 1}))
    assert foreseen.promoted == {"xc": 1}
    assert (foreseen.before.taken, foreseen.after.taken) == (1, 2)
    assert world.change_seats.foresee_change("c1", a_plan(1)).promoted == {}
    with pytest.raises(CapacityBelowTaken):
        world.change_seats.foresee_change("c1", a_plan(0))
    assert world.books.now("c1") == before
    assert not world.audit.lines
    assert not world.books.told


def test_each_change_is_audited_once() -> None:
    world = a_full_class()
    world.change(2)
    world.change(2)
    [(who, action, subject, details)] = world.audit.lines
    assert (who, action, subject) == (STAFF, "seats-changed", "c1")
    assert details == {"seats": "1 → 2", "quotas": "0 → 0"}


PEOPLE = st.sampled_from("abcdefghij")
QUOTAS = st.dictionaries(st.sampled_from(["bj", "dc", "xc"]), st.integers(0, 4))
STEPS = st.one_of(
    st.tuples(st.just("ask"), PEOPLE, st.sampled_from(LINES)),
    st.tuples(st.just("leave"), PEOPLE),
    st.tuples(st.just("plan"), st.integers(1, 8), QUOTAS),
)


@settings(max_examples=rounds(200, 10_000), deadline=None)
@given(capacity=st.integers(1, 6), quotas=QUOTAS, history=st.lists(STEPS, max_size=25))
def test_any_history_of_seats_is_as_the_rule_written_apart_says(
    capacity: int,
    quotas: dict[str, int],
    history: list[tuple[str, ...]],
) -> None:
    world = SeatsWorld(a_book(capacity, quotas))
    rule = NaiveSeats(capacity, dict(quotas))
    for at, (kind, *given_) in enumerate(history):
        take_step(world, rule, f"k{at}", kind, *given_)
        in_class = {p: s == SEATED for p, s in world.states().items() if s != WITHDRAWN}
        assert in_class == {p: seated for p, (_, seated) in rule.people.items()}
        require_agreement(world)


def take_step(
    world: SeatsWorld, rule: NaiveSeats, key: str, kind: str, *given_: object
) -> None:
    match kind, given_:
        case "ask", (str(person), tuple(line)):
            world.enrol(key, person, line=line)
            if person not in rule.people:
                rule.ask(person, line)
        case "leave", (str(person),):
            leave(world, person)
            if person in rule.people:
                rule.leave(person)
        case "plan", (int(capacity), dict(quotas)):
            is_done = rule.plan(capacity, dict(quotas))
            try:
                world.change(capacity, quotas)
            except (CapacityBelowTaken, QuotaBelowTaken):
                assert not is_done
            else:
                assert is_done


def leave(world: SeatsWorld, person: str) -> None:
    theirs = [e for e in world.enrolments.rows.values() if e.person_id == person]
    if theirs:
        world.seats.withdraw(theirs[-1].id)


def try_change(world: SeatsWorld, capacity: int, quotas: dict[str, int]) -> None:
    with suppress(Refusal):
        world.change(capacity, quotas)


@settings(max_examples=rounds(150, 5_000), deadline=None)
@given(
    chunks=st.lists(st.lists(PEOPLE, min_size=1, max_size=4, unique=True), max_size=6),
    leaving=st.lists(PEOPLE, max_size=4),
    plans=st.lists(st.tuples(st.integers(1, 8), QUOTAS), min_size=1, max_size=4),
    seed=st.integers(0, 2**16),
    dying=st.sampled_from([0.0, 0.05, 0.25]),
)
def test_changing_asking_and_leaving_at_once_and_dying_leave_all_agreed(
    chunks: list[list[str]],
    leaving: list[str],
    plans: list[tuple[int, dict[str, int]]],
    seed: int,
    dying: float,
) -> None:
    world = SeatsWorld(a_book(2), seed=seed, dying=dying, switching=0.4)
    jobs: list[Job] = [
        partial(world.enrol, f"k{at}", *people, line=LINES[at % len(LINES)])
        for at, people in enumerate(chunks)
    ]
    jobs += [partial(leave, world, person) for person in leaving]
    jobs += [partial(try_change, world, *plan) for plan in plans]
    world.steps.run_all(jobs)
    world.repair()
    world.seats.copy_out("c1")
    require_agreement(world)
    told = [e for e in world.enrolments.told if isinstance(e, events.SeatPromoted)]
    assert len({event.enrolment_id for event in told}) == len(told)
    revisions = [revision for _, revision in changes(world)]
    assert revisions == list(range(2, len(revisions) + 2))
