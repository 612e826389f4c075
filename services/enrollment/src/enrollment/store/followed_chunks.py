"""Chunks as rosters follow them: those whose digest is due, and those that move."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chassis.storage.aggregates import Aggregates, write_all
from pymongo import UpdateOne

from enrollment.domain.repairs import settle_repairs
from enrollment.domain.roster import ROSTER, Chunk, Outcome, chunk_id
from enrollment.store.chunks import LEASE_SECONDS, ROWS_KEPT_SECONDS
from enrollment.store.undecided import UNDECIDED
from enrollment.usecases.roster_ports import ChunkPlace

FOLLOWED = {"kind": {"$in": [ROSTER, None]}, "is_sandbox": {"$in": [False, None]}}
"""The chunks that rosters count; those of earlier releases have neither field."""


class FollowedChunks:
    """Roster chunks whose rosters follow them."""

    def __init__(self, rows: Aggregates[Chunk]) -> None:
        self.rows = rows

    def note_old(self, now: float) -> None:
        """Chunks that were kept before there were digests get theirs."""
        self.rows.collection.update_many(
            {"digest_due": None}, {"$set": {"digest_due": now}}
        )

    def find_due_rosters(self, limit: int) -> list[tuple[str, str]]:
        """Branch and roster of some chunks whose digest is due, each once."""
        found = self.rows.collection.find(
            {"digest_due": {"$gt": 0}},
            {"branch_id": 1, "roster_id": 1},
            sort=[("digest_due", 1)],
            limit=limit,
        )
        return list(
            dict.fromkeys((row["branch_id"], row["roster_id"]) for row in found)
        )

    def find_due(
        self, branch_id: str, roster_id: str, limit: int
    ) -> list[tuple[Chunk, int]]:
        """Some chunks of a roster whose digest is due, with their versions."""
        due = {
            "branch_id": branch_id,
            "roster_id": roster_id,
            "digest_due": {"$gt": 0},
        }
        found = self.rows.collection.find(due, {"outbox": 0}, limit=limit)
        return [
            (self.rows.mapping.from_fields(row["_id"], row), int(row["version"]))
            for row in found
        ]

    def clear_due(self, chunks: Iterable[tuple[Chunk, int]]) -> None:
        """Their digests are written; one that changed meanwhile stays due."""
        clear = {"$set": {"digest_due": 0.0}}
        writes = [
            UpdateOne({"_id": chunk.id, "version": version}, clear)
            for chunk, version in chunks
        ]
        write_all(self.rows.collection, writes)

    def find_by_keys(self, branch_id: str, keys: Iterable[str]) -> dict[str, Chunk]:
        """The chunks of a branch under these keys that are there, by key."""
        ids = [chunk_id(branch_id, key) for key in keys]
        found = self.rows.find({"_id": {"$in": ids}}) if ids else []
        return {chunk.key: chunk for chunk in found}

    def find_places(self, branch_id: str, roster_id: str) -> list[ChunkPlace]:
        """The chunks of a roster as they came, and how far each has followed it."""
        names = ("state", "dry_run", "round")
        found = self.rows.collection.find(
            {"branch_id": branch_id, "roster_id": roster_id} | FOLLOWED,
            dict.fromkeys(names, 1),
            sort=[("received", 1)],
        )
        return [
            ChunkPlace(row["_id"], row["state"], row["dry_run"], row.get("round", 0))
            for row in found
        ]

    def get(self, id_: str) -> Chunk:
        """The chunk with this id. Raises NotFound."""
        return self.rows.get(id_)

    def claim_unbegun(self, id_: str) -> bool:
        """Lease a chunk that no worker has begun to decide; False for any other."""
        unbegun = {"_id": id_, "state": UNDECIDED, "work_tries": 0}
        lease = {
            "$set": {"work_due": time.time() + LEASE_SECONDS},
            "$inc": {"work_tries": 1},
        }
        return self.rows.collection.update_one(unbegun, lease).matched_count == 1

    def close(self, id_: str, outcomes: Sequence[Outcome]) -> None:
        """Close a chunk with its outcomes; a closed one stays."""
        until = time.time() + ROWS_KEPT_SECONDS
        self.rows.change(id_, lambda chunk: chunk.decide(outcomes, until))

    def change(self, id_: str, decide: Callable[[Chunk], Chunk | None]) -> None:
        """Read a chunk, decide, write under the version that was read."""

        def without_events(chunk: Chunk) -> tuple[Chunk, tuple[()]] | None:
            decided = decide(chunk)
            return None if decided is None or decided == chunk else (decided, ())

        self.rows.change(id_, without_events)

    def settle_rows(self, id_: str, key: str, outcomes: Sequence[Outcome]) -> None:
        """Note in a chunk what became of its rows under the key that repairs them."""
        by_row: dict[int, Any] = {outcome.row: outcome for outcome in outcomes}
        self.change(id_, lambda chunk: settle_repairs(chunk, key, by_row))

    def move_chunk(self, id_: str, round_: int, outcomes: Sequence[Outcome]) -> None:
        """Have a chunk follow its roster to a round; one that did stays."""
        self.rows.change(id_, lambda chunk: chunk.follow_roster(round_, outcomes))
