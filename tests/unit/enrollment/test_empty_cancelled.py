"""A cancelled class: all leave it once and are told why, whoever dies on the way."""

import itertools
import random
from dataclasses import replace

import pytest
from enrollment.domain.cancellations import CLASS_CANCELLED
from enrollment.domain.enrolment import SEATED, WITHDRAWN
from enrollment.domain.errors import NotOpen
from enrollment.domain.events import RequestDecided, SeatPromoted, SeatWithdrawn
from enrollment.domain.join_request import LAPSED, REFUSED
from enrollment.usecases import empty_cancelled
from enrollment.usecases.empty_cancelled import (
    Cancellation,
    EmptyCancelled,
    ShowCancellation,
)
from enrollment.usecases.follow_classes import (
    cancel_class,
    close_class,
    reopen_class,
)

from tests.unit.enrollment.fakes import Crash
from tests.unit.enrollment.joining_world import JoiningWorld
from tests.unit.enrollment.world import a_book, a_row, require_agreement

NOT_YET = Cancellation(is_carried_out=False, has_leavers=False)


class CancelledWorld(JoiningWorld):
    """A class of two seats: two have one, two wait, and one asks to join."""

    def __init__(self) -> None:
        super().__init__(replace(a_book(2), ends_on="2026-12-31"))
        for number in range(1, 5):
            self.send(f"k{number}", a_row(number), branch="dc")
        self.add_member("p1")
        self.asked = self.ask("p1")
        self.empty = EmptyCancelled(
            self.books,
            self.enrolments,
            self.requests,
            self.seats,
            self.merges,
            self.finished,
            lambda: self.now,
        )
        self.show = ShowCancellation(self.books, self.enrolments, self.requests)

    def cancel(self, version: int = 2) -> None:
        cancel_class(self.books, self.catalog, "c1", version)

    def causes(self) -> list[str]:
        """Why each who was told was told."""
        told = [*self.enrolments.told, *self.requests.told]
        return [e.cause for e in told if isinstance(e, SeatWithdrawn | RequestDecided)]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> CancelledWorld:
    monkeypatch.setattr(empty_cancelled, "AT_ONCE", 3)
    return CancelledWorld()


def test_all_leave_a_cancelled_class_and_are_told_why_once(
    world: CancelledWorld,
) -> None:
    world.cancel()
    assert world.empty()
    assert not world.empty()
    assert set(world.states().values()) == {WITHDRAWN}
    assert world.causes() == [CLASS_CANCELLED] * 5
    promoted = [e for e in world.enrolments.told if isinstance(e, SeatPromoted)]
    assert promoted == []
    require_agreement(world)


def test_who_has_finished_the_class_keeps_it(world: CancelledWorld) -> None:
    [first, *_] = world.states()
    world.finished.rows.add((first, "c1"))
    world.cancel()
    world.empty()
    assert world.states()[first] == SEATED
    assert world.causes() == [CLASS_CANCELLED] * 4
    require_agreement(world)


def test_nobody_gets_into_a_cancelled_class(world: CancelledWorld) -> None:
    world.cancel()
    [outcome] = world.send("k9", a_row(9))
    assert (outcome.outcome, outcome.reason) == ("rejected", "class-closed")
    world.add_member("p9")
    with pytest.raises(NotOpen):
        world.ask("p9")
    assert not world.books.now("c1").has_room(("bj", "dc"))


def test_a_request_lapses_for_that_cause_whichever_loop_comes_first(
    world: CancelledWorld,
) -> None:
    world.cancel()
    world.lapse()
    world.empty()
    request = world.requests.get(world.asked.id)
    assert request is not None
    assert (request.state, request.cause) == (LAPSED, CLASS_CANCELLED)
    assert world.causes() == [CLASS_CANCELLED] * 5


@pytest.mark.parametrize("seed", range(60))
def test_whoever_dies_on_the_way_all_are_told_once(seed: int) -> None:
    world = CancelledWorld()
    world.cancel()
    world.steps.chance, world.steps.dying = random.Random(seed), 0.1
    while True:
        try:
            if not world.empty():
                break
        except Crash:
            continue
    world.steps.dying = 0.0
    assert set(world.states().values()) == {WITHDRAWN}
    assert world.causes() == [CLASS_CANCELLED] * 5
    require_agreement(world)


@pytest.mark.parametrize("order", list(itertools.permutations((2, 3, 4))))
def test_a_book_stands_as_the_newest_version_says_in_whatever_order(
    order: tuple[int, ...], world: CancelledWorld
) -> None:
    follow = {2: close_class, 3: cancel_class, 4: reopen_class}
    for version in (*order, *order):
        follow[version](world.books, world.catalog, "c1", version)
    book = world.books.now("c1")
    assert (book.closed, book.cancelled, book.emptying) == (False, False, False)
    assert book.state_version == 4


def test_a_class_that_nobody_was_in_tells_that_nobody_was_told() -> None:
    world = CancelledWorld()
    world.refuse(world.asked.id)
    for enrolment in list(world.enrolments.rows.values()):
        world.seats.withdraw(_id_of(enrolment))
    assert world.show("c1") == NOT_YET
    world.cancel()
    assert world.show("c1") == NOT_YET
    world.empty()
    assert world.show("c1") == Cancellation(is_carried_out=True, has_leavers=False)
    request = world.requests.get(world.asked.id)
    assert request is not None
    assert request.state == REFUSED


def test_a_class_that_somebody_lost_tells_so(world: CancelledWorld) -> None:
    world.cancel()
    world.empty()
    assert world.show("c1") == Cancellation(is_carried_out=True, has_leavers=True)
    assert world.show("unheard-of") == NOT_YET


def _id_of(stored: object) -> str:
    enrolment = stored[1] if isinstance(stored, tuple) else stored
    return str(enrolment.id)  # type: ignore[attr-defined]
