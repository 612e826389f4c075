"""Copies of the embedded parts' files that belong together, taken while they run."""

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

from embedded.file import BUSY_SECONDS

PAGES_AT_ONCE = 2_000
"""8 MiB: often enough to draw how far it is."""
Progress = Callable[[int, int], None]
"""Hears how many of how many pages were copied."""


def copy_together(copies: Mapping[Path, Path], progress: Progress) -> None:
    """Copy files, source to target, as all were at one moment. Raises sqlite3.Error.

    The last one is the bus. While nobody can write to it, a snapshot of each is begun:
    so what the bus has taken over is in its copy or still in an outbox, and what the
    store has handled is in the store's copy or still on the bus.
    """
    with ExitStack() as stack:
        sources = [
            stack.enter_context(closing(_open_database(path))) for path in copies
        ]
        barrier = stack.enter_context(closing(_open_database(list(copies)[-1])))
        barrier.execute("begin immediate")
        for source in sources:
            source.execute("begin")
            source.execute("select count(*) from sqlite_master").fetchone()
        barrier.execute("rollback")
        for source, target in zip(sources, copies.values(), strict=True):
            _copy_database(source, target, progress)


def _open_database(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)


def _copy_database(
    source: sqlite3.Connection, target: Path, progress: Progress
) -> None:
    """Into a file beside, which takes its name when it is on the disk."""
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as copy:
        source.backup(
            copy,
            pages=PAGES_AT_ONCE,
            progress=lambda _, left, total: progress(total - left, total),
        )
    with part.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(part, target)


def compact_file(path: Path) -> tuple[int, int]:
    """Give back the room of what was removed: bytes before and after.

    Everybody waits meanwhile. Raises sqlite3.Error, with the disk full for instance:
    then nothing has changed.
    """
    before = path.stat().st_size
    with closing(_open_database(path)) as sql:
        sql.execute("vacuum")
        sql.execute("pragma wal_checkpoint(truncate)")
    return before, path.stat().st_size
