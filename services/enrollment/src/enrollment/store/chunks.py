"""The chunks port over MongoEngine."""

import time
from collections import Counter
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

from enrollment.domain.roster import DECIDED, RECEIVED, Chunk, ChunkProgress, Outcome

LEASE_SECONDS = 20.0
ROWS_KEPT_SECONDS = 30 * 24 * 3600.0
PAGE = 100
ABOUT = ("key", "dry_run", "state", "received")
plain: Form[Chunk] = form_of(Chunk)


def to_fields(chunk: Chunk) -> dict[str, Any]:
    """A chunk as fields, with when it is due to be decided."""
    fields = plain.to_fields(chunk)
    if chunk.state == DECIDED:
        return fields | {"work_due": None}
    return fields | {"work_due": chunk.received, "work_tries": 0}


def from_fields(id_: str, stored: Mapping[str, Any]) -> Chunk:
    """A chunk from its fields."""
    return plain.from_fields(id_, stored)


FORM = Form(to_fields, from_fields)


def _progress(stored: Mapping[str, Any]) -> ChunkProgress:
    outcomes = stored["outcomes"]
    noted = (note for outcome in outcomes for note in outcome.get("notes", ()))
    return ChunkProgress(
        **{name: stored[name] for name in ABOUT},
        count=len(stored["rows"]) or len(outcomes),
        outcomes=dict(Counter(outcome["outcome"] for outcome in outcomes)),
        notes=dict(Counter(noted)),
    )


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
        """Close the chunk with its outcomes, its rows kept for their term.

        A closed one stays.
        """
        until = time.time() + ROWS_KEPT_SECONDS
        self.rows.change(id_, lambda chunk: chunk.decide(outcomes, until))

    def say_again(self, id_: str) -> None:
        """Issue a decided chunk's receipt once more."""
        self.rows.change(id_, lambda chunk: (chunk, [chunk.receipt()]))

    def of_roster(self, branch_id: str, roster_id: str) -> list[Chunk]:
        """All chunks of a roster, as they came."""
        return self._of_roster(branch_id, roster_id)

    def progress(self, branch_id: str, roster_id: str) -> list[ChunkProgress]:
        """How far each chunk of a roster is, as they came, read without its people."""
        found = self.rows.collection.find(
            {"branch_id": branch_id, "roster_id": roster_id},
            dict.fromkeys(ABOUT, 1)
            | {"rows.number": 1, "outcomes.outcome": 1, "outcomes.notes": 1},
            sort=[("received", 1)],
        )
        return [_progress(stored) for stored in found]

    def _of_roster(self, branch_id: str, roster_id: str, limit: int = 0) -> list[Chunk]:
        filter_ = {"branch_id": branch_id, "roster_id": roster_id}
        return self.rows.find(filter_, sort=[("received", 1)], limit=limit)

    def rosters(self, branch_ids: Sequence[str], limit: int) -> list[Chunk]:
        """The first chunk of each of the latest rosters of these branches."""
        firsts = [
            chunk
            for branch_id in branch_ids
            for roster_id in self._latest_rosters(branch_id, limit)
            for chunk in self._of_roster(branch_id, roster_id, limit=1)
        ]
        return sorted(firsts, key=lambda chunk: -chunk.received)[:limit]

    def _latest_rosters(self, branch_id: str, limit: int) -> list[str]:
        """The rosters whose chunks came last, newest first; chunks a page at a time."""
        found: dict[str, None] = {}
        skip = 0
        while len(found) < limit:
            page = list(
                self.rows.collection.find(
                    {"branch_id": branch_id},
                    {"roster_id": 1},
                    sort=[("received", -1)],
                    skip=skip,
                    limit=PAGE,
                )
            )
            found |= dict.fromkeys(row["roster_id"] for row in page)
            skip += PAGE
            if len(page) < PAGE:
                break
        return list(found)[:limit]

    def clear_old_rows(self, now: float) -> int:
        """Forget rows whose term is over; receipts stay. How many chunks it were."""
        done = self.rows.collection.update_many(
            {"rows_until": {"$lte": now}}, {"$set": {"rows": [], "rows_until": None}}
        )
        return done.modified_count
