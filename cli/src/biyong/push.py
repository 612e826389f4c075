"""Push a roster: chunks out, receipts in, until every chunk has its answer."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.roster_files.roster_file import RosterFile

from biyong.carrier import SLOWER, Answer, Carrier, Chunk, Decided, NotTaken, Outcome
from biyong.door import Away, Refused
from biyong.faults import Fault
from biyong.push_journal import PushJournal

AWAY_SECONDS = 1.0
AT_ONCE = 100
"""Chunks that are out without a receipt: 20,000 rows, about a minute and a half of
decisions, so that the platform never waits for the branch, and a branch's queue for
receipts, which is bounded, holds them all."""
SEND_AGAIN_SECONDS, LONGEST_SILENCE_SECONDS = 15.0, 120.0
"""Longer than a busy platform takes to decide a chunk. Each time that nothing comes of
it the next is twice as far: where others wait too, sending again helps nobody."""
SLOW_SECONDS, SLOWEST_SECONDS = 1.0, 30.0
"""After the first word that too much waits, and at most. Some thousand rows are decided
in the latter."""


@dataclass(frozen=True)
class Result:
    """Every row's outcome by its line in the file; `missing` chunks have none yet.

    The rows of a chunk that was `refused` as a whole have the outcome `refused`.
    `fault` is what ended it before its time, None otherwise.
    """

    outcomes: dict[int, Outcome]
    missing: frozenset[str]
    refused: tuple[NotTaken, ...] = ()
    fault: Fault | None = None

    def counts(self) -> dict[str, int]:
        """How many rows had each outcome."""
        return Counter(outcome["outcome"] for outcome in self.outcomes.values())


@dataclass(frozen=True)
class Clock:
    """The time as a push sees it."""

    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


def send_roster(
    roster: RosterFile,
    carrier: Carrier,
    dry_run: bool,
    progress: Callable[[int], None],
    timeout_seconds: float,
    journal: PushJournal | None = None,
    clock: Clock | None = None,
) -> Result:
    """Send all chunks and gather their answers; again what stays without one.

    What the journal has needs no sending. Whoever is away meanwhile may come back until
    the time is over. `progress` hears how many rows have their outcome. What ended it
    before its time is in the result: Refused, and Away if by then nothing was answered.
    """
    push = _Push(
        split_into_chunks(roster, dry_run),
        carrier,
        progress,
        journal or PushJournal(),
        clock or Clock(),
    )
    return push.run(timeout_seconds)


def split_into_chunks(roster: RosterFile, dry_run: bool) -> dict[str, Chunk]:
    """A roster's chunks by key; those of a dry run have keys of their own each time."""
    named = roster.with_fresh_id(dry_run) if dry_run else roster
    return {
        key: {"roster_id": named.id, "rows": rows, "dry_run": dry_run}
        for key, rows in named.split_into_chunks()
    }


