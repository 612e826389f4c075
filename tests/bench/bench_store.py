"""How fast the embedded store is, and whether a larger collection slows it.

Run as `python -m tests.bench.bench_store`. Not a test: it needs a quiet machine.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.embedded.conftest import start_store

SMALL, LARGE = 1_000, 50_000
TURNS, BULK, DUE, LIMIT = 300, 200, 20, 200
MEDIAN_MS, RATIO, BULK_PER_SECOND = 5.0, 1.5, 1_000.0
NOW = 1_000

Timings = list[float]


@dataclass(frozen=True)
class Measured:
    """One size of collection: milliseconds of each operation and bulk's speed."""

    operations: dict[str, Timings]
    bulk: float


def document(number: int) -> dict[str, Any]:
    return {
        "_id": f"id{number}",
        "mail": f"m{number}@example.org",
        "code": number,
        "version": 0,
        "seen": [f"e{n}" for n in range(20)],
        "outbox": [],
        "out_due": number % NOW if number < DUE else None,
        "title": "安全生产 " * 10,
    }


def timed(turns: int, operation: Callable[[int], Any]) -> Timings:
    """Milliseconds of each turn."""
    took = []
    for turn in range(turns):
        begun = time.perf_counter()
        operation(turn)
        took.append((time.perf_counter() - begun) * 1000)
    return took


def spread(turn: int, size: int) -> int:
    """A document somewhere in the collection, another one each turn."""
    return (turn * 7919 + DUE) % size


def fill(rows: Any, size: int) -> float:
    """Insert in bulks; the documents a second of the last five bulks."""
    rows.create_index("mail", unique=True)
    rows.create_index("code", unique=True)
    rows.create_index("out_due")
    took = []
    for first in range(0, size, BULK):
        documents = [document(number) for number in range(first, first + BULK)]
        begun = time.perf_counter()
        rows.insert_many(documents, ordered=False)
        took.append(time.perf_counter() - begun)
    return BULK / statistics.median(took[-5:])


def look_up(rows: Any, turn: int, size: int) -> None:
    assert rows.find_one({"mail": f"m{spread(turn, size)}@example.org"})


def change(rows: Any, turn: int, size: int) -> None:
    event, which = f"new{turn}", f"id{spread(turn, size)}"
    changed = rows.find_one_and_update(
        {"_id": which, "version": 0, "seen": {"$nin": [event]}},
        {"$push": {"outbox": {"id": event}}, "$inc": {"version": 1}},
    )
    assert changed


def scan_due(rows: Any) -> None:
    found = rows.find({"out_due": {"$lte": NOW}}).sort("out_due", 1).limit(LIMIT)
    assert len(list(found)) == DUE


def measure(rows: Any, size: int) -> Measured:
    bulk = fill(rows, size)
    return Measured(
        {
            "look-up by index": timed(TURNS, lambda turn: look_up(rows, turn, size)),
            "insert": timed(TURNS, lambda turn: rows.insert_one(document(size + turn))),
            "guarded change": timed(TURNS, lambda turn: change(rows, turn, size)),
            "scan of what is due": timed(TURNS, lambda _: scan_due(rows)),
        },
        bulk,
    )


def baseline(file: Path) -> Iterator[float]:
    """Medians of raw SQLite: one committed insert, one select by key."""
    with closing(sqlite3.connect(file, isolation_level=None)) as sql:
        sql.execute("pragma journal_mode=wal")
        sql.execute("pragma synchronous=normal")
        sql.execute("create table raw(k text primary key, u text unique, body blob)")
        body, put = b"x" * 600, "insert into raw values(?,?,?)"
        yield statistics.median(
            timed(TURNS, lambda n: sql.execute(put, (f"k{n}", f"u{n}", body)))
        )
        get = "select body from raw where u=?"
        yield statistics.median(
            timed(TURNS, lambda n: sql.execute(get, (f"u{n}",)).fetchone())
        )


def p99(took: Timings) -> float:
    return sorted(took)[int(len(took) * 0.99)]


def report(small: Measured, large: Measured, insert: float, select: float) -> bool:
    """Print the table; whether every bar is held."""
    held = True
    print(f"raw SQLite: insert {insert:.3f} ms, select {select:.3f} ms (medians)")
    print(
        f"{'':<20} {'median':>7} {'p99':>7} | {'median':>7} {'p99':>7} ms"
        f" | {'ratio':>5} | of raw"
    )
    print(f"{'':<20} {SMALL:>15,} | {LARGE:>15,}")
    for name, few in small.operations.items():
        many = large.operations[name]
        middle, middle_of_many = statistics.median(few), statistics.median(many)
        ratio = middle_of_many / middle
        raw = insert if name in {"insert", "guarded change"} else select
        good = max(middle, middle_of_many) < MEDIAN_MS and ratio <= RATIO
        held = held and good
        print(
            f"{name:<20} {middle:7.2f} {p99(few):7.2f} | {middle_of_many:7.2f}"
            f" {p99(many):7.2f}    | {ratio:5.2f} | {middle_of_many / raw:6.0f}"
            f"  {'ok' if good else 'MISSED'}"
        )
    slowest = min(small.bulk, large.bulk)
    fast = slowest >= BULK_PER_SECOND
    print(
        f"bulk of {BULK}: {small.bulk:,.0f} and {large.bulk:,.0f} documents/s,"
        f" ratio {small.bulk / large.bulk:.2f}  {'ok' if fast else 'MISSED'}"
    )
    return held and fast


def main() -> int:
    """Measure both sizes on one store; 1 when a bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        insert, select = baseline(Path(folder) / "raw.sqlite")
        store = start_store(Path(folder) / "store.sqlite")
        with store.client() as asking:
            small = measure(asking["bench"]["small"], SMALL)
            large = measure(asking["bench"]["large"], LARGE)
        store.stop()
    return 0 if report(small, large, insert, select) else 1


if __name__ == "__main__":
    sys.exit(main())
