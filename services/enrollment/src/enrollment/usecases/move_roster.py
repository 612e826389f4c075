"""Rosters that are taken back or redone: their chunks follow, one by one."""

import threading
from collections.abc import Callable

from enrollment.domain.roster import DECIDED, Chunk
from enrollment.domain.sent_roster import Roster
from enrollment.domain.taking_back import is_taking_back
from enrollment.usecases.roster_ports import Followed, Rosters

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

        One that is being decided may have seats by now: the roster waits for it.
        """
        backwards = is_taking_back(roster.round)
        move = self.take_back if backwards else self.redo
        places = self.chunks.find_places(roster.branch_id, roster.roster_id)
        real = [place for place in places if not place.dry_run]
        for place in reversed(real) if backwards else real:
            if place.state == DECIDED and place.round < roster.round:
                move(self.chunks.get(place.id), roster.round)
                self.rosters.renew(roster)
                self.wake()
        if any(place.state != DECIDED for place in real):
            self.rosters.put_off(roster, UNDECIDED_SECONDS)
            return
        self.rosters.change(
            roster.branch_id,
            roster.roster_id,
            lambda moving: moving.finish_round(roster.round),
        )