@dataclass
class _Push:
    """One roster on its way: what is due, what is out, what came back."""

    chunks: dict[str, Chunk]
    carrier: Carrier
    progress: Callable[[int], None]
    journal: PushJournal
    clock: Clock
    due: list[str] = field(default_factory=list)
    out: dict[str, None] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    refused: dict[str, NotTaken] = field(default_factory=dict)
    at_once: int = AT_ONCE
    slow_seconds: float = 0.0
    slow_until: float = 0.0
    silence_seconds: float = SEND_AGAIN_SECONDS
    quiet_since: float = 0.0

    def run(self, timeout_seconds: float) -> Result:
        """All of it, or as much as the time lets through."""
        self._begin()
        fault: Fault | None = None
        until = self.clock.monotonic() + timeout_seconds
        while (self.due or self.out) and self.clock.monotonic() < until:
            try:
                self._send_due()
                self._take_receipts()
                fault = None
            except Away as error:
                fault = error
                self.clock.pause(AWAY_SECONDS)
            except Refused as error:
                fault = error
                break
            self._send_again()
        if isinstance(fault, Away) and self.outcomes:
            fault = None
        missing = frozenset([*self.due, *self.out])
        return Result(self.outcomes, missing, tuple(self.refused.values()), fault)

    def _begin(self) -> None:
        """What the journal has is done."""
        for key in self.chunks:
            if key in self.journal.done:
                self._note_outcomes(self.journal.done[key])
            else:
                self.due.append(key)
        self.quiet_since = self.clock.monotonic()

    def _send_due(self) -> None:
        """As many as may be out. Raises Away, Refused."""
        room = self.at_once - len(self.out)
        if not self.due or room <= 0 or self.clock.monotonic() < self.slow_until:
            return
        sent = {key: self.chunks[key] for key in self.due[:room]}
        for answer in self.carrier.send_all(sent):
            self._take_answer(answer)
        self.quiet_since = self.clock.monotonic()

    def _take_receipts(self) -> None:
        """Those that have come. Raises Away, Refused."""
        if not self.out:
            if self.due:
                left = self.slow_until - self.clock.monotonic()
                self.clock.pause(min(max(left, 0.0), AWAY_SECONDS))
            return
        for answer in self.carrier.receipts(self.out.keys()):
            self._take_answer(answer)

    def _take_answer(self, answer: Answer) -> None:
        """A chunk was taken, refused or decided."""
        key = answer.key
        if key not in self.out and key not in self.due:
            return
        if isinstance(answer, Decided) and not answer.settles_chunk(self.chunks[key]):
            return  # of what came before under this key; what is out will be refused
        self.quiet_since = self.clock.monotonic()
        if isinstance(answer, NotTaken) and answer.reason in SLOWER:
            self._slow_down(key)
            return
        if key in self.due:
            self.due.remove(key)
        if isinstance(answer, Decided):
            self._finish(answer)
        elif isinstance(answer, NotTaken):
            self._refuse(answer)
        else:
            self.out[key] = None

    def _slow_down(self, key: str) -> None:
        """It is sent again later, with half as many at once; what else was refused
        with it counts no further."""
        self.out.pop(key, None)
        if key not in self.due:
            self.due.append(key)
        now = self.clock.monotonic()
        if now < self.slow_until:
            return
        self.at_once = max(1, self.at_once // 2)
        self.slow_seconds = min(
            max(SLOW_SECONDS, 2 * self.slow_seconds), SLOWEST_SECONDS
        )
        self.slow_until = now + self.slow_seconds

    def _finish(self, decided: Decided) -> None:
        self.out.pop(decided.key, None)
        self.journal.note(decided.key, decided.outcomes)
        self.at_once = min(self.at_once + 1, AT_ONCE)
        self.slow_seconds = 0.0
        self.silence_seconds = SEND_AGAIN_SECONDS
        self._note_outcomes(decided.outcomes)

    def _refuse(self, refused: NotTaken) -> None:
        """All rows of it have this outcome."""
        self.out.pop(refused.key, None)
        self.refused[refused.key] = refused
        why = {
            "outcome": "refused",
            "reason": refused.reason,
            "place": refused.place,
            "detail": refused.detail,
        }
        rows = self.chunks[refused.key]["rows"]
        self._note_outcomes([{"row": row["row"], **why} for row in rows])

    def _note_outcomes(self, outcomes: list[Outcome]) -> None:
        self.outcomes.update({outcome["row"]: outcome for outcome in outcomes})
        self.progress(len(self.outcomes))

    def _send_again(self) -> None:
        """What is out is due once more, if nothing was answered for long."""
        now = self.clock.monotonic()
        if self.out and now - self.quiet_since > self.silence_seconds:
            self.due = [*self.out, *self.due]
            self.out.clear()
            self.quiet_since = now
            self.silence_seconds = min(
                2 * self.silence_seconds, LONGEST_SILENCE_SECONDS
            )
