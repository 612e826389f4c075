"""Take a roster chunk in: once per key, to be decided in its branch's turn."""

from collections.abc import Sequence

from enrollment.domain.errors import ChunkDiffers, TooManyUndecided
from enrollment.domain.roster import Chunk, Row, chunk_id, fingerprint
from enrollment.usecases.ports import Chunks

MOST_WAITING = 400_000
"""Rows of one branch that may wait for their outcome: 2,000 full chunks. The largest
union has half as many members, and twice as many take about an hour to decide."""


def receive_chunk(
    chunks: Chunks,
    *,
    branch_id: str,
    roster_id: str,
    key: str,
    dry_run: bool,
    rows: Sequence[Row],
    now: float,
) -> Chunk:
    """The chunk as it is kept. Sending it again returns what is kept.

    Raises ChunkDiffers when the key came before with other rows, TooManyUndecided
    when so much of the branch waits already that it should send the rest later.
    """
    sent = fingerprint(rows, dry_run)
    chunk = Chunk(branch_id, roster_id, key, dry_run, tuple(rows), sent, now)
    is_full = chunks.waiting_rows(branch_id) + len(rows) > MOST_WAITING
    if not is_full and chunks.add(chunk):
        return chunk
    kept = chunks.get(chunk_id(branch_id, key))
    if kept is None and is_full:
        raise TooManyUndecided("本单位还有许多名册等待处理：请过几分钟再发这一批")
    if kept is None or kept.fingerprint != sent or kept.roster_id != roster_id:
        raise ChunkDiffers(f"编号 {key} 已用于另一批名册：请换一个编号再发")
    return kept
