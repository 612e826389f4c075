"""Members of a scope by how they can be written to, page by page."""

from collections.abc import Sequence

from enrollment.domain.people import Membership
from enrollment.usecases.find_ways import FoundWays, find_ways

from tests.unit.enrollment.fakes import TODAY
from tests.unit.enrollment.scopes import ALL, below
from tests.unit.enrollment.world import World, a_book, a_row


class WaysOfWorld:
    """The ways to the people of a world; what was asked."""

    def __init__(self, world: World) -> None:
        self.world, self.asked = world, 0

    def find_members(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[tuple[str, str]]:
        self.asked += 1
        found = sorted(
            (m.branch_id, m.id, m.person_id)
            for m in self.world.people.memberships.values()
            if m.branch_id in branch_ids and m.is_active(TODAY)
        )
        behind = [(id_, person) for _, id_, person in found if id_ > after]
        return behind[:limit]

    def find_contacts(self, person_ids: Sequence[str]) -> dict[str, tuple[bool, bool]]:
        self.asked += 1
        found = self.world.people.find_by_ids(person_ids)
        return {id_: (bool(p.email), bool(p.phone)) for id_, p in found.items()}


def a_world() -> World:
    world = World(a_book(9))
    world.send("k1", a_row(1, email="a@b.cn"), a_row(2), branch="dc")
    world.send("k2", a_row(3, email="c@b.cn"), branch="xc")
    return world


def person_of(world: World, membership: str) -> str:
    return world.people.memberships[membership].person_id


def test_each_is_told_by_the_best_way_within_the_scope() -> None:
    world = a_world()
    ways = WaysOfWorld(world)
    found = find_ways(world.branches, ways, below("dc"), "", 9)
    first, second = (person_of(world, f"dc:M{n}") for n in (1, 2))
    assert found == FoundWays((first,), (second,), ())
    assert ways.asked == 3, "the two branches, which come one by one, and contacts"
    assert len(find_ways(world.branches, ways, ALL, "", 9).mail) == 2


def test_who_has_two_memberships_on_a_page_stands_there_once() -> None:
    world = a_world()
    first = person_of(world, "dc:M1")
    world.people.create_memberships([Membership(first, "xc", "W9", "2026-01-01")])
    found = find_ways(world.branches, WaysOfWorld(world), ALL, "", 9)
    assert len(found.mail) == 2


def test_a_full_page_says_behind_which_membership_the_next_begins() -> None:
    world = a_world()
    ways = WaysOfWorld(world)
    first = find_ways(world.branches, ways, below("dc"), "", 1)
    assert (len(first.mail), first.after) == (1, "dc:M1")
    second = find_ways(world.branches, ways, below("dc"), first.after, 2)
    assert (len(second.phone), second.after) == (1, "")
