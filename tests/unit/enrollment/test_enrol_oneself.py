"""A trainee takes a seat in a class that is open to all, by the same seat book."""

from dataclasses import replace
from functools import partial

import pytest
from enrollment.domain.enrolment import SEATED, WAITING, WITHDRAWN, Enrolment
from enrollment.domain.errors import BranchToAsk, NotOpen, UnknownClass
from enrollment.domain.seat_book import BY_ONESELF, SeatBook
from enrollment.domain.seat_errors import ClassByBranch
from enrollment.usecases.enrol_oneself import EnrolOneself
from enrollment.usecases.own_branches import OwnBranches

from tests.unit.enrollment.joining_world import JoiningWorld
from tests.unit.enrollment.world import EAST, a_book, require_agreement


class OpenWorld(JoiningWorld):
    """A class that people may get into by themselves; p1, p2, p3 are of one branch."""

    def __init__(self, book: SeatBook) -> None:
        super().__init__(replace(book, admission=BY_ONESELF, ends_on="2026-11-23"))
        for person in ("p1", "p2", "p3"):
            self.add_member(person)
        self.enrolling = EnrolOneself(
            self.books,
            self.enrolments,
            OwnBranches(self.branches, self.people),
            self.merges,
            self.catalog,
            self.seats,
        )

    def take(self, person: str, branch: str = "", class_id: str = "c1") -> Enrolment:
        return self.enrolling(person, class_id, branch)


def test_who_comes_first_has_a_seat_and_the_next_one_waits() -> None:
    world = OpenWorld(a_book(1))
    first, second = world.take("p1"), world.take("p2")
    assert (first.state, second.state) == (SEATED, WAITING)
    assert (first.line, first.chunk_id) == (EAST.line, "oneself/c1.p1.1")
    require_agreement(world)


def test_a_quota_of_the_branch_counts_as_for_everybody() -> None:
    world = OpenWorld(a_book(9, {"dc": 1}))
    assert [world.take(p).state for p in ("p1", "p2")] == [SEATED, WAITING]
    require_agreement(world)


def test_pressing_twice_is_pressing_once_and_a_roster_counts_too() -> None:
    world = OpenWorld(a_book(2))
    assert world.take("p1") == world.take("p1")
    world.enrol("k1", "p2", line=EAST.line)
    assert world.take("p2").chunk_id == "k1"
    assert len(world.enrolments.told) == 2
    require_agreement(world)


def test_many_presses_at_once_bring_one_seat() -> None:
    world = OpenWorld(a_book(5))
    world.steps.switching = 1.0
    world.steps.run_all([partial(world.take, "p1") for _ in range(6)])
    assert world.states() == {"p1": SEATED}
    require_agreement(world)


def test_who_left_may_come_back_last() -> None:
    world = OpenWorld(a_book(1))
    left = world.take("p1")
    world.take("p2")
    world.seats.withdraw(left.id)
    assert world.states() == {"p1": WITHDRAWN, "p2": SEATED}
    again = world.take("p1")
    assert (again.attempt, again.state) == (2, WAITING)
    require_agreement(world)


def test_a_class_of_branches_and_one_that_is_closed_or_over_take_nobody() -> None:
    world = OpenWorld(a_book(3))
    with pytest.raises(UnknownClass):
        world.take("p1", class_id="c9")
    for refusal, changed in (
        (ClassByBranch, {"admission": "branch"}),
        (NotOpen, {"closed": True}),
        (NotOpen, {"ends_on": "2026-11-22"}),
    ):
        version, book = world.books.rows["c1"]
        world.books.rows["c1"] = version, replace(book, **changed)  # type: ignore[arg-type]
        with pytest.raises(refusal):
            world.take("p1")
        world.books.rows["c1"] = version, book
    assert world.states() == {}


def test_who_is_in_stays_in_when_the_class_closes() -> None:
    world = OpenWorld(a_book(3))
    seat = world.take("p1")
    version, book = world.books.rows["c1"]
    world.books.rows["c1"] = version, replace(book, closed=True)
    assert world.take("p1") == seat


def test_whom_no_branch_holds_has_none_to_come_from() -> None:
    world = OpenWorld(a_book(3))
    world.end_membership("p1")
    world.add_member("p2", "xc")
    for person, branch in (("p1", ""), ("p2", ""), ("p2", "bj"), ("nobody", "")):
        with pytest.raises(BranchToAsk):
            world.take(person, branch)
    assert world.take("p2", "xc").branch_id == "xc"


def test_who_leaves_the_branch_meanwhile_gets_no_seat() -> None:
    world = OpenWorld(a_book(3))
    change = world.books.change

    def leave_first(class_id: str, decide: object) -> SeatBook:
        world.end_membership("p1")
        return change(class_id, decide)  # type: ignore[arg-type]

    world.books.change = leave_first  # type: ignore[method-assign]
    with pytest.raises(BranchToAsk):
        world.take("p1")
    assert world.states() == {}
