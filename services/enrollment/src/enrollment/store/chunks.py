"""The chunks port over MongoEngine."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

from chassis.errors import WriteConflict
from chassis.storage.aggregates import (
    RETRIES,
    Aggregates,
    FieldMapping,
    NotFound,
    mapping_of,
)
from chassis.storage.leases import claim_document
from chassis.telemetry.tracing import current_traceparent
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from enrollment.domain.change_row import ChangeRow
from enrollment.domain.roster import (
    CHANGES,
    DECIDED,
    RECEIVED,
    Chunk,
    Outcome,
    Row,
)
from enrollment.domain.sandbox import seconds_to_wait
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.undecided import RECEIVED_APART, UNDECIDED
from enrollment.usecases.ports import SentChunk
from enrollment.usecases.receive_message import MOST_WAITING, BranchTurn, ChunkInTurn

SERVED = " served"
"""The row of `turns` that tells how far turns have gone; a branch's id has no blank."""
LEASE_SECONDS = 20.0  # a full chunk takes about two seconds; a killed one goes on soon
ROWS_KEPT_SECONDS = 30 * 24 * 3600.0
"""A branch asks about a receipt within a month; personal data stays no longer."""
NOT_FOLLOWED = {"$or": [{"kind": CHANGES}, {"is_sandbox": True}]}
"""The chunks that no roster counts."""
AS_PUT = 1
"""The version of a chunk that was put, and nothing more since."""
plain: FieldMapping[Chunk] = mapping_of(Chunk)
R = TypeVar("R", Row, ChangeRow)


def chunk_form(id_numbers: IdNumbers) -> FieldMapping[Chunk]:
    """How a chunk is kept: due to be decided, the ID numbers of its rows sealed."""

    def to_fields(chunk: Chunk) -> dict[str, Any]:
        rows = [_seal_row(row, id_numbers) for row in chunk.rows]
        outcomes = [dict(vars(outcome)) for outcome in chunk.outcomes]
        fields = {**vars(chunk), "rows": rows, "outcomes": outcomes}
        fields["state"] = _mark_state(chunk)
        fields["changes"] = [_seal_row(change, id_numbers) for change in chunk.changes]
        fields["repaired"] = [asdict(repair) for repair in chunk.repaired]
        fields["digest_due"] = time.time() if chunk.is_followed else 0.0
        if chunk.state == DECIDED:
            return fields | {"work_due": None}
        wait = seconds_to_wait(chunk.class_ids) if chunk.is_sandbox else 0
        return fields | {"work_due": chunk.received + wait, "work_tries": 0}

    def from_fields(id_: str, stored: Mapping[str, Any]) -> Chunk:
        chunk = plain.from_fields(id_, stored)
        rows = tuple(_unseal_row(row, id_numbers) for row in chunk.rows)
        changes = tuple(_unseal_row(change, id_numbers) for change in chunk.changes)
        state = RECEIVED if chunk.state == RECEIVED_APART else chunk.state
        return replace(chunk, state=state, rows=rows, changes=changes)

    return FieldMapping(to_fields, from_fields)


def _mark_state(chunk: Chunk) -> str:
    """The state under which a chunk is kept."""
    is_apart = chunk.kind == CHANGES or chunk.is_sandbox
    return RECEIVED_APART if is_apart and chunk.state == RECEIVED else chunk.state


def _seal_row(row: Row | ChangeRow, id_numbers: IdNumbers) -> dict[str, Any]:
    number = row.id_number
    return {**vars(row), "id_number": id_numbers.seal(number) if number else ""}


def _unseal_row(row: R, id_numbers: IdNumbers) -> R:
    number = row.id_number
    return replace(row, id_number=id_numbers.unseal(number)) if number else row


class Turns:
    """Each branch's last turn, and the one that was served last."""

    def __init__(self, chunks: Aggregates[Chunk]) -> None:
        self.chunks = chunks

    @property
    def rows(self) -> Collection[dict[str, Any]]:
        """One for each branch, and the one of what is served."""
        return self.chunks.collection.database["turns"]

    def find_turn(self, branch_id: str) -> BranchTurn:
        """How far a branch's turns have gone, and what is served."""
        found = self.rows.find({"_id": {"$in": [branch_id, SERVED]}})
        turns = {row["_id"]: int(row["turn"]) for row in found}
        undecided = {"branch_id": branch_id, "state": UNDECIDED}
        waits = self.chunks.collection.find_one(undecided, {"_id": 1}) is not None
        return BranchTurn(branch_id, turns.get(branch_id), turns.get(SERVED, 0), waits)

    def take_turns(
        self, branch_id: str, sent: Sequence[SentChunk], most_waiting: int
    ) -> list[ChunkInTurn]:
        """A branch's new chunks for which there is room, in their turns.

        While one of the branch waits no two have the same turn; where none does, those
        that come in the same moment may, and are decided in either order. Raises
        WriteConflict.
        """
        for _ in range(RETRIES):
            before = self.find_turn(branch_id)
            new = list(before.line_up(sent, most_waiting))
            if not new or self._move_turn(before, new[-1].turn):
                return new
        raise WriteConflict(branch_id)

    def _move_turn(self, before: BranchTurn, turn: int) -> bool:
        """Move a branch's last turn on; False if another did since it was read."""
        if before.last is None:
            return self._create_turn(before.branch_id, turn)
        moved = self.rows.update_one(
            {"_id": before.branch_id, "turn": before.last}, {"$set": {"turn": turn}}
        )
        return moved.matched_count == 1

    def _create_turn(self, branch_id: str, turn: int) -> bool:
        try:
            self.rows.insert_one({"_id": branch_id, "turn": turn})
        except DuplicateKeyError:
            return False
        return True

    def give_back(self, known: Sequence[ChunkInTurn]) -> None:
        """What was sent before costs its branch no turn again."""
        for branch_id in sorted({chunk.branch_id for chunk in known}):
            cost = sum(c.turn_cost for c in known if c.branch_id == branch_id)
            self.rows.update_one({"_id": branch_id}, {"$inc": {"turn": -cost}})

    def note_served(self, turn: int) -> None:
        """Turns have gone so far."""
        self.rows.update_one({"_id": SERVED}, {"$max": {"turn": turn}}, upsert=True)


