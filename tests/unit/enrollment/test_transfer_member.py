"""Members move between branches from a day on; their border moves with them."""

from dataclasses import dataclass, replace

import pytest
from enrollment.domain.errors import (
    BranchClosed,
    FieldIllegal,
    NothingToMove,
    NotMember,
    NumberTaken,
    UnknownBranch,
    UnknownPerson,
)
from enrollment.domain.roster import ALREADY, KEPT, UPDATED
from enrollment.usecases.correct_person import Corrector
from enrollment.usecases.find_people import require_person
from enrollment.usecases.transfer_member import Transfer, TransferMember

from tests.unit.enrollment.fakes import TODAY
from tests.unit.enrollment.world import NOW, World, a_book, a_row

LATER = "2026-12-24"


@dataclass(frozen=True)
class Below:
    """The scope of a branch, or of all for None."""

    branch: str | None

    def covers(self, line: tuple[str, ...]) -> bool:
        return self.branch is None or self.branch in line


STAFF = Corrector("a-staff", True, Below(None), "q1")


@pytest.fixture
def world() -> World:
    made = World(a_book(9))
    made.send("k1", a_row(1), a_row(2))
    return made


@pytest.fixture
def person_id(world: World) -> str:
    return world.people.memberships["dc:M1"].person_id


def move(
    world: World,
    person_id: str,
    leaves: str = "",
    joins: str = "",
    number: str = "",
    day: str = TODAY,
    by: Corrector = STAFF,
) -> None:
    transfer = TransferMember(world.branches, world.people, lambda: NOW, world.audit)
    transfer(by, person_id, Transfer(leaves, joins, number, day))


def is_seen(world: World, person_id: str, branch: str) -> bool:
    try:
        require_person(world.branches, world.people, Below(branch), person_id)
    except UnknownPerson:
        return False
    return True


def test_from_that_day_on_the_other_branch_sees_the_person(
    world: World, person_id: str
) -> None:
    before = dict(world.enrolments.rows)
    move(world, person_id, "dc", "xc", "W1")
    assert not is_seen(world, person_id, "dc")
    assert is_seen(world, person_id, "xc")
    assert is_seen(world, person_id, "bj")
    assert world.enrolments.rows == before
    [line] = world.people.find_changes(person_id)
    assert line.fields == ("left-branch", "joined-branch")
    moved = {"leaves": "dc", "joins": "xc", "day": TODAY}
    assert world.audit.lines == [("a-staff", "membership-moved", person_id, moved)]


def test_on_a_day_to_come_nothing_changes_yet(world: World, person_id: str) -> None:
    move(world, person_id, "dc", "xc", "W1", LATER)
    assert is_seen(world, person_id, "dc")
    assert not is_seen(world, person_id, "xc")


def test_who_left_returns_under_the_old_number_with_both_terms(
    world: World, person_id: str
) -> None:
    move(world, person_id, "dc")
    assert not is_seen(world, person_id, "bj")
    later = replace(STAFF, request_id="q9")
    move(world, person_id, joins="dc", number="M1", by=later)
    assert is_seen(world, person_id, "dc")
    again = world.people.memberships["dc:M1"]
    assert (again.since, again.until, len(again.past)) == (TODAY, "", 1)
    moved = [details for *_, details in world.audit.lines]
    assert moved == [{"leaves": "dc", "day": TODAY}, {"joins": "dc", "day": TODAY}]


def test_a_roster_brings_a_former_member_back_but_changes_nothing_of_them(
    world: World, person_id: str
) -> None:
    left = world.people.memberships["dc:M1"].end_term("2026-11-01")
    world.people.put_membership(left)
    [outcome] = world.send("k2", a_row(1, phone="13999999999"))
    assert outcome.outcome == ALREADY
    assert KEPT in outcome.notes
    assert UPDATED not in outcome.notes
    assert world.people.rows[person_id][0].phone != "13999999999"
    assert not world.people.memberships["dc:M1"].until
    back = {"joins": "dc", "day": TODAY}
    assert world.audit.lines == [("dc", "membership-moved", person_id, back)]


def test_repeated_it_is_the_same(world: World, person_id: str) -> None:
    move(world, person_id, "dc", "xc", "W1")
    memberships = dict(world.people.memberships)
    move(world, person_id, "dc", "xc", "W1")
    assert world.people.memberships == memberships
    assert len(world.audit.lines) == 1


def test_what_cannot_be_is_refused(world: World, person_id: str) -> None:
    east = Corrector("an-officer", False, Below("dc"), "q2")
    refused = {
        NothingToMove: {},
        NotMember: {"leaves": "xc"},
        FieldIllegal: {"leaves": "dc", "day": "soon"},
        NumberTaken: {"joins": "dc", "number": "M2"},
    }
    for refusal, wanted in refused.items():
        with pytest.raises(refusal):
            move(world, person_id, **wanted)
    with pytest.raises(UnknownBranch):
        move(world, person_id, "dc", "xc", "W1", by=east)
    assert world.people.memberships["dc:M1"].until == ""
    with pytest.raises(FieldIllegal):
        move(world, person_id, "dc", "xc", "")
    world.branches.rows["xc"] = replace(world.branches.rows["xc"], closed=True)
    with pytest.raises(BranchClosed):
        move(world, person_id, "dc", "xc", "W1")
