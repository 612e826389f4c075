"""How fast the embedded store is with eight writers, and whether growth slows it.

Run as `python -m tests.bench.bench_store`. Not a test: it needs a quiet machine. The
raw baseline of the same run: bare SQLite committing the same bytes, each commit on
the disk (WAL, synchronous full), one after the other.
"""

import multiprocessing
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import bson
from pymongo import MongoClient

from tests.bench.measuring import print_row
from tests.embedded.conftest import start_store

SMALL, LARGE = 10_000, 200_000
WRITERS, TURNS, BULK, DUE, LIMIT = 8, 100, 200, 20, 200
ROUNDS = 3
RATIO, DURABLE = 1.5, 0.3
NOW = 1_000

Rows = Any
Operation = Callable[[Rows, int, int], None]


def document(number: int) -> dict[str, Any]:
    return {
        "_id": f"id{number}",
        "mail": f"m{number}@example.org",
        "code": number,
        "version": 0,
        "outbox": [],
        "out_due": number % NOW if number < DUE else None,
        "work_due": float(number) if number >= DUE else None,
        "title": "安全生产 " * 10,
    }


def look_up(rows: Rows, turn: int, size: int) -> None:
    assert rows.find_one({"mail": f"m{spread(turn, size)}@example.org"})


def insert(rows: Rows, turn: int, size: int) -> None:
    rows.insert_one(document(size + turn))


def change(rows: Rows, turn: int, size: int) -> None:
    """As every aggregate is written: under its version, with its facts."""
    which, event = f"id{spread(turn, size)}", f"new{turn}"
    held = rows.find_one({"_id": which}, {"version": 1})
    rows.find_one_and_update(
        {"_id": which, "version": held["version"]},
        {"$push": {"outbox": {"$each": [{"id": event}]}}, "$inc": {"version": 1}},
    )


def claim(rows: Rows, turn: int, size: int) -> None:
    """As a worker takes what is due first."""
    rows.find_one_and_update(
        {"work_due": {"$lte": float(2 * size)}},
        {"$set": {"work_due": 1e9 + turn}, "$inc": {"work_tries": 1}},
        sort=[("work_due", 1)],
    )


def scan_due(rows: Rows, _turn: int, _size: int) -> None:
    found = rows.find({"out_due": {"$lte": NOW}}).sort("out_due", 1).limit(LIMIT)
    assert len(list(found)) == DUE


def bulk(rows: Rows, turn: int, size: int) -> None:
    """As a chunk's enrolments are put."""
    first = size * 10 + turn * BULK
    rows.insert_many([document(first + n) for n in range(BULK)], ordered=False)


OPERATIONS: dict[str, tuple[Operation, int]] = {
    "look-up by index": (look_up, TURNS),
    "insert": (insert, TURNS),
    "guarded change": (change, TURNS),
    "claim of what is due first": (claim, TURNS),
    "the relay's scan": (scan_due, TURNS),
    "bulk of 200": (bulk, 3),
}


def spread(turn: int, size: int) -> int:
    """A document somewhere in the collection, another one each turn."""
    return (turn * 7919 + DUE) % size


def work(port: int, name: str, operation: str, size: int, first: int) -> None:
    """One writer's turns, in a process of its own."""
    run, turns = OPERATIONS[operation]
    client = CLIENTS.setdefault(port, MongoClient("127.0.0.1", port))
    rows = client["bench"][name]
    for turn in range(first, first + turns):
        run(rows, turn, size)


CLIENTS: dict[int, MongoClient[dict[str, Any]]] = {}


def milliseconds(
    pool: Pool, port: int, name: str, operation: str, size: int, first: int
) -> float:
    """Milliseconds for one operation, all writers at it at once."""
    turns = OPERATIONS[operation][1]
    asks = [
        (port, name, operation, size, first + writer * turns)
        for writer in range(WRITERS)
    ]
    begun = time.perf_counter()
    pool.starmap(work, asks, chunksize=1)
    return (time.perf_counter() - begun) * 1000 / (WRITERS * turns)


def fill(rows: Rows, size: int) -> None:
    rows.create_index("mail", unique=True)
    rows.create_index("code", unique=True)
    rows.create_index("out_due")
    rows.create_index("work_due")
    for first in range(0, size, 1000):
        documents = [document(number) for number in range(first, first + 1000)]
        rows.insert_many(documents, ordered=False)


def raw_commits(file: Path, count: int) -> float:
    """Commits a second of bare SQLite, each on the disk."""
    bodies = [bson.encode(document(number)) for number in range(count)]
    with closing(sqlite3.connect(file, isolation_level=None)) as sql:
        sql.execute("pragma journal_mode=wal")
        sql.execute("pragma synchronous=full")
        sql.execute("create table raw(k text primary key, body blob)")
        begun = time.perf_counter()
        for number, body in enumerate(bodies):
            sql.execute("insert into raw values(?,?)", (f"k{number}", body))
        return count / (time.perf_counter() - begun)


def main() -> int:
    """Measure both sizes in turn on one store; 1 when a bar is missed."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch, context.Pool(WRITERS) as pool:
        folder = Path(scratch)
        store = start_store(folder / "store.db")
        with store.client() as asking:
            fill(asking["bench"]["small"], SMALL)
            fill(asking["bench"]["large"], LARGE)
        took: dict[tuple[str, str], list[float]] = {}
        raw: list[float] = []
        for round_ in range(ROUNDS):
            raw.append(raw_commits(folder / f"raw{round_}.db", WRITERS * TURNS))
            for operation in OPERATIONS:
                for name, size in (("small", SMALL), ("large", LARGE)):
                    first = round_ * WRITERS * OPERATIONS[operation][1]
                    took.setdefault((operation, name), []).append(
                        milliseconds(pool, store.port, name, operation, size, first)
                    )
        store.stop()
    return 0 if report(took, statistics.median(raw)) else 1


def report(took: dict[tuple[str, str], list[float]], raw: float) -> bool:
    """Print the table; whether every bar is held."""
    held = True
    print_row("raw SQLite, durable commits/s", f"{raw:,.0f}", "")
    for operation in OPERATIONS:
        small = statistics.median(took[operation, "small"])
        large = statistics.median(took[operation, "large"])
        held = held and large / small <= RATIO
        line = f"{small:.2f} and {large:.2f} ms, ratio {large / small:.2f}"
        print_row(f"{operation} at {SMALL:,} and {LARGE:,}", line, f"bar {RATIO}")
    share = 1000 / statistics.median(took["insert", "small"]) / raw
    print_row("durable single inserts to raw", f"{share:.2f}", f"bar {DURABLE}")
    return held and share >= DURABLE


if __name__ == "__main__":
    sys.exit(main())
