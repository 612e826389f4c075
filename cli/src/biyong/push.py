"""Push a roster: chunks out, receipts in, a result file beside the roster."""

import csv
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from gateway.roster_files.roster_file import ReadingNotes, RosterFile, guard_formula

from biyong.door import Away, Door, Refused

LOOK_SECONDS = 0.3
"""A chunk of 200 rows is decided in about a second."""
AWAY_SECONDS = 1.0
SEND_AGAIN_SECONDS = 15.0
"""Longer than a busy platform takes to decide a chunk; sending again costs little."""
TOO_MANY = "too-many-undecided"
OUTCOME = ("outcome", "reason", "detail")
Chunk = dict[str, Any]
Outcome = dict[str, Any]


class Carrier(Protocol):
    """How chunks travel. Sending a chunk again under its key changes nothing.

    Both raise Away when the other side does not answer, and can be called again.
    """

    def send(self, key: str, chunk: Chunk) -> None:
        """Send one chunk."""

    def receipts(self, waiting: set[str]) -> Iterator[tuple[str, list[Outcome]]]:
        """Receipts for waiting chunks as they come, until none has come for a while."""


class OverHttp:
    """Through the gateway's HTTP door."""

    def __init__(self, door: Door, branch: str) -> None:
        self.door, self.branch = door, branch

    def send(self, key: str, chunk: Chunk) -> None:
        """Put one chunk; Away while too much of the branch's waits already."""
        try:
            self.door.ask("PUT", *self._path_of(key), body=chunk)
        except Refused as refused:
            if refused.slug != TOO_MANY:
                raise
            raise Away(str(refused)) from refused

    def receipts(self, waiting: set[str]) -> Iterator[tuple[str, list[Outcome]]]:
        """Ask for each chunk once."""
        for key in sorted(waiting):
            chunk = self.door.ask("GET", *self._path_of(key))
            if chunk["state"] == "decided":
                yield key, chunk["outcomes"]
        time.sleep(LOOK_SECONDS)

    def _path_of(self, key: str) -> tuple[str, ...]:
        return "enrollment", "branches", self.branch, "chunks", key


@dataclass(frozen=True)
class Result:
    """Every row's outcome by its line in the file; `missing` chunks have none yet."""

    outcomes: dict[int, Outcome]
    missing: frozenset[str]

    def counts(self) -> dict[str, int]:
        """How many rows had each outcome."""
        return Counter(outcome["outcome"] for outcome in self.outcomes.values())


def send_roster(
    roster: RosterFile,
    carrier: Carrier,
    dry_run: bool,
    progress: Callable[[int], None],
    timeout_seconds: float,
    pause: Callable[[float], None] = time.sleep,
) -> Result:
    """Send all chunks and gather their receipts; again what stays without one.

    Whoever is away meanwhile may come back until the time is over; Away is raised if
    by then no receipt came at all. `progress` hears how many rows have their outcome.
    """
    named = roster.with_fresh_id(dry_run) if dry_run else roster
    chunks: dict[str, Chunk] = {
        key: {"roster_id": named.id, "rows": rows, "dry_run": dry_run}
        for key, rows in named.split_into_chunks()
    }
    waiting, outcomes = set(chunks), dict[int, Outcome]()
    due, sent_at, away = list(chunks), 0.0, None
    until = time.monotonic() + timeout_seconds
    while waiting and time.monotonic() < until:
        try:
            while due:
                carrier.send(due[0], chunks[due[0]])
                del due[0]
                sent_at = time.monotonic()
            for key, receipt in carrier.receipts(waiting):
                waiting.discard(key)
                outcomes.update({outcome["row"]: outcome for outcome in receipt})
                progress(len(outcomes))
        except Away as error:
            away = error
            pause(AWAY_SECONDS)
        if not due and time.monotonic() - sent_at > SEND_AGAIN_SECONDS:
            due = sorted(waiting)
    if away is not None and not outcomes:
        raise away
    return Result(outcomes, frozenset(waiting))


def passed_over(notes: ReadingNotes) -> Iterator[str]:
    """What was passed over in reading the roster, a line each."""
    if notes.ignored:
        yield f"columns not used: {', '.join(notes.ignored)}"
    if notes.sums:
        yield f"rows of sums, nobody: {', '.join(map(str, notes.sums))}"
    if notes.empty:
        yield f"rows without anybody: {notes.empty}"
    if notes.others:
        others = ", ".join(notes.others)
        yield f"sheet read: {notes.sheet}; not read: {others}"
    if notes.hidden_count:
        yield f"rows hidden in the spreadsheet, sent too: {notes.hidden_count}"


def write_result(path: Path, roster: RosterFile, result: Result) -> None:
    """A CSV with every row's outcome; cells that would compute are disarmed."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(["row", "name", "member_no", *OUTCOME])
        for row in roster.rows:
            outcome = result.outcomes.get(row["row"], {"outcome": "no-receipt"})
            cells = [row.get(name, "") for name in ("name", "member_no")]
            cells += [outcome.get(name, "") for name in OUTCOME]
            table.writerow([row["row"], *map(guard_formula, cells)])
