"""A roster of 10,000 rows on the embedded default.

Run it as `python -m tests.bench.bench_roster`. The raw baseline of the same run:
10,000 rows inserted one by one into a bare SQLite file in WAL mode.
"""

import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

from biyong.door import Door
from biyong.over_https import OverHttp
from biyong.push import send_roster
from gateway.roster_files.roster_file import RosterFile

from tests.bench.measuring import memory_by_name, print_row
from tests.platform import rosters
from tests.platform.running import Platform, running, until

SMALL, LARGE = 1_000, 10_000


def raw_seconds(folder: Path) -> float:
    """Ten thousand single-row commits into a bare table."""
    sql = sqlite3.connect(folder / "raw.db", isolation_level=None)
    sql.execute("pragma journal_mode=wal")
    sql.execute("pragma synchronous=normal")
    sql.execute("create table t(a primary key, b)")
    began = time.perf_counter()
    for number in range(LARGE):
        sql.execute("insert into t values(?,?)", (number, "x" * 200))
    return time.perf_counter() - began


def pushed(officer: Door, name: str, count: int, class_id: str) -> tuple[float, int]:
    """Seconds until the last receipt, and rows with an outcome."""
    roster = RosterFile(name, tuple(rosters.rows(count, class_id)))
    began = time.perf_counter()
    result = send_roster(
        roster, OverHttp(officer, "beijing"), False, lambda _: None, 600
    )
    assert not result.missing
    return time.perf_counter() - began, len(result.outcomes)


def all_told(platform: Platform, class_id: str, count: int) -> float:
    """Seconds until every person has the notice."""
    began = time.perf_counter()
    with platform.store() as store:
        notices: Any = store.notify.notices

        def told() -> bool:
            return bool(notices.count_documents({}) >= count)

        until(told, 300)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with running(folder / "home") as platform:
            officer = platform.door("shi")
            class_id = platform.demo["classes"]["open"]
            pushed(officer, "small", SMALL, class_id)
            all_told(platform, class_id, SMALL)
            before = memory_by_name(platform)
            seconds, rows = pushed(officer, "large", LARGE, class_id)
            after = memory_by_name(platform)
            told = all_told(platform, class_id, SMALL + LARGE)
            raw = raw_seconds(folder)
            grown = {name: after[name] - before[name] for name in before}
            worst = max(grown, key=lambda name: grown[name])
            print_row("receipts of 10,000 rows, s", f"{seconds:.1f}", "bar 120")
            print_row("  to 10,000 bare inserts", f"{seconds / raw:.0f} x", "")
            print_row("rows with exactly one outcome", f"{rows}", "bar 10000")
            print_row("last notice after last receipt, s", f"{told:.1f}", "")
            line = f"{grown[worst]:.0f} ({worst})"
            print_row("largest growth over 1,000 rows, MiB", line, "bar 50")
            total = f"{sum(after.values()):.0f}"
            print_row("all processes, PSS, MiB", total, "bar 1229")


if __name__ == "__main__":
    main()
