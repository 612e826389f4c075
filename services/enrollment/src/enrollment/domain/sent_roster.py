"""A roster as one thing: who sent it and when, how far it is, taking it back."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from enrollment.domain.chunk_digest import ChunkTally
from enrollment.domain.errors import (
    NothingToTakeBack,
    NotTakenBack,
    RedoTooLate,
    RosterBusy,
)
from enrollment.domain.taking_back import is_taking_back

ARRIVING, DECIDING, DECIDED = "arriving", "deciding", "decided"
TAKING_BACK, TAKEN_BACK, REDOING = "taking-back", "taken-back", "redoing"
REDO_SECONDS = 7 * 24 * 3600.0
"""Whoever took a roster back by mistake notices within a week; later other people have
its seats."""


@dataclass(frozen=True)
class Roster:
    """A roster that came in as one or more chunks.

    `line` is the branch's, root first; `received` the moment of its first chunk, in
    epoch seconds; the counts are of its chunks as they were last added up. `round`
    counts how often it was taken back and redone, `done_round` how far all its chunks
    have followed, `work_due` when a worker should see to that.
    """

    branch_id: str
    roster_id: str
    line: tuple[str, ...]
    name: str
    sent_by: str
    dry_run: bool
    received: float
    rows: int = 0
    chunks: int = 0
    undecided: int = 0
    moved: int = 0
    needing: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    round: int = 0
    done_round: int = 0
    turned_by: str = ""
    turned_at: float = 0.0
    work_due: float | None = None

    @property
    def id(self) -> str:
        """The branch and its name for the roster."""
        return roster_key(self.branch_id, self.roster_id)

    @property
    def order(self) -> str:
        """Its place among all rosters, oldest first, of which no two are one."""
        return f"{round(self.received * 1_000_000):018d}/{self.id}"

    @property
    def state(self) -> str:
        """How far it is; arriving while none of its chunks is counted as decided."""
        if self.is_moving:
            return TAKING_BACK if is_taking_back(self.round) else REDOING
        if is_taking_back(self.round):
            return TAKEN_BACK
        if self.undecided or not self.chunks:
            return ARRIVING if self.undecided == self.chunks else DECIDING
        return DECIDED

    @property
    def decided(self) -> int:
        """How many of its rows have an outcome."""
        return sum(self.counts.values())

    @property
    def is_moving(self) -> bool:
        """Whether its chunks have still to follow it to its round."""
        return self.round != self.done_round

    @property
    def redo_until(self) -> float:
        """Until when it can be redone; 0 unless it is taken back."""
        is_back = is_taking_back(self.round)
        return self.turned_at + REDO_SECONDS if is_back else 0.0

    def with_tally(self, tallies: Iterable[ChunkTally]) -> "Roster":
        """The roster with the counts of all its chunks.

        While it is taken back, one that came later has still to follow.
        """
        there = list(tallies)
        is_late = any(tally.round < self.round for tally in there)
        if is_late and is_taking_back(self.round) and not self.is_moving:
            due = replace(self, done_round=self.round - 1, work_due=self.turned_at)
            return due.with_tally(there)
        return replace(
            self,
            rows=sum(tally.rows for tally in there),
            chunks=len(there),
            undecided=sum(not tally.is_decided for tally in there),
            moved=sum(tally.round >= self.round for tally in there),
            needing=sum(tally.needing for tally in there),
            counts=_add_up(tally.counts for tally in there),
            notes=_add_up(tally.notes for tally in there),
        )

    def take_back(self, by: str, now: float) -> "Roster | None":
        """Begin to take it back; None if it is, or is on its way.

        Raises NothingToTakeBack, RosterBusy.
        """
        if self.dry_run:
            raise NothingToTakeBack("试算的名册没有报名，不用撤回")
        if is_taking_back(self.round):
            return None
        if self.is_moving:
            raise RosterBusy("这份名册正在恢复：请等它恢复完再撤回")
        return self._turn(by, now)

    def redo_round(self, by: str, now: float) -> "Roster | None":
        """Begin to redo what was taken back; None if it is, or is on its way.

        Raises NotTakenBack, RosterBusy, RedoTooLate.
        """
        if self.round == 0:
            raise NotTakenBack("这份名册没有撤回过，不用恢复")
        if not is_taking_back(self.round):
            return None
        if self.is_moving:
            raise RosterBusy("这份名册还在撤回：请等它撤完再恢复")
        if now > self.redo_until:
            raise RedoTooLate("撤回已超过七天，不能恢复：请重新送一份名册")
        return self._turn(by, now)

    def _turn(self, by: str, now: float) -> "Roster":
        return replace(
            self,
            round=self.round + 1,
            moved=0,
            turned_by=by,
            turned_at=now,
            work_due=now,
        )

    def finish_round(self) -> "Roster | None":
        """All chunks have followed to its round; None if that was noted."""
        if not self.is_moving:
            return None
        return replace(self, done_round=self.round, work_due=None)


def roster_key(branch_id: str, roster_id: str) -> str:
    """The id of a roster: its branch and the branch's name for it."""
    return f"{branch_id}/{roster_id}"


def _add_up(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for of_chunk in counts:
        for name, count in of_chunk.items():
            total[name] = total.get(name, 0) + count
    return total
