"""The ports of announcements and seats over MongoEngine."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from chassis.projections.projection import ProjectedRow, Projection
from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    mapping_of,
)

from notify.domain.announcement import Announcement
from notify.domain.seat import LEFT, SEATED, WAITING, Seat
from notify.store import documents

LEASE_SECONDS = 60.0
"""How soon another worker goes on with what one that died had begun."""
plain: FieldMapping[Announcement] = mapping_of(Announcement)


def _to_fields(announcement: Announcement) -> dict[str, Any]:
    due = None if announcement.is_done else time.time()
    return plain.to_fields(announcement) | {"work_due": due}


def _from_fields(id_: str, stored: Mapping[str, Any]) -> Announcement:
    return plain.from_fields(id_, stored)


ANNOUNCEMENT_FORM = FieldMapping(_to_fields, _from_fields)


class StoredAnnouncements:
    """Announcements, and those of them that are still to be made."""

    def __init__(
        self, rows: Aggregates[Announcement], wake: Callable[[], None] = lambda: None
    ) -> None:
        self.rows, self.wake = rows, wake

    def create(self, announcement: Announcement) -> bool:
        """Put a new one; False if there is one with this id."""
        try:
            self.rows.add(announcement.id, announcement)
        except AlreadyExists:
            return False
        self.wake()
        return True

    def find_by_ids(self, ids: Sequence[str]) -> list[Announcement]:
        """Those of these that are there."""
        return self.rows.find({"_id": {"$in": list(ids)}})

    def find_by_class(self, class_id: str, limit: int) -> list[Announcement]:
        """Those of a class, the newest first."""
        return self.rows.find({"class_id": class_id}, sort=[("at", -1)], limit=limit)

    def claim(self) -> Announcement | None:
        """One that is to be made, leased to this worker."""
        now = time.time()
        found = self.rows.collection.find_one_and_update(
            {"work_due": {"$gte": 0, "$lte": now}},
            {"$set": {"work_due": now + LEASE_SECONDS}},
        )
        return None if found is None else _from_fields(found["_id"], found)

    def close(self, announcement: Announcement) -> None:
        """Write that it is made."""
        self.rows.overwrite_many([(announcement.id, announcement)])


class StoredSeats:
    """Seats of classes: a projection."""

    def __init__(self) -> None:
        self.rows = Projection(documents.SeatDocument, mapping_of(Seat))

    def put(self, rows: Iterable[ProjectedRow[Seat]]) -> None:
        """Put rows of seats, each with its version; newer ones stay."""
        self.rows.put_rows(rows)

    def find_newest_ticket(self, class_id: str) -> int:
        """The newest ticket of a class; 0 where nobody asked."""
        newest = self.rows.find({"class_id": class_id}, sort=[("ticket", -1)], limit=1)
        return newest[0].ticket if newest else 0

    def find_after(
        self, class_id: str, after: int, until: int, limit: int, *, with_waiting: bool
    ) -> list[Seat]:
        """So many of those who are in a class, by their tickets between two."""
        states = [SEATED, WAITING] if with_waiting else [SEATED]
        return self.rows.find(
            {
                "class_id": class_id,
                "state": {"$in": states},
                "ticket": {"$gt": after, "$lte": until},
            },
            sort=[("ticket", 1)],
            limit=limit,
        )

    def find_branches(self, class_id: str) -> list[str]:
        """The branches that have anybody in a class."""
        rows = self.rows.collection.find(
            {"class_id": class_id, "state": {"$nin": [LEFT]}}, {"branch_id": 1}
        )
        return sorted({row["branch_id"] for row in rows})
