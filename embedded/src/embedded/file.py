"""An embedded part's SQLite file: whose it is, which layout, and whether it is whole.

Every commit is on the disk before it is answered (WAL, synchronous full). What is
removed is overwritten, so that a phone that is cleared is not in the file any longer.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

BUSY_SECONDS = 30
"""A compaction of a full file holds the others up for longer than SQLite's 5 s."""
LARGEST_LOG = 64 * 1024 * 1024
"""Bytes of log that stay on the disk after a burst: a small part of the least room."""


class Unusable(Exception):
    """The file cannot be used as it is; the line says why and what to do."""


@dataclass(frozen=True)
class Layout:
    """What a kind of file looks like: its mark, its version and its tables."""

    name: str
    application: int
    version: int
    tables: Sequence[str]


def open_file(
    path: Path, layout: Layout, busy_seconds: float = BUSY_SECONDS
) -> sqlite3.Connection:
    """Open the file, or make it. Raises Unusable; what is there is then unchanged."""
    try:
        sql = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, timeout=busy_seconds
        )
        try:
            _refuse_torn(sql, path)
            is_empty = not _version_of(sql, path, layout)
            sql.execute("pragma journal_mode=wal")
            sql.execute("pragma synchronous=full")
            sql.execute(f"pragma journal_size_limit={LARGEST_LOG}")
            sql.execute("pragma secure_delete=on")
            if is_empty:
                _create_tables(sql, layout)
        except BaseException:
            sql.close()
            raise
    except sqlite3.OperationalError as error:
        raise Unusable(
            f"{path} cannot be opened now ({error}): stop what else uses it, or make "
            "room; nothing is changed"
        ) from error
    except sqlite3.DatabaseError as error:
        raise Unusable(_create_damaged(path, str(error))) from error
    return sql


def check_after_crash(path: Path) -> None:
    """Look through a file whose log was left behind. Raises Unusable.

    Whoever ended in order left no log, so this costs nothing then.
    """
    if not _has_log(path):
        return
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as sql:
        try:
            [fault] = sql.execute("pragma quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            fault = str(error)
    if fault != "ok":
        raise Unusable(_create_damaged(path, fault))


def _create_damaged(path: Path, why: str) -> str:
    return (
        f"{path} is damaged ({why}): put back a backup, or move the file away to begin "
        "empty; `biyong store check` tells more"
    )


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _refuse_torn(sql: sqlite3.Connection, path: Path) -> None:
    """SQLite finds that whole pages are missing; this, that one was cut in two.

    Beside a log that is right: what a page lacks is in there.
    """
    [page_size] = sql.execute("pragma page_size").fetchone()
    if path.stat().st_size % page_size and not _has_log(path):
        raise Unusable(_create_damaged(path, "its end is missing"))


def _version_of(sql: sqlite3.Connection, path: Path, layout: Layout) -> int:
    """The layout's version, or 0 in an empty file. Raises Unusable for another."""
    # One statement sees one moment: another process may be making the tables.
    application, version, tables = sql.execute(
        "select application_id, user_version, (select count(*) from sqlite_master) "
        "from pragma_application_id, pragma_user_version"
    ).fetchone()
    if not (application or version or tables):
        return 0
    if application != layout.application:
        raise Unusable(f"{path} is no {layout.name}: name another file")
    if version != layout.version:
        age = "a newer" if version > layout.version else "an earlier"
        raise Unusable(
            f"{path} was written by {age} Biyong (layout {version}, this one has "
            f"{layout.version}): start that one on it, or move the file away to begin "
            "empty"
        )
    return layout.version


def _create_tables(sql: sqlite3.Connection, layout: Layout) -> None:
    """Make the tables of an empty file, all or none; another process may be at it."""
    sql.execute("begin immediate")
    try:
        if not sql.execute("pragma user_version").fetchone()[0]:
            for statement in layout.tables:
                sql.execute(statement)
            sql.execute(f"pragma application_id={layout.application}")
            sql.execute(f"pragma user_version={layout.version}")
    except BaseException:
        sql.execute("rollback")
        raise
    sql.execute("commit")