class StoredChunks:
    """Roster chunks, decided in turns.

    Fair queueing: a chunk's turn comes so many rows after its branch's last one, or
    after what is decided now if that is further. So a branch with a thousand chunks
    has its next one decided after every other branch's next one, not before.
    """

    def __init__(self, rows: Aggregates[Chunk]) -> None:
        self.rows, self.turns = rows, Turns(rows)

    def get(self, id_: str) -> Chunk | None:
        """The chunk with this id, or None."""
        try:
            return self.rows.get(id_)
        except NotFound:
            return None

    def create(self, chunk: Chunk) -> bool:
        """Put a new chunk, due at once; False if the id is taken."""
        return bool(self.create_many([SentChunk(chunk)], MOST_WAITING))

    def create_many(self, sent: Sequence[SentChunk], most_waiting: int) -> set[str]:
        """Put new chunks, due at once, while so many rows of a branch wait at most; the
        ids of those put. Raises WriteConflict."""
        of_branch: dict[str, list[SentChunk]] = {}
        for arrival in sent:
            asked_by = arrival.asked_by or current_traceparent()
            asked = replace(arrival, asked_by=asked_by)
            of_branch.setdefault(arrival.chunk.branch_id, []).append(asked)
        new = [
            chunk
            for branch_id, arrivals in of_branch.items()
            for chunk in self.turns.take_turns(branch_id, arrivals, most_waiting)
        ]
        there = self.rows.add_many([(chunk.id, chunk, ()) for chunk in new])
        self.turns.give_back([chunk for chunk in new if chunk.id in there])
        return {chunk.id for chunk in new} - there

    def count_waiting_rows(self, branch_id: str) -> int:
        """About how many rows of this branch wait to be decided."""
        return self.turns.find_turn(branch_id).waiting_rows

    def claim(self) -> Chunk | None:
        """The chunk whose turn it is, leased to this worker."""
        row = self._claim_chunk({"state": UNDECIDED})
        if row is None:
            return None
        self.turns.note_served(row.get("turn", 0))
        return self.rows.mapping.from_fields(row["_id"], row)

    def claim_small(self) -> Chunk | None:
        """The small chunk whose turn it is, leased to this worker.

        These are decided beside the others, and take no turn from them.
        """
        row = self._claim_chunk({"state": UNDECIDED, "is_small": True})
        return self.rows.mapping.from_fields(row["_id"], row) if row else None

    def _claim_chunk(self, waiting: dict[str, Any]) -> dict[str, Any] | None:
        return claim_document(
            self.rows.collection, waiting, LEASE_SECONDS, order="turn"
        )

    def renew(self, id_: str) -> None:
        """The lease of an undecided chunk begins anew."""
        self.rows.collection.update_one(
            {"_id": id_, "state": UNDECIDED},
            {"$set": {"work_due": time.time() + LEASE_SECONDS}},
        )

    def put_off(self, id_: str, seconds: float) -> None:
        """An undecided chunk that was claimed is due again so much later."""
        self.rows.collection.update_one(
            {"_id": id_, "state": UNDECIDED},
            {"$set": {"work_due": time.time() + seconds}},
        )

    def has_earlier(self, id_: str) -> bool:
        """Whether a chunk of its branch that came before it is undecided; those of the
        sandbox count not."""
        rows = self.rows.collection
        own = rows.find_one({"_id": id_}, {"branch_id": 1, "turn": 1})
        if own is None:
            return False
        earlier = {
            "branch_id": own["branch_id"],
            "state": UNDECIDED,
            "turn": {"$lt": own.get("turn", 0)},
            "is_sandbox": {"$in": [False, None]},
        }
        return rows.find_one(earlier, {"_id": 1}) is not None

    def decide(
        self, id_: str, outcomes: Sequence[Outcome], read: Chunk | None = None
    ) -> None:
        """Close the chunk with its outcomes, its rows kept for their term.

        A closed one stays. `read` is how it was read, and mostly is so still.
        """
        until = time.time() + ROWS_KEPT_SECONDS
        closed = read.decide(outcomes, until) if read else None
        if closed is None or not self.rows.write(id_, AS_PUT, *closed):
            self.rows.change(id_, lambda chunk: chunk.decide(outcomes, until))

    def reissue_receipt(self, id_: str) -> None:
        """Issue a decided chunk's receipt once more."""
        self.rows.change(id_, lambda chunk: (chunk, [chunk.receipt_event()]))

    def clear_old_rows(self, now: float) -> int:
        """Forget rows whose term is over; receipts stay. How many chunks it were."""
        over = {"rows_until": {"$lte": now}}
        cleared: dict[str, Any] = {"rows": [], "changes": [], "rows_until": None}
        once_more = {"$inc": {"version": 1}}
        alone = self.rows.collection.update_many(
            over | NOT_FOLLOWED, {"$set": cleared} | once_more
        )
        followed = self.rows.collection.update_many(
            over, {"$set": cleared | {"digest_due": now}} | once_more
        )
        return alone.modified_count + followed.modified_count
