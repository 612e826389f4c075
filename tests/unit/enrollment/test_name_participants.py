"""The border: whom none of one's branches holds today is not named, whatever was."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from enrollment.domain.people import Branch, Membership, branch_below
from enrollment.usecases.name_participants import name_participants
from enrollment.usecases.ports import Scope

from tests.depth import rounds
from tests.unit.enrollment.fakes import TODAY
from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.scopes import ALL, below
from tests.unit.enrollment.world import EAST, SCHOOL, WEST, a_book, a_row

HISTORIES = rounds(150, 3_000)
OFFICERS: Mapping[str, Scope] = {
    "staff": ALL,
    "bj": below("bj"),
    "dc": below("dc"),
    "dc-school": below("dc-school"),
    "xc": below("xc"),
}
YESTERDAY, TOMORROW = "2026-11-22", "2026-11-24"


@pytest.fixture
def world() -> MergingWorld:
    """1 and 2 in the school of the east, 3 in the east, 4 and 5 in the west."""
    made = MergingWorld(a_book(20))
    for number, branch in enumerate(("dc-school", "dc-school", "dc", "xc", "xc"), 1):
        made.send(f"k{number}", a_row(number), branch=branch)
    return made


def person(world: MergingWorld, number: int) -> str:
    rows = world.people.memberships.values()
    return next(m.person_id for m in rows if m.member_no == f"M{number}")


def name(world: MergingWorld, scope: Scope, ids: Sequence[str]) -> dict[str, str]:
    found = name_participants(
        world.branches, world.people, world.merges, scope, list(ids)
    )
    return {one.person_id: one.person.name for one in found}


def who_names(world: MergingWorld, number: int) -> set[str]:
    id_ = person(world, number)
    return {who for who, scope in OFFICERS.items() if name(world, scope, [id_])}


def membership(world: MergingWorld, number: int) -> Membership:
    rows = world.people.memberships.values()
    return next(m for m in rows if m.member_no == f"M{number}")


def test_who_stays_is_named_by_the_own_branch_and_those_above(
    world: MergingWorld,
) -> None:
    assert who_names(world, 1) == {"staff", "bj", "dc", "dc-school"}
    assert who_names(world, 3) == {"staff", "bj", "dc"}
    assert who_names(world, 4) == {"staff", "bj", "xc"}


def test_who_left_a_branch_is_named_by_staff_alone(world: MergingWorld) -> None:
    world.people.put_membership(membership(world, 1).end_term(TODAY))
    assert who_names(world, 1) == {"staff"}


def test_who_leaves_tomorrow_is_named_today_and_who_comes_tomorrow_is_not(
    world: MergingWorld,
) -> None:
    leaving = replace(membership(world, 1), until=TOMORROW)
    coming = Membership(leaving.person_id, "xc", "W1", TOMORROW)
    world.people.put_membership(leaving)
    world.people.create_memberships([coming])
    assert who_names(world, 1) == {"staff", "bj", "dc", "dc-school"}


def test_who_moved_is_named_by_the_new_branch_with_its_number_alone(
    world: MergingWorld,
) -> None:
    left = replace(membership(world, 1), since=YESTERDAY, until=TODAY)
    world.people.put_membership(left)
    world.people.create_memberships([Membership(left.person_id, "xc", "W1", TODAY)])
    assert who_names(world, 1) == {"staff", "bj", "xc"}
    (one,) = name_participants(
        world.branches, world.people, world.merges, below("xc"), [left.person_id]
    )
    assert [m.member_no for m in one.memberships] == ["W1"]


def test_a_branch_that_moved_takes_its_people_along(world: MergingWorld) -> None:
    world.branches.rows["dc-school"] = branch_below(WEST, "dc-school", SCHOOL.name)
    assert who_names(world, 1) == {"staff", "bj", "xc", "dc-school"}


def test_a_merged_human_is_named_by_each_side_as_that_side_knows_them(
    world: MergingWorld,
) -> None:
    mine, other = person(world, 1), person(world, 4)
    world.merge(mine, other)
    both = [mine, other]
    assert name(world, below("dc"), both) == {mine: "张1", other: "张1"}
    assert name(world, below("xc"), both) == {mine: "张4", other: "张4"}
    (one,) = name_participants(
        world.branches, world.people, world.merges, below("xc"), [mine]
    )
    assert [m.member_no for m in one.memberships] == ["M4"]
    world.unmerge(mine, other)
    assert name(world, below("dc"), both) == {mine: "张1"}
    assert name(world, below("xc"), both) == {other: "张4"}


def test_who_left_is_named_again_where_a_merged_record_is_held(
    world: MergingWorld,
) -> None:
    mine, other = person(world, 1), person(world, 3)
    world.merge(mine, other)
    world.people.put_membership(membership(world, 1).end_term(TODAY))
    assert who_names(world, 1) == {"staff", "bj", "dc"}
    assert name(world, below("dc"), [mine]) == {mine: "张3"}


def test_nobody_is_named_twice_and_of_unknown_ids_nothing_is_told(
    world: MergingWorld,
) -> None:
    mine = person(world, 1)
    asked = [mine, "p-nobody", mine, person(world, 4)]
    found = name_participants(
        world.branches, world.people, world.merges, below("dc"), asked
    )
    assert [one.person_id for one in found] == [mine]


class Rule:
    """Who reaches whom, by sets and walks, written apart from the code."""

    def __init__(self, world: MergingWorld) -> None:
        self.world = world

    def is_below(self, branch_id: str, top: str) -> bool:
        branch: Branch | None = self.world.branches.get(branch_id)
        while branch is not None:
            if branch.id == top:
                return True
            branch = self.world.branches.get(branch.parent)
        return False

    def find_human(self, person_id: str) -> set[str]:
        human = {person_id}
        while True:
            stands = [m for m in self.world.merges.rows.values() if not m.is_undone]
            more = {
                end
                for merge in stands
                for end in (merge.person_id, merge.survivor_id)
                if human & {merge.person_id, merge.survivor_id}
            }
            if more <= human:
                return human
            human |= more

    def is_reached(self, person_id: str, who: str) -> bool:
        theirs = [
            held
            for held in self.world.people.memberships.values()
            if held.person_id in self.find_human(person_id)
        ]
        if who == "staff":
            return bool(theirs)
        return any(
            held.since[:10] <= TODAY
            and (held.until == "" or held.until > TODAY)
            and self.is_below(held.branch_id, who)
            for held in theirs
        )


def live(world: MergingWorld, chance: random.Random) -> None:
    """Something happens to somebody, or to a branch."""
    number = chance.randint(1, 5)
    held = membership(world, number)
    deed = chance.choice(["leave", "return", "join", "merge", "unmerge", "move"])
    if deed == "leave":
        until = chance.choice([YESTERDAY, TODAY, TOMORROW])
        world.people.put_membership(replace(held, until=until))
    elif deed == "return":
        since = chance.choice([YESTERDAY, TODAY, TOMORROW])
        world.people.put_membership(replace(held, since=since, until=""))
    elif deed == "join":
        branch = chance.choice([EAST, SCHOOL, WEST])
        since = chance.choice([YESTERDAY, TODAY, TOMORROW])
        new = Membership(held.person_id, branch.id, f"N{chance.random()}", since)
        world.people.create_memberships([new])
    elif deed == "merge":
        merge_some(world, held.person_id, person(world, chance.randint(1, 5)))
    elif deed == "unmerge":
        for merge in list(world.merges.rows.values()):
            if not merge.is_undone:
                world.unmerge(merge.survivor_id, merge.person_id)
                break
    else:
        above = chance.choice([EAST, WEST])
        moved = branch_below(above, SCHOOL.id, SCHOOL.name)
        world.branches.rows[SCHOOL.id] = moved


def merge_some(world: MergingWorld, one: str, other: str) -> None:
    """Two records that are neither the same nor merged already."""
    if other not in Rule(world).find_human(one):
        survivors = world.merges.find_survivors([one, other])
        world.merge(survivors[one], survivors[other])


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_whatever_happened_the_border_is_where_the_rule_has_it(
    world: MergingWorld, seed: int
) -> None:
    chance, rule = random.Random(seed), Rule(world)
    people = [person(world, number) for number in range(1, 6)]
    for _ in range(12):
        live(world, chance)
        for who, scope in OFFICERS.items():
            named = set(name(world, scope, people))
            assert named == {id_ for id_ in people if rule.is_reached(id_, who)}, who
