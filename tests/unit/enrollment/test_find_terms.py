"""Terms are told within a scope, past ones too, by pages."""

import pytest
from enrollment.domain.people import Membership
from enrollment.usecases.find_terms import find_memberships_within, list_memberships
from enrollment.usecases.ports import Scope

from tests.unit.enrollment.scopes import ALL, below
from tests.unit.enrollment.world import World

LEFT = Membership("wang", "xc", "W1", "2025-01-01", "2026-01-01")
BACK = LEFT.begin_again("2026-05-01")
MOVED = Membership("wang", "dc-school", "D1", "2026-01-01")
OTHER = Membership("li", "dc", "D2", "2026-02-01")


@pytest.fixture
def world() -> World:
    made = World()
    made.people.create_memberships([BACK, MOVED, OTHER])
    return made


def ids_of(memberships: list[Membership]) -> list[str]:
    return [one.id for one in memberships]


@pytest.mark.parametrize("limit", [1, 2, 10])
def test_pages_of_terms_are_all_that_a_scope_reaches(world: World, limit: int) -> None:
    found, after = list[str](), ""
    while page := list_memberships(
        world.branches, world.people, below("dc"), after, limit
    ):
        assert len(page) <= limit
        found += ids_of(page)
        after = found[-1]
    assert found == [OTHER.id, MOVED.id]


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [(ALL, [MOVED.id, BACK.id]), (below("dc"), [MOVED.id]), (below("xc"), [BACK.id])],
)
def test_of_a_person_those_terms_are_told_that_a_scope_reaches(
    world: World, scope: Scope, wanted: list[str]
) -> None:
    found = find_memberships_within(world.branches, world.people, scope, ["wang"])
    assert sorted(ids_of(found)) == sorted(wanted)


def test_terms_that_are_over_are_among_them(world: World) -> None:
    world.people.put_membership(OTHER.end_term("2026-03-01"))
    found = list_memberships(world.branches, world.people, below("dc"), "", 10)
    assert OTHER.id in ids_of(found)
