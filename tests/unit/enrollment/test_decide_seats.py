"""Seats kept by book, journal and enrolments, whoever dies in between."""

from contextlib import suppress
from functools import partial

import pytest
from enrollment.domain import events
from enrollment.domain.enrolment import SEATED, WAITING, WITHDRAWN
from enrollment.domain.errors import UnknownEnrolment
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.depth import rounds
from tests.unit.enrollment.fakes import Crash, Job
from tests.unit.enrollment.world import (
    CITY,
    EAST,
    NOW,
    SCHOOL,
    WEST,
    World,
    a_book,
    require_agreement,
)

LINES = [CITY.line, EAST.line, SCHOOL.line, WEST.line]


def test_people_are_seated_in_the_order_they_ask_in() -> None:
    world = World(a_book(2))
    world.enrol("k1", "a", "b", "c")
    world.enrol("k2", "d")
    assert world.states() == {"a": SEATED, "b": SEATED, "c": WAITING, "d": WAITING}
    assert [e.ticket for e in world.enrolments.rows.values()] == [1, 2, 3, 4]
    require_agreement(world)


def test_a_chunk_asks_once_however_often_it_is_repeated() -> None:
    world = World(a_book(3))
    for _ in range(3):
        world.enrol("k1", "a", "b")
    assert world.books.now("c1").next_ticket == 3
    assert len(world.enrolments.told) == 2
    require_agreement(world)


def test_a_seat_given_up_goes_to_the_first_who_waits() -> None:
    world = World(a_book(1))
    world.enrol("k1", "a", "b", "c")
    world.seats.withdraw("c1.a.1")
    assert world.states() == {"a": WITHDRAWN, "b": SEATED, "c": WAITING}
    told = [type(event) for event in world.enrolments.told[-2:]]
    assert sorted(t.__name__ for t in told) == ["SeatPromoted", "SeatWithdrawn"]
    assert world.enrolments.rows["c1.a.1"].seated_until == NOW
    require_agreement(world)


def test_a_freed_seat_passes_over_a_branch_whose_quota_is_full() -> None:
    world = World(a_book(2, {"dc": 1}))
    world.enrol("k1", "a", line=EAST.line)
    world.enrol("k2", "b", line=WEST.line)
    world.enrol("k3", "c", line=SCHOOL.line)
    world.enrol("k4", "d", line=WEST.line)
    world.seats.withdraw("c1.b.1")
    assert world.states()["c"] == WAITING
    assert world.states()["d"] == SEATED
    require_agreement(world)


def test_leaving_twice_is_leaving_once() -> None:
    world = World(a_book(1))
    world.enrol("k1", "a")
    world.seats.withdraw("c1.a.1")
    world.seats.withdraw("c1.a.1")
    left = [t for t in world.enrolments.told if isinstance(t, events.SeatWithdrawn)]
    assert [event.was_seated for event in left] == [True]
    require_agreement(world)


def test_who_waited_and_left_is_told_so() -> None:
    world = World(a_book(0))
    world.enrol("k1", "a")
    world.seats.withdraw("c1.a.1")
    left = [t for t in world.enrolments.told if isinstance(t, events.SeatWithdrawn)]
    assert [event.was_seated for event in left] == [False]
    require_agreement(world)


def test_who_left_may_ask_again_with_a_new_attempt_and_ticket() -> None:
    world = World(a_book(1))
    world.enrol("k1", "a")
    world.seats.withdraw("c1.a.1")
    world.enrol("k2", "a")
    again = world.enrolments.rows["c1.a.2"]
    assert (again.attempt, again.ticket, again.state) == (2, 2, SEATED)
    require_agreement(world)


def test_withdrawing_what_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownEnrolment):
        World(a_book(1)).seats.withdraw("c1.nobody.1")


def test_a_full_journal_is_copied_out_and_the_asking_goes_on() -> None:
    world = World(a_book(100))
    for at in range(45):
        with pytest.raises(Crash):
            world.die_after(5).enrol(f"k{at}", f"p{at}")
    world.repair()
    world.enrol("last", "z")
    assert world.states()["z"] == SEATED
    require_agreement(world)


@pytest.mark.parametrize("steps", range(1, 30))
def test_dying_at_any_step_of_taking_ends_right(steps: int) -> None:
    world = World(a_book(2))
    with suppress(Crash):
        world.die_after(steps).enrol("k1", "a", "b", "c")
    world.repair()
    world.enrol("k1", "a", "b", "c")
    world.seats.copy_out("c1")
    assert world.states() == {"a": SEATED, "b": SEATED, "c": WAITING}
    assert len(world.enrolments.told) == 3
    require_agreement(world)


