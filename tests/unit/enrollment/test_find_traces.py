"""What an operator was told leads to people and rosters, and is written down."""

from collections.abc import Iterable

import pytest
from enrollment.domain.name_index import NameEntry
from enrollment.domain.sent_roster import Roster
from enrollment.usecases.find_traces import LOOKED_UP, MOST_FOUND, FindTraces, Traced
from enrollment.usecases.roster_ports import ChunkPlace
from enrollment.usecases.search_people import SearchPeople

from tests.doubles.audit import MemoryAudit
from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.scopes import ALL
from tests.unit.enrollment.world import a_book, a_row

PHONE = "13800000001"


class NoNames:
    """An index in which nobody is found by name."""

    def find(self, term: str, after: str, limit: int) -> list[NameEntry]:
        return []

    def put(self, entries: Iterable[NameEntry]) -> None:
        raise AssertionError("a search changes nothing")


class Shelf:
    """Rosters of one name, and a chunk for each."""

    def __init__(self, count: int) -> None:
        self.count = count

    def find_named(self, name: str, limit: int) -> list[Roster]:
        if name != "十一月.csv":
            return []
        lines = ("bj", "xc")
        made = [
            Roster("xc", f"r{n}", lines, name, "acc1", False, float(n))
            for n in range(self.count)
        ]
        return made[:limit]

    def find_places(self, branch_id: str, roster_id: str) -> list[ChunkPlace]:
        return [ChunkPlace(f"{branch_id}/{roster_id}.1", "decided", False, 0)]


@pytest.fixture(name="world")
def _world() -> MergingWorld:
    """A person whom two branches name, in a class of each."""
    made = MergingWorld(a_book(9), a_book(9, class_id="c2"))
    made.send("k1", a_row(1), branch="dc-school")
    made.send("k2", a_row(1, branch_id="xc", class_id="c2"), branch="bj")
    made.send("k3", a_row(2), branch="xc")
    return made


def find(world: MergingWorld, words: str, rosters: int = 1) -> tuple[Traced, list[str]]:
    """What is found, and whose line is in the audit for it."""
    audit, shelf = MemoryAudit(), Shelf(rosters)
    search = SearchPeople(world.branches, world.people, NoNames())
    traces = FindTraces(
        world.branches, search, world.enrolments, world.merges, shelf, shelf, audit
    )
    found = traces("acc-operator", ALL, words)
    assert {(who, action) for who, action, _, _ in audit.lines} <= {
        ("acc-operator", LOOKED_UP)
    }
    return found, [subject for _, _, subject, _ in audit.lines]


def test_a_phone_leads_to_all_enrolments_of_its_person_and_to_nobody_elses(
    world: MergingWorld,
) -> None:
    found, written = find(world, PHONE)
    [traced] = found.people
    assert {one.class_id for one in traced.enrolments} == {"c1", "c2"}
    assert len(traced.branches) == 2
    assert {one.person_id for one in traced.enrolments} == {traced.person.id}
    assert written == [traced.person.id]


def test_who_is_not_found_leaves_no_line(world: MergingWorld) -> None:
    found, written = find(world, "13999999999")
    assert (found.people, found.rosters, written) == ([], [], [])


@pytest.mark.parametrize(
    ("there", "told", "more"),
    [(1, 1, False), (MOST_FOUND, 10, False), (MOST_FOUND + 1, 10, True)],
)
def test_a_roster_is_found_by_its_name_with_its_chunks(
    world: MergingWorld, there: int, told: int, more: bool
) -> None:
    found, written = find(world, "十一月.csv", there)
    assert (len(found.rosters), found.has_more, written) == (told, more, [])
    assert found.rosters[0].chunk_ids == ["xc/r0.1"]
    assert found.rosters[0].branch
