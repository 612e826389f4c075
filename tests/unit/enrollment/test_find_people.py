"""People are found within a scope, and nothing is told of others."""

import pytest
from enrollment.domain.errors import FieldIllegal, UnknownPerson
from enrollment.domain.people import Membership
from enrollment.usecases.find_people import (
    Found,
    find_lines,
    find_people,
    require_person,
)
from enrollment.usecases.ports import Scope

from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.scopes import ALL, below
from tests.unit.enrollment.world import World, a_book, a_row

PHONE = "13800000001"


@pytest.fixture
def world() -> World:
    """A person whom two branches name, and one of the west alone."""
    made = World(a_book(9), a_book(9, class_id="c2"))
    made.send("k1", a_row(1), branch="dc-school")
    made.send("k2", a_row(1, branch_id="xc", class_id="c2"), branch="bj")
    made.send("k3", a_row(2), branch="xc")
    return made


def find(
    world: World,
    scope: Scope,
    phone: str = "",
    branch_id: str = "",
    member_no: str = "",
) -> list[Found]:
    return find_people(world.branches, world.people, scope, phone, branch_id, member_no)


def branches_of(found: list[Found]) -> list[str]:
    return [m.branch_id for _, memberships in found for m in memberships]


@pytest.mark.parametrize("phone", [PHONE, "138 0000 0001", "+8613800000001"])
def test_a_person_is_found_by_phone_however_it_is_written(
    world: World, phone: str
) -> None:
    ((person, _),) = find(world, below("dc"), phone)
    assert person.name == "张1"


def test_only_memberships_within_the_scope_are_shown(world: World) -> None:
    assert branches_of(find(world, below("dc"), PHONE)) == ["dc-school"]
    assert branches_of(find(world, below("dc-school"), PHONE)) == ["dc-school"]
    assert set(branches_of(find(world, ALL, PHONE))) == {"dc-school", "xc"}


def test_of_people_of_others_nothing_is_told(world: World) -> None:
    west = "13800000002"
    assert len(find(world, below("xc"), west)) == 1
    assert find(world, below("dc"), west) == []
    assert find(world, below("dc"), "13900000000") == []


def test_a_member_number_is_one_of_its_branch(world: World) -> None:
    assert branches_of(find(world, ALL, "", "xc", "M2")) == ["xc"]
    assert find(world, ALL, "", "dc", "M2") == []
    assert find(world, below("dc"), "", "xc", "M2") == []


def test_without_a_question_nobody_is_found(world: World) -> None:
    assert find(world, ALL) == []


@pytest.mark.parametrize(
    ("phone", "member_no", "field", "reason"),
    [
        ("12", "", "phone", "phone-invalid"),
        ("", "M" * 61, "member_no", "member-number-invalid"),
        (PHONE, "M" * 61, "member_no", "member-number-invalid"),
        ("12", "M1", "phone", "phone-invalid"),
    ],
)
def test_a_number_that_is_none_is_refused_by_field_and_reason(
    world: World, phone: str, member_no: str, field: str, reason: str
) -> None:
    with pytest.raises(FieldIllegal) as refused:
        find(world, ALL, phone, "dc", member_no)
    assert (refused.value.members["field"], refused.value.members["reason"]) == (
        field,
        reason,
    )


def test_a_person_is_shown_to_those_whose_scope_reaches_a_membership(
    world: World,
) -> None:
    ((person, _),) = find(world, ALL, PHONE)
    required = require_person(world.branches, world.people, below("xc"), person.id)
    assert branches_of([required]) == ["xc"]


def test_a_person_of_others_reads_like_nobody(world: World) -> None:
    ((person, _),) = find(world, ALL, "13800000002")
    refusals = []
    for id_ in (person.id, "p-nobody"):
        with pytest.raises(UnknownPerson) as refused:
            require_person(world.branches, world.people, below("dc"), id_)
        refusals.append((refused.value.slug, str(refused.value)))
    assert refusals[0] == refusals[1]


def test_a_number_of_a_branch_that_one_does_not_see_finds_nobody_of_ones_own(
    world: World,
) -> None:
    own, other = (world.people.memberships[id_] for id_ in ("dc-school:M1", "xc:M1"))
    both = Membership(own.person_id, "xc", "W7", other.since)
    world.people.create_memberships([both])
    assert find(world, below("dc"), branch_id="xc", member_no="W7") == []
    assert branches_of(find(world, below("dc"), PHONE)) == ["dc-school"]
    found = find(world, ALL, branch_id="xc", member_no="W7")
    assert [person.id for person, _ in found] == [own.person_id]


def test_who_holds_a_record_that_was_merged_are_those_who_hold_any() -> None:
    world = MergingWorld(a_book(9))
    world.send("k1", a_row(1), branch="dc")
    world.send("k2", a_row(2), branch="xc")
    mine, other = (
        world.people.memberships[id_].person_id for id_ in ("dc:M1", "xc:M2")
    )

    def held_by(person_id: str) -> set[str]:
        lines = find_lines(world.branches, world.people, world.merges, [person_id])
        return {line[-1] for line in lines[person_id]}

    assert held_by(mine) == {"dc"}
    world.merge(other, mine)
    assert held_by(mine) == held_by(other) == {"dc", "xc"}
    world.unmerge(other, mine)
    assert held_by(mine) == {"dc"}


def test_nobody_holds_whom_the_last_branch_let_go() -> None:
    world = MergingWorld(a_book(9))
    world.send("k1", a_row(1), branch="dc")
    known = world.people.memberships["dc:M1"]
    world.people.put_membership(known.end_term(known.since[:10]))
    lines = find_lines(world.branches, world.people, world.merges, [known.person_id])
    assert lines == {known.person_id: []}
