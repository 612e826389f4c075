"""A part's file is opened right, or refused with a line that says what to do."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from embedded.backup import compact_file, copy_together
from embedded.bus.bus import Bus, Message
from embedded.bus.layout import LAYOUT as BUS_LAYOUT
from embedded.check import look_through_bus, look_through_store
from embedded.file import Layout, Unusable, check_after_crash, open_file
from embedded.store.engine import Engine
from embedded.store.group_commit import GroupCommit
from embedded.store.layout import LAYOUT
from embedded.store.storage import Storage

DOCUMENTS = 300


def quiet(done: int, total: int) -> None:
    """Nobody watches."""


def filled_store(path: Path, documents: int = DOCUMENTS) -> Path:
    """A store with indexes, closed in order."""
    with closing(Storage(path)) as storage:
        engine = Engine(storage)
        spec = {"key": [("mail", 1)], "unique": True}
        storage.sql.execute("begin")
        storage.declare_index("t.rows", "mail_1", spec)
        storage.declare_index("t.rows", "tags_1", {"key": [("tags", 1)]})
        for n in range(documents):
            row = {"_id": n, "mail": f"m{n}", "tags": ["a", n], "text": "字" * 300}
            engine.insert("t.rows", row)
        storage.sql.execute("commit")
    return path


def filled_bus(path: Path, messages: int = 100) -> Path:
    with closing(Bus(path)) as bus:
        bus.bind("q", ["t"])
        bus.publish([Message("t", n % 16, f"m{n}".encode()) for n in range(messages)])
    return path


@pytest.fixture(params=["store", "bus"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Layout]:
    """A file of each kind and what it should look like."""
    if request.param == "store":
        return filled_store(tmp_path / "store.db"), LAYOUT
    return filled_bus(tmp_path / "bus.db"), BUS_LAYOUT


@pytest.mark.parametrize("away", [-1, 1])
def test_a_file_of_another_layout_is_refused_in_one_line_and_not_touched(
    made: tuple[Path, Layout], away: int
) -> None:
    path, layout = made
    with closing(sqlite3.connect(path)) as sql:
        sql.execute(f"pragma user_version={layout.version + away}")
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    with pytest.raises(Unusable) as refused:
        open_file(path, layout)
    assert len(str(refused.value).splitlines()) == 1
    assert str(path) in str(refused.value)
    assert before == {file.name: file.read_bytes() for file in path.parent.iterdir()}


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="is no event bus"):
        open_file(filled_store(tmp_path / "store.db"), BUS_LAYOUT)
    with closing(sqlite3.connect(tmp_path / "other.db")) as sql:
        sql.execute("create table photos(n)")
    with pytest.raises(Unusable, match="no document store"):
        open_file(tmp_path / "other.db", LAYOUT)


@pytest.mark.parametrize("left", [1, 50, 99, 100, 4096, 0.5, 0.99])
def test_a_file_that_was_cut_is_refused(made: tuple[Path, Layout], left: float) -> None:
    path, layout = made
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(int(left if left >= 1 else size * left))
    with pytest.raises(Unusable, match="damaged"):
        open_file(path, layout)


def test_a_torn_page_is_found_by_the_check_and_after_a_crash(tmp_path: Path) -> None:
    path = filled_store(tmp_path / "store.db")
    assert look_through_store(path, quiet) == []
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\0" * 4096)
    assert look_through_store(path, quiet)
    path.with_name("store.db-wal").write_bytes(b"left behind")
    with pytest.raises(Unusable, match="damaged"):
        check_after_crash(path)


@pytest.mark.parametrize(
    "harm",
    [
        "delete from entries where row=(select max(row) from entries)",
        "insert into entries select number, x'00', 1 from indexes limit 1",
        "update documents set body=x'00' where row=7",
        "delete from documents where row=7",
    ],
)
def test_the_check_finds_what_a_page_does_not_show(tmp_path: Path, harm: str) -> None:
    path = filled_store(tmp_path / "store.db")
    with closing(sqlite3.connect(path)) as sql, sql:
        sql.execute(harm)
    assert look_through_store(path, quiet)


def test_a_backup_taken_while_both_are_written_belongs_together(tmp_path: Path) -> None:
    """Each number is put into the store, then on the bus: never the other way round."""
    store, bus = filled_store(tmp_path / "store.db"), filled_bus(tmp_path / "bus.db", 0)
    stop, written = threading.Event(), list[int]()
    writer = threading.Thread(target=_write_both, args=(store, bus, stop, written))
    writer.start()
    copies = tmp_path / "copy.db", tmp_path / "copied-bus.db"
    seen: list[int] = []

    def watch(done: int, total: int) -> None:
        if not seen:
            seen.append(len(written))
            _await(lambda: len(written) > seen[0] + 50)

    copy_together({store: copies[0], bus: copies[1]}, progress=watch)
    stop.set()
    writer.join()
    assert look_through_store(copies[0], quiet) == []
    assert look_through_bus(copies[1], quiet) == []
    with closing(sqlite3.connect(copies[0])) as sql:
        [kept] = sql.execute("select count(*) from documents").fetchone()
    with closing(sqlite3.connect(copies[1])) as sql:
        [said] = sql.execute("select count(*) from messages").fetchone()
    assert said <= kept - DOCUMENTS <= said + 1
    assert kept - DOCUMENTS <= seen[0] + 1, "the copy is of the moment it was begun"


def _write_both(
    store: Path, bus: Path, stop: threading.Event, written: list[int]
) -> None:
    with closing(Storage(store)) as storage, closing(Bus(bus)) as open_bus:
        engine, commits = (
            Engine(storage),
            GroupCommit(storage.sql, storage.load_catalog),
        )
        number = DOCUMENTS
        while not stop.is_set():
            row = {"_id": number, "mail": f"m{number}", "tags": []}
            commits.commit(lambda row=row: engine.insert("t.rows", row))
            open_bus.publish([Message("t", number % 16, str(number).encode())])
            written.append(number)
            number += 1


def _await(holds: Callable[[], bool]) -> None:
    tick = threading.Event()
    while not holds():
        tick.wait(0.001)


def test_compacting_gives_back_room_and_keeps_everything(tmp_path: Path) -> None:
    path = filled_store(tmp_path / "store.db", 2_000)
    with closing(Storage(path)) as storage:
        commits, engine = (
            GroupCommit(storage.sql, storage.load_catalog),
            Engine(storage),
        )
        over = {"_id": {"$gte": 100}}
        commits.commit(lambda: engine.delete("t.rows", over, only_one=False))
    before, after = compact_file(path)
    assert after < before / 4
    assert look_through_store(path, quiet) == []
    with closing(Storage(path)) as storage:
        assert Engine(storage).count("t.rows", {}) == 100


def test_a_file_that_others_hold_is_busy_and_not_damaged(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("begin exclusive")
        sql.execute("create table half(made)")
        with pytest.raises(Unusable, match="stop what else uses it"):
            open_file(path, BUS_LAYOUT, busy_seconds=0.1)
        sql.rollback()
    open_file(path, BUS_LAYOUT).close()


def test_a_commit_that_fails_is_told_to_everybody_in_its_group(tmp_path: Path) -> None:
    with closing(Storage(tmp_path / "store.db")) as storage:
        engine, told = Engine(storage), list[object]()
        commits = GroupCommit(storage.sql, storage.load_catalog)
        first_is_in, second_may_fail = threading.Event(), threading.Event()

        def first() -> None:
            engine.insert("t.r", {"_id": 1})
            first_is_in.set()
            _await(lambda: commits.queued > 0)

        def second() -> None:
            second_may_fail.wait(10)
            raise sqlite3.OperationalError("no room")

        def take(work: Callable[[], None]) -> None:
            try:
                told.append(commits.commit(work))
            except sqlite3.OperationalError as error:
                told.append(str(error))

        threads = [
            threading.Thread(target=take, args=(work,)) for work in (first, second)
        ]
        threads[0].start()
        first_is_in.wait(10)
        threads[1].start()
        second_may_fail.set()
        for thread in threads:
            thread.join(10)
        assert told == ["no room", "no room"]
        assert engine.find("t.r", {}) == []
        commits.commit(lambda: engine.insert("t.r", {"_id": 2}))
        assert engine.find("t.r", {}) == [{"_id": 2}]


def test_a_table_that_cannot_be_made_leaves_the_file_empty(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    bad = replace(LAYOUT, tables=[*LAYOUT.tables, "insert into nowhere values(1)"])
    with pytest.raises(Unusable):
        open_file(path, bad)
    with closing(Storage(path)) as storage:
        assert Engine(storage).count("t.rows", {}) == 0
