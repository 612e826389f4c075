"""Power goes while the disk has not written all it said: the log ends anywhere.

At every byte of the last 64 KB the file opens as it was after some commit, with
nothing of a later one; it never holds half of one.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from embedded.bus.bus import Bus, Message
from embedded.check import look_through_bus, look_through_store
from embedded.file import check_after_crash
from embedded.store.engine import Engine
from embedded.store.group_commit import GroupCommit
from embedded.store.storage import Storage

LAST_BYTES = 64 * 1024
WRITES = 6
"""A little more than those bytes hold: a reader reads all of the log, each time."""
LOOKED_THROUGH_EVERY = 2048
LEAST_COMMITS = 4

Look = Callable[[Path, Callable[[int, int], None]], list[str]]


def write_store(path: Path) -> int:
    """Commits of three documents each, the log left behind; the commits made."""
    storage = Storage(path)
    engine, commits = Engine(storage), GroupCommit(storage.sql, storage.load_catalog)
    commits.commit(lambda: storage.declare_index("t.r", "n_1", {"key": [("n", 1)]}))
    storage.sql.execute("pragma wal_checkpoint(truncate)")
    for commit in range(WRITES):
        commits.commit(lambda commit=commit: _insert_three(engine, commit))
    _leave(path)
    storage.close()
    return WRITES


def _insert_three(engine: Engine, commit: int) -> None:
    for place in range(3):
        row = {"_id": 3 * commit + place, "n": commit, "text": "字" * 100}
        engine.insert("t.r", row)


def write_bus(path: Path) -> int:
    bus = Bus(path)
    bus.bind("q", ["t"])
    bus.sql.execute("pragma wal_checkpoint(truncate)")
    for commit in range(WRITES):
        bus.publish([Message("t", 0, f"{commit}".encode() * 60) for _ in range(3)])
    _leave(path)
    bus.close()
    return WRITES


def _leave(path: Path) -> None:
    """Copies as a crash leaves them: closing would put the log into the file."""
    for name in (path.name, f"{path.name}-wal"):
        shutil.copy(path.with_name(name), path.with_name(f"left-{name}"))


@pytest.mark.parametrize(
    ("write", "table", "look"),
    [
        (write_store, "documents", look_through_store),
        (write_bus, "messages", look_through_bus),
    ],
)
def test_a_log_cut_at_any_byte_opens_as_it_was_after_some_commit(
    tmp_path: Path,
    write: Callable[[Path], int],
    table: str,
    look: Look,
) -> None:
    commits = write(tmp_path / "made.db")
    left, log = tmp_path / "left-made.db", tmp_path / "left-made.db-wal"
    size = log.stat().st_size
    assert size > LAST_BYTES
    kept: list[int] = []
    for length in range(size, max(0, size - LAST_BYTES) - 1, -1):
        os.truncate(log, length)
        kept.append(_documents(left, table))
        if length % LOOKED_THROUGH_EVERY == 0:
            assert _faults(left, tmp_path / "opened", look) == []
    assert kept[0] == 3 * commits
    assert kept == sorted(kept, reverse=True), "a shorter log never holds more"
    assert all(count % 3 == 0 for count in kept), "no commit is there by half"
    assert len(set(kept)) >= LEAST_COMMITS


def _documents(path: Path, table: str) -> int:
    """How many rows a reader finds, who reads the log anew and leaves it alone."""
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as sql:
        return len(sql.execute(f"select * from {table}").fetchall())


def _faults(left: Path, folder: Path, look: Look) -> list[str]:
    """What the product finds in a copy, opened as it opens one after a crash."""
    folder.mkdir(exist_ok=True)
    for name in (left.name, f"{left.name}-wal"):
        shutil.copy(left.with_name(name), folder / name)
    check_after_crash(folder / left.name)
    return look(folder / left.name, lambda _done, _total: None)
