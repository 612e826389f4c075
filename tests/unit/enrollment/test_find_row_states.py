"""What became until now of the people whom a roster's rows brought."""

from dataclasses import replace

import pytest
from enrollment.domain.enrolment import Enrolment
from enrollment.usecases.find_row_states import FindRowStates, RowState
from enrollment.usecases.ports import Scope

from tests.unit.enrollment.fakes import TODAY, FakeEnrolments
from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.scopes import ALL, below
from tests.unit.enrollment.world import a_book, a_row

EAST = below("dc")


class Placed(FakeEnrolments):
    """Enrolments that say how many wait before one."""

    def get_waiting_place(self, enrolment: Enrolment) -> int:
        waiting = [e for e in self.rows.values() if e.state == "waiting"]
        before = [e for e in waiting if e.ticket < enrolment.ticket]
        return len(before) + 1 if enrolment in waiting else 0


class Sent:
    """A roster of the east for a class of one seat: M1 is in, M2 and M3 wait."""

    def __init__(self) -> None:
        self.world = world = MergingWorld(a_book(1))
        rows = [a_row(number) for number in (1, 2, 3)]
        self.told = [one.enrolment_id for one in world.send("k1", *rows)]
        placed = Placed(world.steps)
        placed.rows = world.enrolments.rows
        self.find = FindRowStates(
            world.branches, world.people, world.merges, placed, world.finished
        )

    def person(self, number: int) -> str:
        return self.world.people.memberships[f"dc:M{number}"].person_id

    def now(self, scope: Scope = EAST) -> list[tuple[str, int]]:
        states = self.find(scope, self.told)
        found = [states.get(id_, RowState("")) for id_ in self.told]
        return [(one.state, one.place) for one in found]


@pytest.fixture
def sent() -> Sent:
    return Sent()


def test_who_is_in_and_who_waits_at_which_place(sent: Sent) -> None:
    assert sent.now() == [("seated", 0), ("waiting", 1), ("waiting", 2)]
    assert sent.find(EAST, sent.told)[sent.told[0]].person_id == sent.person(1)


def test_who_left_and_who_came_up_for_it(sent: Sent) -> None:
    sent.world.seats.withdraw(sent.told[0])
    assert sent.now() == [("withdrawn", 0), ("seated", 0), ("waiting", 1)]


def test_who_left_and_came_again_by_another_roster_is_shown_as_they_stand(
    sent: Sent,
) -> None:
    sent.world.seats.withdraw(sent.told[0])
    sent.world.send("k2", a_row(1))
    assert sent.now() == [("waiting", 2), ("seated", 0), ("waiting", 1)]


def test_who_has_the_certificate_has_completed(sent: Sent) -> None:
    sent.world.finished.rows.add((sent.person(1), "c1"))
    assert sent.now()[0] == ("completed", 0)


def test_who_stands_under_a_merged_record_is_shown_by_that(sent: Sent) -> None:
    sent.world.merge(sent.person(1), sent.person(2))
    assert sent.now()[:2] == [("seated", 0), ("seated", 0)]


def test_of_whom_no_branch_within_holds_any_more_nothing_more_is_told(
    sent: Sent,
) -> None:
    held = sent.world.people.memberships["dc:M1"]
    sent.world.people.put_membership(held.end_term(TODAY))
    sent.world.people.put_membership(replace(held, branch_id="xc", since=TODAY))
    assert sent.find(EAST, sent.told)[sent.told[0]] == RowState("moved")
    assert sent.now(ALL)[0] == ("seated", 0)


@pytest.mark.parametrize("branch", ["xc", "dc-school"])
def test_beyond_the_border_nothing_is_told(sent: Sent, branch: str) -> None:
    assert sent.find(below(branch), sent.told) == {}


def test_rows_without_an_enrolment_have_no_state(sent: Sent) -> None:
    assert sent.find(EAST, ["", "c1.nobody.1"]) == {}
