"""People are registered without a class, by the rules of rosters."""

from collections.abc import Iterable
from dataclasses import replace

from enrollment.domain.people import Membership
from enrollment.domain.registered import PersonOutcome
from enrollment.domain.roster import Row
from enrollment.usecases.register_people import RegisterPeople

from tests.doubles.audit import MemoryAudit
from tests.unit.enrollment.fakes import FakeBranches, FakePeople, Steps
from tests.unit.enrollment.world import (
    BRANCHES,
    EAST,
    ID_NUMBER,
    NOW,
    World,
    a_book,
    a_row,
)


class Registering:
    """The use case over a world's branches and people."""

    def __init__(self) -> None:
        self.world = World(a_book(9))
        self.people = self.world.people
        branches = self.world.branches
        self.use_case = RegisterPeople(
            branches, self.people, b"secret", lambda: NOW, self.world.audit
        )

    def register(
        self, *rows: Row, sender: str = "dc", dry_run: bool = False
    ) -> list[PersonOutcome]:
        return self.use_case(sender, rows, "request", "shi", dry_run=dry_run)


def a_person(number: int, **changed: str) -> Row:
    return a_row(number, class_id="", **changed)


def said(outcomes: list[PersonOutcome]) -> list[tuple[str, str]]:
    return [(outcome.outcome, outcome.reason) for outcome in outcomes]


def test_new_people_are_registered_once() -> None:
    here = Registering()
    rows = [a_person(1), a_person(2, branch_id="dc-school")]
    assert said(here.register(*rows)) == [("registered", "")] * 2
    assert set(here.people.memberships) == {"dc:M1", "dc-school:M2"}
    again = here.register(*rows)
    assert said(again) == [("unchanged", "")] * 2
    assert {one.person_id for one in again} == set(here.people.rows)


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    here = Registering()
    dry = here.register(a_person(1), a_person(2, phone="1"), dry_run=True)
    assert said(dry) == [("registered", ""), ("rejected", "phone-invalid")]
    assert (here.people.rows, here.people.memberships) == ({}, {})
    assert here.register(a_person(1), a_person(2, phone="1")) == dry


def test_what_a_row_changes_is_named_and_has_an_audit_line() -> None:
    here = Registering()
    here.register(a_person(1))
    (outcome,) = here.register(a_person(1, phone="13900000009", id_number=ID_NUMBER))
    assert (outcome.outcome, set(outcome.fields)) == ("changed", {"phone", "id_number"})
    (change,) = here.people.changes.values()
    assert (change.by, change.source) == ("shi", "request#1")


def test_whoever_is_named_by_a_number_that_another_gave_up_is_somebody_else() -> None:
    here = Registering()
    (first,) = here.register(a_person(1))
    phone = here.people.rows[first.person_id][0].phone
    ids = {first.person_id}
    for number in (2, 3):
        earlier = a_person(number - 1, phone=f"1390000000{number}")
        assert said(here.register(earlier)) == [("changed", "")]
        late = a_person(number, phone=phone)
        (outcome,) = here.register(late)
        assert outcome.outcome == "registered"
        assert said(here.register(late)) == [("unchanged", "")]
        ids.add(outcome.person_id)
    assert ids == set(here.people.rows)
    assert len(ids) == 3


def test_somebody_known_gets_a_second_membership() -> None:
    here = Registering()
    here.register(a_person(1))
    added = here.register(a_person(1, branch_id="dc-school", member_no="S1"))
    assert said(added) == [("member-added", "")]
    assert len(here.people.rows) == 1


def test_people_of_other_branches_are_not_for_the_sender() -> None:
    here = Registering()
    outcomes = here.register(a_person(1, branch_id="xc"), a_person(2, branch_id="no"))
    assert said(outcomes) == [("rejected", "not-your-branch")] * 2
    assert here.people.memberships == {}


def test_a_closed_branch_gets_no_new_members_and_its_own_stay_right() -> None:
    here = Registering()
    here.register(a_person(1))
    here.world.branches.rows["dc"] = replace(EAST, closed=True)
    outcomes = here.register(a_person(1, phone="13900000009"), a_person(2))
    assert said(outcomes) == [("changed", ""), ("rejected", "branch-closed")]


def test_a_number_of_somebody_else_is_refused_beside_good_rows() -> None:
    here = Registering()
    here.register(a_person(1))
    outcomes = here.register(a_person(1, name="李四", phone="13700000001"), a_person(2))
    assert said(outcomes) == [("rejected", "member-number-taken"), ("registered", "")]


class OvertakenPeople(FakePeople):
    """People among whom another request takes the member number just before."""

    def create_memberships(
        self, memberships: Iterable[Membership]
    ) -> dict[str, Membership]:
        other = Membership("another", "dc", "M1", "2026-11-23")
        self.memberships[other.id] = other
        return super().create_memberships(memberships)


def test_a_number_that_somebody_took_meanwhile_is_refused() -> None:
    people, branches = OvertakenPeople(Steps()), FakeBranches(BRANCHES)
    register = RegisterPeople(branches, people, b"secret", lambda: NOW, MemoryAudit())
    outcomes = register("dc", [a_person(1)], "request", "shi", dry_run=False)
    assert said(outcomes) == [("rejected", "member-number-taken")]
    assert people.rows == {}


def test_two_rows_of_one_person_are_one_person() -> None:
    here = Registering()
    outcomes = here.register(a_person(1), a_person(2, member_no="M1", name="张1"))
    assert outcomes[0].outcome == "registered"
    assert len(here.people.memberships) == 1