@pytest.mark.parametrize("steps", range(1, 30))
def test_dying_at_any_step_of_leaving_ends_right(steps: int) -> None:
    world = World(a_book(1))
    world.enrol("k1", "a", "b")
    with suppress(Crash):
        world.die_after(steps).seats.withdraw("c1.a.1")
    world.repair()
    world.seats.withdraw("c1.a.1")
    world.seats.copy_out("c1")
    assert world.states() == {"a": WITHDRAWN, "b": SEATED}
    require_agreement(world)


def test_a_person_asked_for_by_two_chunks_takes_one_seat() -> None:
    world = World(a_book(2), switching=1.0)
    world.steps.run_all([partial(world.enrol, k, "a") for k in ("k1", "k2", "k3")])
    assert world.books.now("c1").taken == 1
    require_agreement(world)


def test_a_person_asked_for_again_before_the_copying_is_granted_nothing_more() -> None:
    """p is seated by k1 and asked for by k2, nothing copied out, when q leaves."""
    world = World(a_book(2))
    world.enrol("k0", "q")
    for key in ("k1", "k2"):
        with suppress(Crash):
            world.die_after(5).enrol(key, "p")
    world.repair()
    assert world.books.now("c1").taken == 2
    world.seats.withdraw("c1.q.1")
    require_agreement(world)
    world.enrol("k3", "r")
    assert world.states() == {"q": WITHDRAWN, "p": SEATED, "r": SEATED}
    require_agreement(world)


def jobs(world: World, chunks: list[list[str]], leaving: list[str]) -> list[Job]:
    made: list[Job] = [
        partial(world.enrol, f"k{at}", *people, line=LINES[at % len(LINES)])
        for at, people in enumerate(chunks)
    ]
    return made + [partial(leave, world, person) for person in leaving]


def leave(world: World, person: str) -> None:
    held = [e for e in world.enrolments.rows.values() if e.person_id == person]
    if held:
        world.seats.withdraw(held[-1].id)


people = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4, unique=True)


@settings(max_examples=rounds(100, 5_000), deadline=None)
@example(
    chunks=[["a"], ["a"], ["a", "b"], ["a"]],
    capacity=3,
    quotas={},
    seed=10842,
    dying=0.25,
)
@given(
    chunks=st.lists(people, min_size=1, max_size=7),
    capacity=st.integers(0, 5),
    quotas=st.dictionaries(st.sampled_from(["bj", "dc", "xc"]), st.integers(0, 3)),
    seed=st.integers(0, 2**16),
    dying=st.sampled_from([0.0, 0.05, 0.25]),
)
def test_many_asking_at_once_and_dying_leave_book_and_enrolments_agreed(
    chunks: list[list[str]],
    capacity: int,
    quotas: dict[str, int],
    seed: int,
    dying: float,
) -> None:
    world = World(a_book(capacity, quotas), seed=seed, dying=dying, switching=0.4)
    world.steps.run_all(jobs(world, chunks, []))
    world.repair()
    world.seats.copy_out("c1")
    assert set(world.states()) == {person for chunk in chunks for person in chunk}
    require_agreement(world)


@settings(max_examples=rounds(100, 5_000), deadline=None)
@example(
    chunks=[["a"], list("abcd"), ["a", "b"], ["a"]],
    leaving=["a"],
    capacity=5,
    quotas={},
    seed=0,
    dying=0.25,
)
@example(
    chunks=[["b", "e"], ["a"], ["a"], ["a"], list("abcd"), ["a"], list("abcd")],
    leaving=["b", "a", "a", "a"],
    capacity=0,
    quotas={},
    seed=261,
    dying=0.25,
)
@given(
    chunks=st.lists(people, min_size=1, max_size=7),
    leaving=st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6),
    capacity=st.integers(0, 5),
    quotas=st.dictionaries(st.sampled_from(["bj", "dc", "xc"]), st.integers(0, 3)),
    seed=st.integers(0, 2**16),
    dying=st.sampled_from([0.0, 0.05, 0.25]),
)
def test_asking_and_leaving_at_once_and_dying_leave_all_agreed(
    chunks: list[list[str]],
    leaving: list[str],
    capacity: int,
    quotas: dict[str, int],
    seed: int,
    dying: float,
) -> None:
    world = World(a_book(capacity, quotas), seed=seed, dying=dying, switching=0.4)
    world.steps.run_all(jobs(world, chunks, leaving))
    world.repair()
    world.seats.copy_out("c1")
    require_agreement(world)
