"""Roster chunks come in: once per key, to be decided in their branch's turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from enrollment.domain.change_row import ChangeRow
from enrollment.domain.changes import print_changes
from enrollment.domain.errors import ChunkDiffers, Refusal, TooManyUndecided
from enrollment.domain.refused_message import WHAT_TO_DO, NotTaken
from enrollment.domain.roster import (
    CHANGES,
    Chunk,
    Row,
    compute_fingerprint,
    require_repairs,
)
from enrollment.domain.sandbox import is_sandbox, reason_of_key
from enrollment.usecases.ports import Chunks, SentChunk

SMALL = 20
"""Rows up to which a chunk is small: decided at once, and not behind a full one."""
ROWS_OF_A_CHUNK = 10
"""What a chunk costs beside its rows, in rows: reading it and issuing its receipt."""
MOST_WAITING = 400_000
"""Rows of one branch that may wait for their outcome: 2,000 full chunks. The largest
union has half as many members, and twice as many take about an hour to decide."""


@dataclass(frozen=True)
class ChunkInTurn(Chunk):
    """A new chunk with its place among those of all branches.

    `is_small` if it is, and nothing of its branch waits that it would overtake.
    """

    turn: int = 0
    is_small: bool = False
    asked_by: str = ""

    @property
    def turn_cost(self) -> int:
        """How many rows further the next turn of its branch is."""
        return ROWS_OF_A_CHUNK + self.size


@dataclass(frozen=True)
class BranchTurn:
    """A branch's last turn, None before its first one; what is served; and whether
    anything of the branch is undecided."""

    branch_id: str
    last: int | None
    served: int
    has_undecided: bool

    @property
    def waiting_rows(self) -> int:
        """About how many rows wait: how far ahead the last turn is."""
        ahead = (self.last or 0) - self.served
        return ahead if ahead > 0 and self.has_undecided else 0

    def line_up(
        self, sent: Sequence[SentChunk], most_waiting: int
    ) -> Iterator[ChunkInTurn]:
        """Those for which there is room while at most so many rows wait, in turn:
        behind what waits, else from what is served."""
        room, overtakes = most_waiting - self.waiting_rows, self.has_undecided
        turn = max(self.last or 0, self.served) if overtakes else self.served
        for arrival in sent:
            chunk, rows = arrival.chunk, arrival.chunk.size
            if rows > room:
                continue
            room -= rows
            turn += ROWS_OF_A_CHUNK + rows
            is_small = rows <= SMALL and not overtakes
            overtakes = True
            yield ChunkInTurn(
                **vars(chunk), turn=turn, is_small=is_small, asked_by=arrival.asked_by
            )


def new_chunk(
    *,
    branch_id: str,
    roster_id: str,
    key: str,
    dry_run: bool,
    rows: Sequence[Row],
    now: float,
    name: str = "",
    sent_by: str = "",
    repairs: Sequence[int] = (),
    kept_id_numbers: Sequence[int] = (),
) -> Chunk:
    """A chunk as it comes in, with the print by which it is known again.

    Raises RowsRefused for one that repairs other rows than it holds, or mixes real
    classes and those of the sandbox; NotTaken for a key that asks for it.
    """
    _obey_key(key)
    require_repairs(rows, repairs, kept_id_numbers)
    written = compute_fingerprint(rows, dry_run, repairs, kept_id_numbers)
    return Chunk(
        branch_id,
        roster_id,
        key,
        dry_run,
        tuple(rows),
        written,
        now,
        name=name,
        sent_by=sent_by,
        repairs=tuple(sorted(repairs)),
        kept_id_numbers=tuple(
            row.number
            for row in rows
            if row.number in kept_id_numbers and not row.id_number
        ),
        is_sandbox=is_sandbox([row.class_id for row in rows]),
    )


def new_changes(
    *,
    branch_id: str,
    roster_id: str,
    key: str,
    dry_run: bool,
    changes: Sequence[ChangeRow],
    now: float,
    sent_by: str,
) -> Chunk:
    """A chunk of changes as it comes in. Raises RowsRefused and NotTaken, as new_chunk.

    `roster_id` names the roster with whose dry run it is tried, or is empty.
    """
    _obey_key(key)
    return Chunk(
        branch_id,
        roster_id,
        key,
        dry_run,
        (),
        print_changes(changes, dry_run),
        now,
        sent_by=sent_by,
        kind=CHANGES,
        changes=tuple(changes),
        is_sandbox=is_sandbox([change.class_id for change in changes]),
    )


def _obey_key(key: str) -> None:
    """A key of the sandbox chooses its refusal. Raises NotTaken."""
    if reason := reason_of_key(key, list(WHAT_TO_DO)):
        raise NotTaken(reason, "", key)


def receive_chunk(chunks: Chunks, sent: Chunk) -> Chunk:
    """The chunk as it is kept. Sending it again returns what is kept.

    Raises ChunkDiffers when the key came before with other rows, TooManyUndecided
    when so much of the branch waits already that it should send the rest later.
    """
    [received] = receive_chunks(chunks, [SentChunk(sent)])
    if isinstance(received, Refusal):
        raise received
    return received


def receive_chunks(chunks: Chunks, sent: Sequence[SentChunk]) -> list[Chunk | Refusal]:
    """Each chunk as it is kept, or why it is not taken, in their order."""
    new = chunks.create_many(sent, MOST_WAITING)
    return [
        arrival.chunk
        if arrival.chunk.id in new
        else _existing_chunk(chunks, arrival.chunk)
        for arrival in sent
    ]


def _existing_chunk(chunks: Chunks, sent: Chunk) -> Chunk | Refusal:
    """The chunk that is kept under the key of one that was not put."""
    existing = chunks.get(sent.id)
    if existing is None:
        return TooManyUndecided("本单位还有许多名册等待处理：请过几分钟再发这一批")
    if (existing.fingerprint, existing.roster_id) != (sent.fingerprint, sent.roster_id):
        return ChunkDiffers(f"编号 {sent.key} 已用于另一批名册：请换一个编号再发")
    return existing
