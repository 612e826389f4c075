"""The chunks port over MongoEngine."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    FieldMapping,
    NotFound,
    mapping_of,
)
from chassis.storage.leases import claim_document
from chassis.telemetry.tracing import current_traceparent
from pymongo import ReturnDocument
from pymongo.collection import Collection

from enrollment.domain.roster import (
    DECIDED,
    RECEIVED,
    Chunk,
    ChunkProgress,
    Outcome,
    Row,
)
from enrollment.store.id_numbers import IdNumbers
from enrollment.usecases.ports import SentChunk

LEASE_SECONDS = 20.0  # a full chunk takes about two seconds; a killed one goes on soon
SMALL = 20
"""Rows up to which a chunk is small: decided at once, and not behind a full one."""
ROWS_OF_A_CHUNK = 10
"""What a chunk costs beside its rows, in rows: reading it and issuing its receipt."""
SERVED = " served"
"""The row of `turns` that tells how far turns have gone; a branch's id has no blank."""
ROWS_KEPT_SECONDS = 30 * 24 * 3600.0
"""A branch asks about a receipt within a month; personal data stays no longer."""
PAGE = 100  # chunks read at once to find the latest rosters
ABOUT = ("key", "dry_run", "state", "received")
plain: FieldMapping[Chunk] = mapping_of(Chunk)


def chunk_form(id_numbers: IdNumbers) -> FieldMapping[Chunk]:
    """How a chunk is kept: due to be decided, the ID numbers of its rows sealed."""

    def to_fields(chunk: Chunk) -> dict[str, Any]:
        rows = [_seal_row(row, id_numbers) for row in chunk.rows]
        outcomes = [dict(vars(outcome)) for outcome in chunk.outcomes]
        fields = {**vars(chunk), "rows": rows, "outcomes": outcomes}
        fields["repaired"] = [asdict(repair) for repair in chunk.repaired]
        fields["digest_due"] = time.time()
        if chunk.state == DECIDED:
            return fields | {"work_due": None}
        return fields | {"work_due": chunk.received, "work_tries": 0}

    def from_fields(id_: str, stored: Mapping[str, Any]) -> Chunk:
        chunk = plain.from_fields(id_, stored)
        rows = (
            replace(row, id_number=id_numbers.unseal(row.id_number))
            for row in chunk.rows
        )
        return replace(chunk, rows=tuple(rows))

    return FieldMapping(to_fields, from_fields)


def _seal_row(row: Row, id_numbers: IdNumbers) -> dict[str, Any]:
    number = row.id_number
    return {**vars(row), "id_number": id_numbers.seal(number) if number else ""}


def _to_progress(stored: Mapping[str, Any]) -> ChunkProgress:
    outcomes = stored["outcomes"]
    noted = (note for outcome in outcomes for note in outcome.get("notes", ()))
    return ChunkProgress(
        **{name: stored[name] for name in ABOUT},
        count=len(stored["rows"]) or len(outcomes),
        outcomes=dict(Counter(outcome["outcome"] for outcome in outcomes)),
        notes=dict(Counter(noted)),
    )


@dataclass(frozen=True)
class ChunkInTurn(Chunk):
    """A new chunk with its place among those of all branches.

    `is_small` if it is, and nothing of its branch waits that it would overtake.
    """

    turn: int = 0
    is_small: bool = False
    asked_by: str = ""


def _cost_of(chunk: Chunk) -> int:
    return ROWS_OF_A_CHUNK + len(chunk.rows)


