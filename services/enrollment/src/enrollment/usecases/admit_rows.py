"""Rows of a chunk are admitted to be decided, or refused for their roster's sake."""

from collections.abc import Callable, Sequence
from functools import partial

from enrollment.domain.parsed_row import ParsedRow, parse_row
from enrollment.domain.repairs import NOT_REJECTED, claim_repairs
from enrollment.domain.roster import Chunk, Outcome, Row, reject_row
from enrollment.domain.sent_roster import roster_key
from enrollment.domain.taking_back import is_taking_back
from enrollment.usecases.follow_chunks import FollowChunks
from enrollment.usecases.ports import Books, Enrolments
from enrollment.usecases.roster_ports import Digests, Followed, Rosters

Admitted = tuple[tuple[Row, ...], Sequence[Outcome]]
Admit = Callable[[Chunk], Admitted]


def admit_all(chunk: Chunk) -> Admitted:
    """Every row, where nothing is known of rosters."""
    return chunk.rows, ()


class AdmitRows:
    """Of a roster that is taken back no row is admitted, unless the chunk was begun.

    One that has seats already is decided to its end, and taken back after that: so no
    seat is left behind by a process that died between the two. Of a chunk that repairs
    rows those are admitted that it may repair: they are claimed in the chunk that holds
    them, so that no other repairs them meanwhile. Repeatable.
    """

    def __init__(
        self,
        follow: FollowChunks,
        chunks: Followed,
        digests: Digests,
        rosters: Rosters,
        books: Books,
        enrolments: Enrolments,
    ) -> None:
        self.follow, self.chunks = follow, chunks
        self.digests, self.rosters = digests, rosters
        self.books, self.enrolments = books, enrolments

    def __call__(self, chunk: Chunk) -> Admitted:
        """The rows to decide, and the outcomes of the others."""
        round_ = self.rosters.get_round(chunk.branch_id, chunk.roster_id)
        if is_taking_back(round_) and not self._is_begun(chunk):
            numbers = (row.number for row in chunk.rows)
            refused = dict.fromkeys(numbers, "roster-taken-back")
        else:
            refused = self._claim_repairs(chunk) if chunk.repairs else {}
        admitted = tuple(row for row in chunk.rows if row.number not in refused)
        rejected = [
            reject_row(row, refused[row.number])
            for row in chunk.rows
            if row.number in refused
        ]
        return admitted, rejected

    def _is_begun(self, chunk: Chunk) -> bool:
        """Whether the chunk has been granted a seat, copied out or not."""
        if self.enrolments.find_brought([chunk.id]):
            return True
        parsed = (parse_row(row, chunk.branch_id) for row in chunk.rows)
        classes = {row.class_id for row in parsed if isinstance(row, ParsedRow)}
        books = (self.books.get(class_id) for class_id in sorted(classes))
        return any(book and book.get_entry(chunk.id) for book in books)

    def _claim_repairs(self, chunk: Chunk) -> dict[int, str]:
        """Why which rows may not be repaired now; the others are claimed.

        Where several chunks hold a row of one number, the first that was rejected is
        meant.
        """
        self.follow.bring_up(chunk.branch_id, chunk.roster_id)
        roster = roster_key(chunk.branch_id, chunk.roster_id)
        refused = dict.fromkeys(chunk.repairs, NOT_REJECTED)
        for holder, numbers in self.digests.find_holders(roster, chunk.repairs):
            left = [number for number in numbers if number in refused]
            if left:
                refused |= self._claim_rows(chunk, holder, left, refused)
        return refused

    def _claim_rows(
        self, chunk: Chunk, holder: str, numbers: list[int], refused: dict[int, str]
    ) -> dict[int, str]:
        """Claim rows of one chunk; what it refuses. Claimed ones leave `refused`."""
        faults: dict[int, str] = dict.fromkeys(numbers, NOT_REJECTED)
        self.chunks.change(holder, partial(_decide_claim, chunk, numbers, faults))
        for number in numbers:
            if number not in faults:
                del refused[number]
        return faults


def _decide_claim(
    chunk: Chunk, numbers: list[int], faults: dict[int, str], holder: Chunk
) -> Chunk | None:
    """The holder with the claim; `faults` are those of this try."""
    if holder.dry_run != chunk.dry_run:
        return None
    claimed, found = claim_repairs(holder, chunk.key, numbers)
    faults.clear()
    faults.update(found)
    return claimed
