"""An embedded part's SQLite file: whose it is, which version, and whether it is whole.

Every commit is on the disk before it is told (WAL, synchronous full). What is removed
is overwritten, so that a phone that is cleared is not in the file any longer.
"""

import sqlite3
import struct
import threading
import weakref
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"SQLite format 3\0"
BUSY_SECONDS = 30
LARGEST_LOG = 64 * 1024 * 1024
Step = Sequence[str]


class Unusable(Exception):
    """The file cannot be used as it is; the line says why and what to do."""


@dataclass(frozen=True)
class Layout:
    """What a kind of file looks like.

    `steps[n]` are the statements that take version n to n + 1, the first of them on
    an empty file. `table` tells a file from before there were versions, which is 1.
    """

    name: str
    application: int
    table: str
    steps: Sequence[Step]

    @property
    def version(self) -> int:
        """The version that this program writes."""
        return len(self.steps)


def open_file(
    path: Path, layout: Layout, busy_seconds: float = BUSY_SECONDS
) -> sqlite3.Connection:
    """Open, making or bringing up to date what is there. Raises Unusable.

    A file of an older version is kept beside, as it was, before it is changed.
    """
    sql = _connect(path, busy_seconds)
    try:
        sql.execute("pragma journal_mode=wal")
        sql.execute("pragma synchronous=full")
        sql.execute(f"pragma journal_size_limit={LARGEST_LOG}")
        sql.execute("pragma secure_delete=on")
        if _version(sql, path, layout) < layout.version:
            _bring_up_to_date(sql, path, layout)
    except sqlite3.OperationalError as error:
        sql.close()
        raise Unusable(
            f"{path} cannot be opened now ({error}): stop what else uses it, or make "
            "room; nothing is changed"
        ) from error
    except sqlite3.DatabaseError as error:
        sql.close()
        raise Unusable(_damaged(path, str(error))) from error
    except BaseException:
        sql.close()
        raise
    return sql


class _Counted(sqlite3.Connection):
    """A connection that is known to this process while it is open."""

    path: Path

    def close(self) -> None:
        """Close; twice is once."""
        super().close()
        with _turn:
            _open.discard(self)


_open: weakref.WeakSet[_Counted] = weakref.WeakSet()
_turn = threading.Lock()


def _connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """A connection to a whole file.

    The file is looked at by itself only while this process has no connection to it:
    whoever closes a file gives up every lock that the process has on it (POSIX), and
    SQLite's connections would go on without theirs.
    """
    with _turn:
        if path not in {sql.path for sql in _open}:
            _refuse_torn(path)
        sql = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, timeout=busy_seconds,
            factory=_Counted,
        )  # fmt: skip
        sql.path = path
        _open.add(sql)
    return sql


def check_after_crash(path: Path) -> None:
    """Look through a file whose log was left behind. Raises Unusable.

    Whoever ended in order left no log, so this costs nothing then.
    """
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or log.stat().st_size == 0:
        return
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as sql:
        try:
            found = sql.execute("pragma quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found != "ok":
        raise Unusable(_damaged(path, found))


def _damaged(path: Path, why: str) -> str:
    return (
        f"{path} is damaged ({why}): put back a backup, or move the file away to begin "
        "empty; `biyong store check` tells more"
    )


def _refuse_torn(path: Path) -> None:
    """A file that ends before the pages its header counts was cut."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100 or not head.startswith(MAGIC):
        raise Unusable(_damaged(path, "it does not begin like a database"))
    (page,), (pages,) = (
        struct.unpack_from(">H", head, 16),
        struct.unpack_from(">I", head, 28),
    )
    size = 65536 if page == 1 else page
    with suppress(FileNotFoundError):
        if path.with_name(f"{path.name}-wal").stat().st_size:
            return  # pages may still lie in the log
    if path.stat().st_size < size * pages:
        raise Unusable(_damaged(path, "its end is missing"))


def _version(sql: sqlite3.Connection, path: Path, layout: Layout) -> int:
    """The version the file has, 0 if it is empty. Raises Unusable."""
    [application] = sql.execute("pragma application_id").fetchone()
    [version] = sql.execute("pragma user_version").fetchone()
    tables = {name for (name,) in sql.execute("select name from sqlite_master")}
    if not application and not version:
        if tables and layout.table not in tables:
            raise Unusable(f"{path} is a database, but no {layout.name}: name another")
        return 1 if tables else 0
    if application != layout.application:
        raise Unusable(f"{path} is no {layout.name}: name another file")
    if version > layout.version:
        raise Unusable(
            f"{path} was written by a newer Biyong (version {version}; this one "
            f"knows {layout.version}): start that one, or put back an older backup"
        )
    return int(version)


def _bring_up_to_date(sql: sqlite3.Connection, path: Path, layout: Layout) -> None:
    """Run the missing steps, all or none; another process may be at it too."""
    sql.execute("begin immediate")
    try:
        version = _version(sql, path, layout)
        if version:
            _keep_beside(path, version)
        for step in layout.steps[version:]:
            for statement in step:
                sql.execute(statement)
        sql.execute(f"pragma application_id={layout.application}")
        sql.execute(f"pragma user_version={layout.version}")
    except BaseException:
        sql.execute("rollback")
        raise
    sql.execute("commit")


def _keep_beside(path: Path, version: int) -> None:
    """The file as it was, under its name and version."""
    beside = path.with_name(f"{path.name}.v{version}")
    with (
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(beside)) as target,
    ):
        source.backup(target)