class StoredChunks:
    """Roster chunks, decided in turns.

    Fair queueing: a chunk's turn comes so many rows after its branch's last one, or
    after what is decided now if that is further. So a branch with a thousand chunks
    has its next one decided after every other branch's next one, not before.
    """

    def __init__(self, rows: Aggregates[Chunk]) -> None:
        self.rows = rows

    @property
    def turns(self) -> Collection[dict[str, Any]]:
        """Each branch's last turn, and the one that was served last."""
        return self.rows.collection.database["turns"]

    def get(self, id_: str) -> Chunk | None:
        """The chunk with this id, or None."""
        try:
            return self.rows.get(id_)
        except NotFound:
            return None

    def create(self, chunk: Chunk) -> bool:
        """Put a new chunk, due at once; False if the id is taken."""
        return chunk.id not in self.create_many([SentChunk(chunk)])

    def create_many(self, sent: Sequence[SentChunk]) -> set[str]:
        """Put new chunks, due at once; the ids that are taken."""
        of_branch: dict[str, list[SentChunk]] = {}
        for arrival in sent:
            of_branch.setdefault(arrival.chunk.branch_id, []).append(arrival)
        there = self.rows.add_many(
            [
                (new.id, new, ())
                for branch_id, arrivals in of_branch.items()
                for new in self._in_turn(branch_id, arrivals)
            ]
        )
        for branch_id, arrivals in of_branch.items():
            known = sum(
                _cost_of(arrival.chunk)
                for arrival in arrivals
                if arrival.chunk.id in there
            )
            if known:
                self.turns.update_one({"_id": branch_id}, {"$inc": {"turn": -known}})
        return there

    def _in_turn(
        self, branch_id: str, sent: Sequence[SentChunk]
    ) -> Iterator[ChunkInTurn]:
        costs = [_cost_of(arrival.chunk) for arrival in sent]
        overtakes = self._has_undecided(branch_id)
        turn = self._last_turn(branch_id, sum(costs), overtakes) - sum(costs)
        for arrival, cost in zip(sent, costs, strict=True):
            turn += cost
            is_small = len(arrival.chunk.rows) <= SMALL and not overtakes
            overtakes = True
            asked_by = arrival.asked_by or current_traceparent()
            yield ChunkInTurn(
                **vars(arrival.chunk), turn=turn, is_small=is_small, asked_by=asked_by
            )

    def _has_undecided(self, branch_id: str) -> bool:
        """Whether a chunk of the branch is undecided."""
        waiting = {"branch_id": branch_id, "state": RECEIVED}
        return self.rows.collection.find_one(waiting, {"_id": 1}) is not None

    def _last_turn(self, branch_id: str, rows: int, waits: bool) -> int:
        """The branch's last turn, after it was moved by so many rows.

        While something of it waits it goes on from there, else from what is served.
        """
        filter_, move = {"_id": branch_id}, "$max" if waits else "$set"
        self.turns.update_one(
            filter_, {move: {"turn": self._get_turn(SERVED)}}, upsert=True
        )
        moved = self.turns.find_one_and_update(
            filter_, {"$inc": {"turn": rows}}, return_document=ReturnDocument.AFTER
        )
        return int(moved["turn"]) if moved else rows

    def _get_turn(self, id_: str) -> int:
        row = self.turns.find_one({"_id": id_})
        return int(row["turn"]) if row else 0

    def count_waiting_rows(self, branch_id: str) -> int:
        """About how many rows of this branch wait: how far ahead its last turn is."""
        ahead = self._get_turn(branch_id) - self._get_turn(SERVED)
        return ahead if ahead > 0 and self._has_undecided(branch_id) else 0

    def claim(self) -> str | None:
        """The id of the chunk whose turn it is, leased to this worker."""
        row = self._claim_chunk({"state": RECEIVED})
        if row is None:
            return None
        served = {"$max": {"turn": row.get("turn", 0)}}
        self.turns.update_one({"_id": SERVED}, served, upsert=True)
        return str(row["_id"])

    def claim_small(self) -> str | None:
        """The id of the small chunk whose turn it is, leased to this worker.

        These are decided beside the others, and take no turn from them.
        """
        row = self._claim_chunk({"state": RECEIVED, "is_small": True})
        return str(row["_id"]) if row else None

    def _claim_chunk(self, waiting: dict[str, Any]) -> dict[str, Any] | None:
        return claim_document(
            self.rows.collection, waiting, LEASE_SECONDS, order="turn"
        )

    def decide(self, id_: str, outcomes: Sequence[Outcome]) -> None:
        """Close the chunk with its outcomes, its rows kept for their term.

        A closed one stays.
        """
        until = time.time() + ROWS_KEPT_SECONDS
        self.rows.change(id_, lambda chunk: chunk.decide(outcomes, until))

    def reissue_receipt(self, id_: str) -> None:
        """Issue a decided chunk's receipt once more."""
        self.rows.change(id_, lambda chunk: (chunk, [chunk.receipt_event()]))

    def find_by_roster(self, branch_id: str, roster_id: str) -> list[Chunk]:
        """The chunks of a roster, as they came."""
        return self._find_by_roster(branch_id, roster_id)

    def find_progress(self, branch_id: str, roster_id: str) -> list[ChunkProgress]:
        """How far each chunk of a roster is, as they came, read without its people."""
        rows = self.rows.collection.find(
            {"branch_id": branch_id, "roster_id": roster_id},
            dict.fromkeys(ABOUT, 1)
            | {"rows.number": 1, "outcomes.outcome": 1, "outcomes.notes": 1},
            sort=[("received", 1)],
        )
        return [_to_progress(stored) for stored in rows]

    def _find_by_roster(
        self, branch_id: str, roster_id: str, limit: int = 0
    ) -> list[Chunk]:
        filter_ = {"branch_id": branch_id, "roster_id": roster_id}
        return self.rows.find(filter_, sort=[("received", 1)], limit=limit)

    def find_latest_rosters(self, branch_ids: Sequence[str], limit: int) -> list[Chunk]:
        """The first chunk of each of the latest rosters of these branches."""
        firsts = [
            chunk
            for branch_id in branch_ids
            for roster_id in self._latest_roster_ids(branch_id, limit)
            for chunk in self._find_by_roster(branch_id, roster_id, limit=1)
        ]
        return sorted(firsts, key=lambda chunk: -chunk.received)[:limit]

    def _latest_roster_ids(self, branch_id: str, limit: int) -> list[str]:
        """The rosters whose chunks came last, newest first; chunks a page at a time."""
        roster_ids: dict[str, None] = {}
        skip = 0
        while len(roster_ids) < limit:
            page = list(
                self.rows.collection.find(
                    {"branch_id": branch_id},
                    {"roster_id": 1},
                    sort=[("received", -1)],
                    skip=skip,
                    limit=PAGE,
                )
            )
            roster_ids |= dict.fromkeys(row["roster_id"] for row in page)
            skip += PAGE
            if len(page) < PAGE:
                break
        return list(roster_ids)[:limit]

    def clear_old_rows(self, now: float) -> int:
        """Forget rows whose term is over; receipts stay. How many chunks it were."""
        done = self.rows.collection.update_many(
            {"rows_until": {"$lte": now}},
            {
                "$set": {"rows": [], "rows_until": None, "digest_due": now},
                "$inc": {"version": 1},
            },
        )
        return done.modified_count
