"""Cancelling a class, and opening again one that was closed or cancelled."""

import pytest
from catalog.domain import events
from catalog.domain.errors import (
    CancellationFinal,
    CancellationUnderWay,
    WrongDates,
    WrongState,
)
from catalog.domain.training_class import CANCELLED, CLOSED, OPEN, OVER, TrainingClass
from catalog.usecases.edit_class import edit_class
from catalog.usecases.find_classes import find_classes
from catalog.usecases.open_class import cancel_class, close_class, reopen_class

from tests.unit.catalog.catalogue import CLASS, EDITED, TODAY, Catalogue
from tests.unit.catalog.fakes import FakeCancellations, FakeClasses, FakeCourses

REASON = "<b>停电</b> 'x'"
LATE = TODAY.replace(year=2028)


class Staff:
    """One class and who may do what with it."""

    def __init__(self) -> None:
        self.classes, self.courses = FakeClasses(CLASS), FakeCourses(EDITED)
        self.cancellations = FakeCancellations()

    def cancel(self, reason: str = REASON) -> TrainingClass:
        return cancel_class(self.classes, "c1", reason, TODAY)

    def reopen(self) -> TrainingClass:
        return reopen_class(self.classes, self.courses, self.cancellations, "c1", TODAY)


@pytest.fixture
def staff() -> Staff:
    return Staff()


def test_a_class_is_cancelled_once_with_its_reason(staff: Staff) -> None:
    for _ in range(2):
        cancelled = staff.cancel()
    assert (cancelled.state, cancelled.reason) == (CANCELLED, REASON)
    assert cancelled.revision == CLASS.revision + 1
    assert staff.classes.told == [events.ClassCancelled("c1", "k1", REASON)]
    assert cancelled.to_snapshot()[1:] == staff.classes.told


def test_a_cancelled_class_stays_so_after_its_last_day(staff: Staff) -> None:
    assert staff.cancel().state_on(LATE) == CANCELLED
    assert CLASS.state_on(LATE) == OVER


def test_a_cancelled_class_is_not_closed_edited_or_cancelled_otherwise(
    staff: Staff,
) -> None:
    staff.cancel()
    wanted = CLASS.particulars.__class__("新", "2026-12-01", "2026-12-02", "", "online")
    with pytest.raises(WrongState):
        close_class(staff.classes, "c1")
    with pytest.raises(WrongState):
        edit_class(staff.classes, staff.courses, "c1", wanted, TODAY, None)
    with pytest.raises(WrongState):
        staff.cancel("另一个原因")


def test_a_class_that_is_over_is_not_cancelled_or_opened_again(staff: Staff) -> None:
    with pytest.raises(WrongState):
        cancel_class(staff.classes, "c1", REASON, LATE)
    close_class(staff.classes, "c1")
    with pytest.raises(WrongDates):
        reopen_class(staff.classes, staff.courses, staff.cancellations, "c1", LATE)


def test_a_closed_class_is_opened_again_and_so_is_an_open_one_without_effect(
    staff: Staff,
) -> None:
    close_class(staff.classes, "c1")
    for _ in range(2):
        assert staff.reopen().state == OPEN
    assert staff.classes.told[1:] == [events.ClassReopened("c1", "k1")]


def test_a_cancellation_is_undone_while_nobody_lost_anything(staff: Staff) -> None:
    staff.cancel()
    reopened = staff.reopen()
    assert (reopened.state, reopened.reason) == (OPEN, "")


@pytest.mark.parametrize(
    ("has_leavers", "refusal"),
    [(True, CancellationFinal), (None, CancellationUnderWay)],
)
def test_a_cancellation_stays_where_people_were_told_or_nobody_knows(
    has_leavers: bool | None, refusal: type[Exception], staff: Staff
) -> None:
    staff.cancel()
    staff.cancellations.answer = has_leavers
    with pytest.raises(refusal):
        staff.reopen()
    assert staff.classes.rows["c1"].state == CANCELLED


def test_cancelled_classes_are_found_by_their_state_alone(staff: Staff) -> None:
    staff.cancel()
    for state in ("", "running", "coming", CLOSED, OVER):
        assert find_classes(staff.classes, LATE, "", "", "", 9, state).items == []
    found = find_classes(staff.classes, TODAY, "", "", "", 9, CANCELLED)
    assert [one.id for one in found.items] == ["c1"]


def test_a_cancellation_needs_a_reason_which_everybody_reads() -> None:
    catalogue = Catalogue()
    path, body = "/classes/c1/cancellation", {"reason": REASON}
    assert catalogue.ask("staff", path, method="POST", body={"reason": " "})[0] == 422
    assert catalogue.ask("staff", path, method="POST", body=body)[0] == 200
    _, shown = catalogue.ask("visitor", "/classes/c1")
    assert (shown["state"], shown["reason"]) == (CANCELLED, REASON)
