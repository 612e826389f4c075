"""The feeds of branches in memory, and who concerns whom there."""

import datetime
from collections.abc import Collection, Mapping, Sequence

from enrollment.domain.branch_feed import FeedEntry, FeedEvent, PlacedEvent
from enrollment.domain.people import Membership
from enrollment.usecases.append_feed import AppendFeed
from enrollment.usecases.read_feed import ReadFeed

from tests.unit.enrollment.fakes import FakeBranches, FakePeople, Steps
from tests.unit.enrollment.world import BRANCHES

HAPPENED = "2026-11-30T08:00:00.000+00:00"


def at(moment: str) -> float:
    return datetime.datetime.fromisoformat(moment).timestamp()


class MemoryFeeds:
    """Feeds of branches by branch."""

    def __init__(self) -> None:
        self.rows: dict[str, list[FeedEntry]] = {}
        self.opened: dict[str, float] = {}
        self.now = at(HAPPENED)

    def open_feeds(
        self, branch_ids: Collection[str], begun: Mapping[str, float] | None = None
    ) -> None:
        for id_ in branch_ids:
            self.rows.setdefault(id_, [])
            known = (begun or {}).get(id_, self.now)
            self.opened.setdefault(id_, min(self.now, known))

    def find_open(self, branch_ids: Collection[str]) -> Mapping[str, float]:
        return {id_: self.opened[id_] for id_ in branch_ids if id_ in self.opened}

    def append_events(self, branch_id: str, placed: Sequence[PlacedEvent]) -> None:
        rows = self.rows[branch_id]
        for one in placed:
            if one.event.id not in {row.event.id for row in rows}:
                rows.append(FeedEntry(branch_id, len(rows) + 1, len(rows) + 1.0, one))

    def find_after(self, branch_id: str, after: int, limit: int) -> list[FeedEntry]:
        return self.rows.get(branch_id, [])[after : after + limit]

    def get_first_number(self, branch_id: str) -> int:
        return 1 if self.rows.get(branch_id) else 0

    def get_last_number(self, branch_id: str) -> int:
        return len(self.rows.get(branch_id, []))

    def get_number_before(self, branch_id: str, since: float) -> int:
        return sum(1 for row in self.rows[branch_id] if row.added < since)


class Groups:
    """Records that count for one human, the survivor first."""

    def __init__(self, *groups: tuple[str, ...]) -> None:
        self.groups = groups

    def find_groups(self, person_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return {id_: self._group_of(id_) for id_ in person_ids}

    def _group_of(self, id_: str) -> tuple[str, ...]:
        return next((group for group in self.groups if id_ in group), (id_,))


class FeedWorld:
    """Branches with members, and their feeds."""

    def __init__(self, *memberships: Membership, groups: Groups | None = None) -> None:
        self.feeds, self.people = MemoryFeeds(), FakePeople(Steps())
        self.people.memberships = {m.id: m for m in memberships}
        of_people = (self.people, groups or Groups())
        self.woken: list[str] = []
        self.append = AppendFeed(
            self.feeds, FakeBranches(BRANCHES), *of_people, self.woken.extend
        )
        self.read = ReadFeed(self.feeds, *of_people)

    def happen(self, *events: FeedEvent) -> None:
        self.append(events)

    def ids_of(self, branch: str) -> list[str]:
        return [row.event.id for row in self.feeds.rows.get(branch, [])]


def answer(id_: str, branch: str = "dc") -> FeedEvent:
    type_ = "enrollment.receipt.issued.v1"
    return FeedEvent(id_, type_, HAPPENED, {"chunk_id": id_}, "", branch)


def seat(id_: str, person: str = "p1", branch: str = "dc") -> FeedEvent:
    return FeedEvent(id_, "enrollment.seat.taken.v1", HAPPENED, {}, person, branch)


def hours(id_: str, person: str = "p1") -> FeedEvent:
    return FeedEvent(id_, "learning.hours.credited.v1", HAPPENED, {}, person)
