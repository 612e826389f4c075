"""Roster chunks come in: once per key, to be decided in their branch's turn."""

from collections.abc import Sequence

from enrollment.domain.errors import ChunkDiffers, Refusal, TooManyUndecided
from enrollment.domain.roster import Chunk, Row, compute_fingerprint, require_repairs
from enrollment.usecases.ports import Chunks, SentChunk

MOST_WAITING = 400_000
"""Rows of one branch that may wait for their outcome: 2,000 full chunks. The largest
union has half as many members, and twice as many take about an hour to decide."""


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
) -> Chunk:
    """A chunk as it comes in, with the print by which it is known again.

    Raises RowsRefused for one that repairs other rows than it holds.
    """
    require_repairs(rows, repairs)
    written = compute_fingerprint(rows, dry_run, repairs)
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
    )


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
    room: dict[str, int] = {}
    fitting = []
    for arrival in sent:
        branch_id, rows = arrival.chunk.branch_id, len(arrival.chunk.rows)
        if branch_id not in room:
            room[branch_id] = MOST_WAITING - chunks.count_waiting_rows(branch_id)
        if rows <= room[branch_id]:
            room[branch_id] -= rows
            fitting.append(arrival)
    there = chunks.create_many(fitting)
    new = {arrival.chunk.id for arrival in fitting} - there
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
