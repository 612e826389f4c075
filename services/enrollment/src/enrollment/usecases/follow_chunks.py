"""Rosters and digests follow their chunks.

A chunk that is written is due: whatever changed in it is digested, rows that it repairs
are settled in the chunk that holds them, and the roster's counts are added up anew.
The roster is written last, under the version that was read first. So of two workers
that follow one roster at once the later begins again, and the counts are exact.
"""

import threading
from collections.abc import Sequence

from enrollment.domain.chunk_digest import make_digest
from enrollment.domain.roster import DECIDED, Chunk
from enrollment.domain.sent_roster import Roster, roster_key
from enrollment.usecases.ports import Branches
from enrollment.usecases.roster_ports import Digests, Followed, Rosters

DueChunks = Sequence[tuple[Chunk, int]]
AT_ONCE = 20
"""Chunks whose digests are written together: some MiB in hand, and about 0.1 s."""


class FollowChunks:
    """Brings rosters up to their chunks; `waiting` is set when one was written.

    A chunk that comes to a roster that is taken back has that go on: `moving` is set.
    Repeatable from the start at any point.
    """

    def __init__(
        self,
        chunks: Followed,
        digests: Digests,
        rosters: Rosters,
        branches: Branches,
        at_once: int = AT_ONCE,
    ) -> None:
        self.chunks, self.digests, self.at_once = chunks, digests, at_once
        self.rosters, self.branches = rosters, branches
        self.waiting, self.moving = threading.Event(), threading.Event()

    def __call__(self) -> bool:
        """Follow some chunks that are due; False if none is."""
        due = self.chunks.find_due_rosters(self.at_once)
        for branch_id, roster_id in due:
            self.bring_up(branch_id, roster_id)
        return bool(due)

    def bring_up(self, branch_id: str, roster_id: str) -> None:
        """Follow all chunks of one roster that are due now."""
        while due := self.chunks.find_due(branch_id, roster_id, self.at_once):
            settled = any(chunk.repairs for chunk, _ in due)
            if self._follow(due) and len(due) < self.at_once and not settled:
                return  # nobody has to ask once more: what comes now wakes the loop

    def _follow(self, due: DueChunks) -> bool:
        """Follow chunks of one roster; False if another worker wrote it meanwhile."""
        self._settle_repairs(due)
        roster, version = self._require_roster(due[0][0], due)
        digests = [
            make_digest(chunk, of_chunk, self._find_repairing(chunk))
            for chunk, of_chunk in due
        ]
        self.digests.write_many(roster.id, digests, version + 1)
        tallied = roster.with_tally(self.digests.find_tallies(roster.id))
        if not self.rosters.write(tallied, version):
            return False
        self.chunks.clear_due(due)
        if tallied.is_moving:
            self.moving.set()
        return True

    def _require_roster(self, first: Chunk, due: DueChunks) -> tuple[Roster, int]:
        """The roster and its version; made from its first chunks if there is none."""
        while True:
            found = self.rosters.get(first.branch_id, first.roster_id)
            if found is not None:
                return found
            roster = self._new_roster([chunk for chunk, _ in due])
            self.rosters.create(roster)
            branch = self.branches.get(roster.branch_id)
            if branch and branch.line != roster.line:  # it moved meanwhile
                self.rosters.place_roster(roster, branch.line)

    def _new_roster(self, chunks: Sequence[Chunk]) -> Roster:
        first = min(chunks, key=lambda chunk: (chunk.received, chunk.key))
        branch = self.branches.get(first.branch_id)
        return Roster(
            first.branch_id,
            first.roster_id,
            branch.line if branch else (first.branch_id,),
            first.name,
            first.sent_by,
            first.dry_run,
            first.received,
        )

    def _find_repairing(self, chunk: Chunk) -> dict[str, Chunk]:
        whence = {repair.id_number_from for repair in chunk.repaired}
        keys = sorted({repair.key for repair in chunk.repaired} | whence - {""})
        return self.chunks.find_by_keys(chunk.branch_id, keys)

    def _settle_repairs(self, due: DueChunks) -> None:
        for chunk, _ in due:
            if not chunk.repairs or chunk.state != DECIDED:
                continue
            roster = roster_key(chunk.branch_id, chunk.roster_id)
            for holder, _ in self.digests.find_holders(roster, chunk.repairs):
                self.chunks.settle_rows(holder, chunk.key, chunk.outcomes)
