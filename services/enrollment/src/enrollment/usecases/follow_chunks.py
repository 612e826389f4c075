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


class FollowChunks:
    """Brings rosters up to their chunks; `waiting` is set when one was written.

    Repeatable from the start at any point.
    """

    def __init__(
        self, chunks: Followed, digests: Digests, rosters: Rosters, branches: Branches
    ) -> None:
        self.chunks, self.digests = chunks, digests
        self.rosters, self.branches = rosters, branches
        self.waiting = threading.Event()

    def __call__(self) -> bool:
        """Follow some chunks that are due; False if none is."""
        due = self.chunks.find_due_rosters()
        for branch_id, roster_id in due:
            self.bring_up(branch_id, roster_id)
        return bool(due)

    def bring_up(self, branch_id: str, roster_id: str) -> None:
        """Follow all chunks of one roster that are due."""
        while due := self.chunks.find_due(branch_id, roster_id):
            self._settle_repairs(due)
            roster, version = self._require_roster(due[0][0], due)
            digests = [
                make_digest(chunk, of_chunk, self._find_repairing(chunk))
                for chunk, of_chunk in due
            ]
            self.digests.write_many(roster.id, digests, version + 1)
            tallies = self.digests.find_tallies(roster.id)
            if self.rosters.write(roster.with_tally(tallies), version):
                self.chunks.clear_due(due)

    def _require_roster(self, first: Chunk, due: DueChunks) -> tuple[Roster, int]:
        """The roster and its version; made from its first chunks if there is none."""
        while True:
            found = self.rosters.get(first.branch_id, first.roster_id)
            if found is not None:
                return found
            self.rosters.create(self._new_roster([chunk for chunk, _ in due]))

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
        keys = sorted({repair.key for repair in chunk.repaired})
        return self.chunks.find_by_keys(chunk.branch_id, keys)

    def _settle_repairs(self, due: DueChunks) -> None:
        for chunk, _ in due:
            if not chunk.repairs or chunk.state != DECIDED:
                continue
            roster = roster_key(chunk.branch_id, chunk.roster_id)
            for holder, _ in self.digests.find_holders(roster, chunk.repairs):
                self.chunks.settle_rows(holder, chunk.key, chunk.outcomes)
