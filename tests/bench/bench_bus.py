"""The embedded bus against the bare SQLite it is made of.

Run as `python -m tests.bench.bench_bus`. The raw baseline of the same run: the same
rows inserted, read and deleted in the same batches, each commit on the disk.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from embedded.bus.bus import Bus, Message

from tests.bench.measuring import print_row

MESSAGES, BATCH, ROUNDS, BAR = 40_000, 200, 5, 0.4
BODY = b"x" * 700


def raw(folder: Path) -> float:
    """Messages a second through a bare table."""
    with closing(sqlite3.connect(folder / "raw.db", isolation_level=None)) as sql:
        sql.execute("pragma journal_mode=wal")
        sql.execute("pragma synchronous=full")
        sql.execute(
            "create table m(number integer primary key autoincrement, queue text,"
            " partition int, topic text, body blob)"
        )
        begun = time.perf_counter()
        for first in range(0, MESSAGES, BATCH):
            rows = [("q", first // BATCH % 16, "t.v1", BODY)] * BATCH
            sql.execute("begin immediate")
            sql.executemany(
                "insert into m(queue, partition, topic, body) values(?,?,?,?)", rows
            )
            sql.execute("commit")
        ask = "select number, body from m order by number limit ?"
        while taken := sql.execute(ask, (BATCH,)).fetchall():
            sql.execute("begin immediate")
            sql.executemany("delete from m where number=?", [row[:1] for row in taken])
            sql.execute("commit")
        return MESSAGES / (time.perf_counter() - begun)


def ours(folder: Path) -> float:
    """Messages a second published, handed out and acknowledged."""
    with closing(Bus(folder / "bus.db")) as bus:
        bus.bind("q", ["t.v1"])
        begun = time.perf_counter()
        for first in range(0, MESSAGES, BATCH):
            partition = first // BATCH % 16
            bus.publish([Message("t.v1", partition, BODY) for _ in range(BATCH)])
        while batch := bus.receive("q", "me", BATCH):
            assert bus.acknowledge("q", "me", batch)
        assert bus.count_waiting("q") == 0
        return MESSAGES / (time.perf_counter() - begun)


def main() -> int:
    """Measure in turn; 1 when the bar is missed."""
    pairs = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as scratch:
            pairs.append((raw(Path(scratch)), ours(Path(scratch))))
    ratio = statistics.median(mine / bare for bare, mine in pairs)
    bare, mine = (statistics.median(side) for side in zip(*pairs, strict=True))
    print_row("raw SQLite, messages/s", f"{bare:,.0f}", "")
    print_row("embedded bus, messages/s", f"{mine:,.0f}", "")
    print_row("bus to raw, median of pairs", f"{ratio:.2f}", f"bar {BAR}")
    return 0 if ratio >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
