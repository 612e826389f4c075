"""The result of a push: a file with every row's outcome, and an exit code."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gateway.roster_files.roster_file import ReadingNotes, RosterFile, guard_formula

from biyong.push import Result
from biyong.push_journal import replace_file

ALL_TAKEN, SOME_REJECTED, SOME_REFUSED, SOME_MISSING = 0, 1, 4, 5
OUTCOME = ("outcome", "reason", "detail", "place")


def find_exit_code(result: Result) -> int:
    """What a program should know first: what ended it, then what is to be mended, then
    what only needs the same command again."""
    if result.fault is not None:
        return result.fault.exit_code
    if result.refused:
        return SOME_REFUSED
    if result.missing:
        return SOME_MISSING
    return SOME_REJECTED if result.counts().get("rejected") else ALL_TAKEN


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
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(["row", "name", "member_no", *OUTCOME])
    for row in roster.rows:
        outcome = result.outcomes.get(row["row"], {"outcome": "no-receipt"})
        cells = [row.get(name, "") for name in ("name", "member_no")]
        cells += [outcome.get(name, "") for name in OUTCOME]
        table.writerow([row["row"], *map(guard_formula, cells)])
    replace_file(path, file.getvalue().encode("utf-8-sig"))


def summarize_result(roster: RosterFile, result: Result) -> dict[str, Any]:
    """The result as a program reads it."""
    fault = result.fault
    return {
        "roster_id": roster.id,
        "rows": len(roster.rows),
        "counts": result.counts(),
        "missing": sorted(result.missing),
        "refused": [vars(refused) for refused in result.refused],
        "error": None if fault is None else str(fault),
    }
