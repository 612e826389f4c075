"""Take a roster chunk in: once per key, to be decided soon."""

from collections.abc import Sequence

from enrollment.domain.errors import ChunkDiffers
from enrollment.domain.roster import Chunk, Row, chunk_id, fingerprint
from enrollment.usecases.ports import Chunks


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

    Raises ChunkDiffers when the key came before with other rows.
    """
    sent = fingerprint(rows, dry_run)
    chunk = Chunk(branch_id, roster_id, key, dry_run, tuple(rows), sent, now)
    if chunks.add(chunk):
        return chunk
    kept = chunks.get(chunk_id(branch_id, key))
    if kept is None or kept.fingerprint != sent or kept.roster_id != roster_id:
        raise ChunkDiffers(f"编号 {key} 已用于另一批名册：请换一个编号再发")
    return kept
