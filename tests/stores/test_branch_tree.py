"""Branches move with all that hangs on them, at once and wherever a crash comes."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from chassis.http.auth import Scope
from chassis.storage.aggregates import Aggregates, mapping_of
from enrollment.domain.errors import (
    BranchBelowItself,
    BranchClosed,
    BranchInUse,
    EditConflict,
    UnknownBranch,
)
from enrollment.domain.people import Branch, Membership
from enrollment.domain.sent_roster import Roster
from enrollment.events.to_events import to_event
from enrollment.store import documents
from enrollment.store.branch_use import StoredMemberCounts
from enrollment.store.branches import StoredBranches, branch_form
from enrollment.store.rosters import StoredRosters
from enrollment.usecases.branch_ports import TreeState
from enrollment.usecases.change_branch import ChangeBranch
from enrollment.usecases.create_branch import create_branch
from enrollment.usecases.move_branch import MoveBranch
from enrollment.usecases.read_rosters import find_rosters

from tests.engines import Kept
from tests.stores.rows import outbox

WRITES = ("insert_one", "update_one", "bulk_write", "find_one_and_update")
MOST_STEPS = 60


class Crash(Exception):
    """The process dies here."""


class DyingCollection:
    """A collection whose process dies before the write after so many."""

    def __init__(self, real: Any, left: Iterator[int]) -> None:
        self.real, self.left = real, left

    def __getattr__(self, name: str) -> Any:
        if name in WRITES and next(self.left, None) is None:
            raise Crash
        return getattr(self.real, name)


class DyingRows(Aggregates[Any]):
    """Aggregates of a process that dies."""

    left: Iterator[int] = itertools.repeat(1)

    @property
    def collection(self) -> Any:
        return DyingCollection(super().collection, self.left)

    def write(self, *given: Any, **more: Any) -> bool:
        return super().write(*given, **more)


class World:
    """The tree city - (east - street - lane, west), and two rosters of the street."""

    def __init__(self, kept: Kept) -> None:
        branches = kept.aggregates(
            "enrollment", documents.BranchDocument, branch_form(), to_event
        )
        rosters = kept.aggregates(
            "enrollment", documents.RosterDocument, mapping_of(Roster), to_event
        )
        self.database = kept.database("enrollment")
        self.branches = StoredBranches(branches)
        self.rosters = StoredRosters(rosters, self.database)
        self.rosters.declare_indexes()
        self.move = MoveBranch(self.branches, self.rosters)
        for id_, parent in (
            ("city", ""), ("east", "city"), ("west", "city"), ("street", "east"),
            ("lane", "street"),
        ):  # fmt: skip
            create_branch(self.branches, id_, f"{id_}总", parent)
        for number, branch in enumerate(("street", "lane")):
            line = self.line_of(branch)
            self.rosters.create(
                Roster(branch, f"r{number}", line, "", "", False, 10.0 + number)
            )

    def dying_move(self, steps: int) -> MoveBranch:
        """A mover whose process dies before its write after so many."""
        left = iter(range(steps))

        def dying(rows: Aggregates[Any]) -> Aggregates[Any]:
            copy = DyingRows(
                rows.service, rows.document, rows.mapping, rows.to_event, rows.wake
            )
            copy.left = left
            return copy

        rosters = StoredRosters(dying(self.rosters.rows), self.database)
        rosters.places = DyingCollection(rosters.places, left)  # type: ignore[assignment]
        return MoveBranch(StoredBranches(dying(self.branches.rows)), rosters)

    def line_of(self, id_: str) -> tuple[str, ...]:
        branch = self.branches.get(id_)
        assert branch is not None
        return branch.line

    def seen_from(self, id_: str) -> set[str]:
        """Whom an officer of a branch sees, by all ways of asking."""
        scope = Scope.below(id_)
        by_place = {branch.id for branch in self.branches.find_within(scope)}
        by_id = {i for ids in self.branches.find_ids_within(scope, "", 2) for i in ids}
        named = self.branches.find_by_ids(["city", "east", "west", "street", "lane"])
        by_line = {b.id for b in named.values() if scope.covers(b.line)}
        assert by_place == by_id == by_line
        return by_place

    def rosters_seen_from(self, id_: str) -> set[str]:
        page = find_rosters(self.branches, self.rosters, Scope.below(id_), None, "", 10)
        return {roster.roster_id for roster in page.items}

    def events(self) -> list[dict[str, Any]]:
        return [
            event["data"]
            for id_ in ("city", "east", "west", "street", "lane")
            for event in outbox(self.branches.rows, id_)
        ]


@pytest.fixture
def world(kept: Kept) -> World:
    return World(kept)


def assert_moved(world: World) -> None:
    assert world.line_of("lane") == ("city", "west", "street", "lane")
    assert world.seen_from("west") == {"west", "street", "lane"}
    assert world.seen_from("east") == {"east"}
    assert world.rosters_seen_from("east") == set()


def test_a_move_takes_all_below_it_and_their_rosters(world: World) -> None:
    world.move("street", "west", 1, "acc1")
    assert_moved(world)
    assert world.rosters_seen_from("west") == {"r0", "r1"}
    assert world.rosters_seen_from("city") == {"r0", "r1"}
    assert [one.id for one in world.branches.find_within(Scope.all())] == [
        "city", "east", "west", "street", "lane",
    ]  # fmt: skip
    assert world.events() == [
        {
            "branch_id": "street", "name": "street总", "parent_id": "west",
            "line": ["city", "west", "street"], "closed": False,
            "change": "moved", "by": "acc1",
        }
    ]  # fmt: skip
    world.move("street", "", None, "acc1")
    assert world.line_of("lane") == ("street", "lane")
    assert world.rosters_seen_from("city") == set()
    assert world.rosters_seen_from("street") == {"r0", "r1"}


def test_the_border_moves_with_the_decision_before_anything_is_written_out(
    world: World,
) -> None:
    with pytest.raises(Crash):
        world.dying_move(1)("street", "west", None, "acc1")
    assert_moved(world)


def test_a_crash_anywhere_ends_right(world: World) -> None:
    for steps in range(MOST_STEPS):
        there, back = ("west", "east") if steps % 2 else ("east", "west")
        world.move("street", back, None, "acc1")
        world.branches.rows.collection.update_many({}, {"$set": {"outbox": []}})
        try:
            world.dying_move(steps)("street", there, None, "acc1")
        except Crash:
            is_decided = world.branches.read_tree().move is not None
            line = world.line_of("lane")
            assert (there in line) == is_decided or back in line
            while world.move.write_out():
                pass
            assert len(outbox_of(world, "street")) == int(is_decided)
            world.move("street", there, None, "acc1")
        else:
            break
        assert world.seen_from(there) == {there, "street", "lane"}
        assert world.rosters_seen_from(there) == {"r0", "r1"}
        assert world.rosters_seen_from(back) == set()
        assert len(outbox_of(world, "street")) == 1
    assert 5 < steps < MOST_STEPS - 1


def outbox_of(world: World, id_: str) -> list[Any]:
    found = world.branches.rows.collection.find_one({"_id": id_})
    assert found is not None
    return list(found["outbox"])


def test_a_writer_that_comes_late_changes_nothing(world: World) -> None:
    world.move("street", "west", None, "acc1")
    tree = world.branches.read_tree()
    late = TreeState(tree.version, None)
    with pytest.raises(Crash):
        world.dying_move(1)("street", "city", None, "acc1")
    old = world.branches.read_tree()
    world.move("street", "east", None, "acc1")
    world.branches.place_moved(old)
    world.branches.end_move(late)
    assert world.line_of("lane") == ("city", "east", "street", "lane")


def test_nothing_moves_below_itself_or_where_nothing_is(world: World) -> None:
    for parent in ("street", "lane"):
        with pytest.raises(BranchBelowItself):
            world.move("street", parent, None, "acc1")
    with pytest.raises(UnknownBranch):
        world.move("street", "nowhere", None, "acc1")
    with pytest.raises(UnknownBranch):
        world.move("nowhere", "city", None, "acc1")
    with pytest.raises(EditConflict):
        world.move("street", "west", 7, "acc1")
    assert world.events() == []


def test_two_that_move_below_each_other_at_once_make_no_circle(world: World) -> None:
    def try_move(id_: str, parent: str) -> None:
        with suppress(BranchBelowItself):
            world.move(id_, parent, None, "acc1")

    for _ in range(8):
        world.move("east", "city", None, "acc1")
        world.move("west", "city", None, "acc1")
        pairs = (("east", "west"), ("west", "east"))
        threads = [threading.Thread(target=try_move, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = {world.line_of("east"), world.line_of("west")}
        assert ("city", "east", "west") in lines or ("city", "west", "east") in lines
        assert len(world.seen_from("city")) == 5


def test_a_branch_that_is_made_while_its_parent_moves_moves_too(world: World) -> None:
    before = world.branches.get("street")
    world.move("street", "west", None, "acc1")
    assert before is not None
    world.branches.create(Branch("late", "晚", (*before.line, "late")))
    assert world.line_of("late") == ("city", "west", "street", "late")


class Uses:
    """What still runs."""

    chunks = rosters = 0

    def count_undecided(self, branch_id: str) -> int:
        return self.chunks

    def count_moving(self, branch_id: str) -> int:
        return self.rosters


def test_a_branch_closes_when_nothing_runs_there_and_opens_again(world: World) -> None:
    uses = Uses()
    change = ChangeBranch(world.branches, uses, Scope.below)
    with pytest.raises(BranchInUse) as refused:
        change.close_branch("street", None, "acc1")
    assert refused.value.members == {"below": 1, "chunks": 0, "rosters": 0}
    uses.chunks = 2
    with pytest.raises(BranchInUse):
        change.close_branch("lane", None, "acc1")
    uses.chunks = 0
    for id_ in ("lane", "street", "street"):
        change.close_branch(id_, None, "acc1")
    with pytest.raises(BranchClosed):
        change.reopen_branch("lane", None, "acc1")
    with pytest.raises(BranchClosed):
        create_branch(world.branches, "new", "新", "street")
    with pytest.raises(BranchClosed):
        world.move("west", "street", None, "acc1")
    change.reopen_branch("street", None, "acc1")
    done = [(event["branch_id"], event["change"]) for event in world.events()]
    assert done == [("street", "closed"), ("street", "reopened"), ("lane", "closed")]


def test_a_name_is_changed_under_the_version_that_was_seen(world: World) -> None:
    change = ChangeBranch(world.branches, Uses(), Scope.below)
    change.rename_branch("east", "东城区总工会", 1, "acc1")
    with pytest.raises(EditConflict):
        change.rename_branch("east", "别的", 1, "acc1")
    found = world.branches.get_with_version("east")
    assert found == (replace(found[0], name="东城区总工会"), 2) if found else False
    with pytest.raises(UnknownBranch):
        change.rename_branch("nowhere", "别的", None, "acc1")


def test_many_branches_move_within_seconds(world: World) -> None:
    east = world.branches.get("east")
    assert east is not None
    line = (*east.line, "hub")
    world.branches.create(Branch("hub", "枢纽", line))
    world.branches.rows.add_many(
        (f"b{n}", Branch(f"b{n}", f"第{n}", (*line, f"b{n}")), ()) for n in range(500)
    )
    began = time.monotonic()
    world.move("hub", "west", None, "acc1")
    seconds = time.monotonic() - began
    assert world.line_of("b499") == ("city", "west", "hub", "b499")
    ids = list(world.branches.find_ids_within(Scope.below("west"), "", 800))
    assert sum(map(len, ids)) == 502
    assert seconds < 20


def test_members_are_counted_who_have_not_left(kept: Kept) -> None:
    rows = kept.aggregates(
        "enrollment", documents.MembershipDocument, mapping_of(Membership), to_event
    )
    for number, until in enumerate(("", "", "2025-01-01")):
        one = Membership(f"p{number}", "east", f"M{number}", "2024-01-01", until)
        rows.add(one.id, one)
    counts = StoredMemberCounts(rows).count_members(["east", "west"])
    assert counts == {"east": 2}
