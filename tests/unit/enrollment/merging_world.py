"""Merging on the fakes of enrollment, with merges and finished classes in memory."""

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence

from chassis.projections.aliases import PersonGroups
from enrollment.domain.enrolment import WITHDRAWN
from enrollment.domain.merging import Merge
from enrollment.domain.seat_book import SeatBook
from enrollment.usecases.merge_people import (
    MergeParts,
    MergePeople,
    SettleMerges,
    UnmergePeople,
)

from tests.unit.enrollment.personal_records import Died
from tests.unit.enrollment.world import NOW, World


class FakeMerges(PersonGroups):
    """Merges, and what was told of them."""

    def __init__(self) -> None:
        super().__init__(self)
        self.rows: dict[str, Merge] = {}
        self.told: list[object] = []
        self.is_dying = False

    def get(self, person_id: str) -> Merge | None:
        return self.rows.get(person_id)

    def create(self, merge: Merge) -> bool:
        if self.is_dying:
            raise Died
        if merge.person_id in self.rows:
            return False
        self.rows[merge.person_id] = merge
        self.told += merge.creation_events()
        return True

    def change(self, person_id: str, decide: Callable[[Merge], Merge | None]) -> Merge:
        decided = decide(self.rows[person_id])
        if decided is not None:
            self.rows[person_id] = decided
        return self.rows[person_id]

    def find_unsettled(self, until: float, limit: int) -> list[Merge]:
        due = [one for one in self.rows.values() if 0 < one.settle_due <= until]
        return due[:limit]

    def find_by_people(self, person_ids: Sequence[str]) -> list[Merge]:
        return [
            one
            for one in self.rows.values()
            if {one.person_id, one.survivor_id} & set(person_ids)
        ]

    def find_leads(self, person_ids: Collection[str]) -> Mapping[str, str]:
        found = [self.rows[id_] for id_ in person_ids if id_ in self.rows]
        return {one.person_id: one.survivor_id for one in found if not one.is_undone}

    def find_behind(self, survivor_ids: Collection[str]) -> Mapping[str, str]:
        return {
            one.person_id: one.survivor_id
            for one in self.rows.values()
            if one.survivor_id in survivor_ids and not one.is_undone
        }


class FakeFinished:
    """Who has finished which class."""

    def __init__(self) -> None:
        self.rows: set[tuple[str, str]] = set()

    def find_finished(self, person_ids: Sequence[str], class_id: str) -> set[str]:
        return {id_ for id_ in person_ids if (id_, class_id) in self.rows}


class MergingWorld(World):
    """An enrollment service in memory in which people are merged."""

    def __init__(self, *books: SeatBook) -> None:
        super().__init__(*books)
        self.merges, self.finished, self.now = FakeMerges(), FakeFinished(), NOW
        self.decide_chunk.find_groups = self.merges.find_groups
        self.parts = MergeParts(
            self.people,
            self.merges,
            self.enrolments,
            self.seats,
            self.finished,
            lambda: self.now,
            self.audit,
        )
        self.settle_due = SettleMerges(self.parts)

    def merge(self, survivor: str, person: str) -> Merge:
        return MergePeople(self.parts)("staff", survivor, person)

    def unmerge(self, survivor: str, person: str) -> Merge:
        return UnmergePeople(self.parts)("staff", survivor, person)

    def pass_time(self, **time: float) -> None:
        self.now += datetime.timedelta(**time)

    def standing(self, *people: str, class_id: str = "c1") -> list[str]:
        """Which enrolments of these people stand in a class."""
        rows = self.enrolments.rows.values()
        return sorted(
            one.id
            for one in rows
            if one.person_id in people
            and one.class_id == class_id
            and one.state != WITHDRAWN
        )
