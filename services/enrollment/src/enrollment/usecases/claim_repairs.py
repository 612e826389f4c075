"""Rows that a chunk repairs are claimed in the chunks that hold them."""

from collections.abc import Callable, Sequence
from functools import partial

from enrollment.domain.repairs import NOT_REJECTED, claim_repairs, fill_id_numbers
from enrollment.domain.roster import Chunk, Outcome, Row, reject_row
from enrollment.domain.sent_roster import roster_key
from enrollment.usecases.follow_chunks import FollowChunks
from enrollment.usecases.roster_ports import Digests, Followed

Claimed = tuple[tuple[Row, ...], Sequence[Outcome]]
Claim = Callable[[Chunk], Claimed]


def claim_all(chunk: Chunk) -> Claimed:
    """Every row, where nothing is known of rosters."""
    return chunk.rows, ()


class ClaimRepairs:
    """No other chunk repairs a row meanwhile. Repeatable."""

    def __init__(
        self, follow: FollowChunks, chunks: Followed, digests: Digests
    ) -> None:
        self.follow, self.chunks, self.digests = follow, chunks, digests

    def __call__(self, chunk: Chunk) -> Claimed:
        """The rows that the chunk repairs, and the outcomes of those it may not.

        Where several chunks hold a row of one number, the first that was rejected is
        meant.
        """
        self.follow.bring_up(chunk.branch_id, chunk.roster_id)
        roster = roster_key(chunk.branch_id, chunk.roster_id)
        refused = dict.fromkeys(chunk.repairs, NOT_REJECTED)
        whence: dict[int, str] = {}
        for holder, numbers in self.digests.find_holders(roster, chunk.repairs):
            left = [number for number in numbers if number in refused]
            if left:
                refused |= self._claim_rows(chunk, holder, left, refused, whence)
        claimed = fill_id_numbers(
            (row for row in chunk.rows if row.number not in refused),
            whence,
            self.chunks.find_by_keys(chunk.branch_id, sorted(set(whence.values()))),
        )
        rejected = [
            reject_row(row, refused[row.number])
            for row in chunk.rows
            if row.number in refused
        ]
        return claimed, rejected

    def _claim_rows(
        self,
        chunk: Chunk,
        holder: str,
        numbers: list[int],
        refused: dict[int, str],
        whence: dict[int, str],
    ) -> dict[int, str]:
        """Claim rows of one chunk; what it refuses. Claimed ones leave `refused`, and
        `whence` gets where their ID numbers came from, if they keep them."""
        faults: dict[int, str] = dict.fromkeys(numbers, NOT_REJECTED)
        decide = partial(_decide_claim, chunk, numbers, faults, whence)
        self.chunks.change(holder, decide)
        for number in numbers:
            if number not in faults:
                del refused[number]
        return faults


def _decide_claim(
    chunk: Chunk,
    numbers: list[int],
    faults: dict[int, str],
    whence: dict[int, str],
    holder: Chunk,
) -> Chunk | None:
    """The holder with the claim; `faults` and `whence` are those of this try."""
    if holder.dry_run != chunk.dry_run:
        return None
    kept = chunk.kept_id_numbers
    claimed, found = claim_repairs(holder, chunk.key, numbers, kept)
    faults.clear()
    faults.update(found)
    whence.update(
        (repair.row, repair.id_number_from)
        for repair in claimed.repaired
        if repair.key == chunk.key and repair.id_number_from
    )
    return claimed
