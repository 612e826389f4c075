"""Rosters that are taken back or redone: their chunks follow, one by one."""

import threading
from collections.abc import Callable

from enrollment.domain.roster import DECIDED, Chunk, reject_row
from enrollment.domain.sent_roster import Roster
from enrollment.domain.taking_back import is_taking_back
from enrollment.usecases.roster_ports import ChunkPlace, Followed, Rosters

UNDECIDED_SECONDS = 1.0
"""So long a roster waits for a chunk of it that is being decided: about as long as
that takes."""
MoveChunk = Callable[[Chunk, int], None]


class MoveRoster:
    """Brings the chunks of a roster to its round; `waiting` is set when one turned.

    A chunk that is there already is passed over, so whoever begins again after a crash
    goes on where the other stopped. What is taken back begins with the last chunk: who
    waits leaves before a seat becomes free that would go to them.
    """

    def __init__(
        self,
        rosters: Rosters,
        chunks: Followed,
        take_back: MoveChunk,
        redo: MoveChunk,
        wake: Callable[[], None],
    ) -> None:
        self.rosters, self.chunks, self.wake = rosters, chunks, wake
        self.take_back, self.redo = take_back, redo
        self.waiting = threading.Event()

    def __call__(self) -> bool:
        """Move one roster that is due; False if none is."""
        roster = self.rosters.claim()
        if roster is not None:
            self.move_chunks(roster)
        return roster is not None

    def move_chunks(self, roster: Roster) -> None:
        """Bring all chunks to the roster's round.

        One that is being decided may have seats by now: the roster waits for it. One
        that nobody has begun to decide gets no seats at all.
        """
        backwards = is_taking_back(roster.round)
        move = self.take_back if backwards else self.redo
        for place in self._find_unmoved(roster):
            if place.state != DECIDED and not (backwards and self._close_chunk(place)):
                continue
            move(self.chunks.get(place.id), roster.round)
            self.rosters.renew(roster)
            self.wake()
        done = self.rosters.change(roster.branch_id, roster.roster_id, self._finish)
        if done.is_moving:
            self.rosters.put_off(roster, UNDECIDED_SECONDS)

    def _find_unmoved(self, roster: Roster) -> list[ChunkPlace]:
        """The chunks that have still to follow, in the order in which they do."""
        places = self.chunks.find_places(roster.branch_id, roster.roster_id)
        real = [p for p in places if not p.dry_run and p.round < roster.round]
        return real[::-1] if is_taking_back(roster.round) else real

    def _close_chunk(self, place: ChunkPlace) -> bool:
        """Refuse all rows of a chunk that nobody has begun to decide; False if
        somebody has."""
        if not self.chunks.claim_unbegun(place.id):
            return False
        rows = self.chunks.get(place.id).rows
        outcomes = [reject_row(row, "roster-taken-back") for row in rows]
        self.chunks.close(place.id, outcomes)
        return True

    def _finish(self, roster: Roster) -> Roster | None:
        """The roster when all chunks have followed; None while one has not.

        Read under its version: a chunk that comes in between is seen, here or by
        whoever follows it.
        """
        return None if self._find_unmoved(roster) else roster.finish_round()
