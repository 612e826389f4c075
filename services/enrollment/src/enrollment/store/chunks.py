"""The chunks port over MongoEngine."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyThere,
    Form,
    NotThere,
    form_of,
)
from chassis.storage.jobs import claim

from enrollment.domain.roster import DECIDED, RECEIVED, Chunk, Outcome

LEASE_SECONDS = 20.0
ROWS_KEPT_SECONDS = 30 * 24 * 3600.0
plain: Form[Chunk] = form_of(Chunk)


def to_fields(chunk: Chunk) -> dict[str, Any]:
    """A chunk as fields: work that is due, or decided and kept for its term."""
    fields = plain.to_fields(chunk)
    if chunk.state == DECIDED:
        return fields | {
            "work_due": None,
            "rows_until": time.time() + ROWS_KEPT_SECONDS,
        }
    return fields | {"work_due": chunk.received, "work_tries": 0, "rows_until": None}


def from_fields(id_: str, stored: Mapping[str, Any]) -> Chunk:
    """A chunk from its fields."""
    return plain.from_fields(id_, stored)


FORM = Form(to_fields, from_fields)


class StoredChunks:
    """Roster chunks."""

    def __init__(self, rows: Aggregates[Chunk]) -> None:
        self.rows = rows

    def get(self, id_: str) -> Chunk | None:
        """One chunk, or None."""
        try:
            return self.rows.get(id_)
        except NotThere:
            return None

    def add(self, chunk: Chunk) -> bool:
        """Put a new one, due at once; False if the id is taken."""
        try:
            self.rows.add(chunk.id, chunk)
        except AlreadyThere:
            return False
        return True

    def claim(self) -> str | None:
        """The id of the chunk that waits longest, leased to this worker."""
        found = claim(self.rows.collection, {"state": RECEIVED}, LEASE_SECONDS)
        return found["_id"] if found else None

    def decide(self, id_: str, outcomes: Sequence[Outcome]) -> None:
        """Close the chunk with its outcomes; a closed one stays."""
        self.rows.change(id_, lambda chunk: chunk.decide(outcomes))

    def say_again(self, id_: str) -> None:
        """Issue a decided chunk's receipt once more."""
        self.rows.change(id_, lambda chunk: (chunk, [chunk.receipt()]))

    def of_roster(self, branch_id: str, roster_id: str) -> list[Chunk]:
        """All chunks of a roster, as they came."""
        return self.rows.find(
            {"branch_id": branch_id, "roster_id": roster_id}, sort=[("received", 1)]
        )

    def rosters(self, branch_ids: Sequence[str], limit: int) -> list[Chunk]:
        """The first chunk of each of the latest rosters of these branches."""
        latest: dict[tuple[str, str], Chunk] = {}
        for branch_id in branch_ids:
            for chunk in self.rows.find(
                {"branch_id": branch_id}, sort=[("received", -1)], limit=limit
            ):
                latest[(branch_id, chunk.roster_id)] = chunk
        newest = sorted(latest.values(), key=lambda chunk: -chunk.received)
        return newest[:limit]

    def clear_old_rows(self, now: float) -> int:
        """Forget rows whose term is over; receipts stay. How many chunks it were."""
        done = self.rows.collection.update_many(
            {"rows_until": {"$lte": now}}, {"$set": {"rows": [], "rows_until": None}}
        )
        return done.modified_count
