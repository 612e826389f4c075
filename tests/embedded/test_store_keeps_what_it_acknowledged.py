"""Killed in the middle of writing, the store has what it said it has."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import bson
import pytest
from embedded.store.storage import Storage
from pymongo.errors import AutoReconnect, DuplicateKeyError, OperationFailure

from tests.depth import rounds
from tests.embedded.conftest import Client, Store, start_store, wait_until

ROUNDS, WRITERS, ENOUGH = rounds(10, 100), 8, 60


class Writer(threading.Thread):
    """Inserts and changes documents until the store goes, noting what was kept."""

    def __init__(self, store: Store, round_: int, number: int) -> None:
        super().__init__()
        self.store, self.name_of_run = store, f"{round_}-{number}"
        self.versions: dict[str, int] = {}
        self.begun: dict[str, int] = {}

    def run(self) -> None:
        with self.store.client() as asking:
            try:
                self.write(asking["kept"]["rows"])
            except AutoReconnect:
                return

    def write(self, rows: Any) -> None:
        turn = 0
        while True:
            name = f"{self.name_of_run}-{turn // 3}"
            self.begun[name] = turn % 3
            if turn % 3 == 0:
                rows.insert_one(document(name))
            else:
                rows.update_one(
                    {"_id": name},
                    {"$inc": {"version": 1}, "$push": {"words": f"{name}/{turn % 3}"}},
                )
            self.versions[name] = turn % 3
            turn += 1


def document(name: str) -> dict[str, Any]:
    return {"_id": name, "mail": f"{name}@x", "version": 0, "words": [name]}


def declare(client: Client) -> None:
    rows = client["kept"]["rows"]
    rows.create_index("mail", unique=True)
    rows.create_index("words")
    rows.create_index([("version", 1), ("mail", 1)], unique=True)


def write_until_killed(store: Store, round_: int) -> list[Writer]:
    writers = [Writer(store, round_, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    wait_until(lambda: all(len(w.versions) * 3 > ENOUGH for w in writers))
    store.kill()
    for writer in writers:
        writer.join()
    return writers


def entries_of_documents(storage: Storage) -> set[tuple[int, bytes, int]]:
    """The entries there should be, made anew from every document."""
    expected = set()
    for name, number in storage.collections.items():
        read = "select row, body from documents where collection=?"
        for row, body in storage.sql.execute(read, (number,)):
            for index in storage.indexes_of(name):
                keys = storage.entries_of(index, bson.decode(body))
                expected |= {(index.number, key, row) for key in keys}
    return expected


def assert_consistent(file: Path) -> None:
    """Entries are those of the documents, and a unique key has one document."""
    with closing(sqlite3.connect(file)) as plain:
        assert plain.execute("pragma integrity_check").fetchone() == ("ok",)
    storage = Storage(file)
    held = set(storage.sql.execute("select number, key, row from entries"))
    assert held == entries_of_documents(storage)
    for index in storage.indexes_of("kept.rows"):
        keys = [key for number, key, _ in held if number == index.number]
        assert not index.unique or len(keys) == len(set(keys))
    storage.close()


def assert_kept(rows: Any, writers: list[Writer]) -> None:
    found = {row["_id"]: row for row in rows.find()}
    for writer in writers:
        for name, version in writer.versions.items():
            row = found[name]
            assert version <= row["version"] <= writer.begun[name]
            added = [f"{name}/{n}" for n in range(1, row["version"] + 1)]
            assert row["words"] == [name, *added]
            assert rows.find_one({"mail": row["mail"]}) == row


def test_every_acknowledged_write_outlives_a_kill(tmp_path: Path) -> None:
    file, writers = tmp_path / "store.sqlite", list[Writer]()
    for round_ in range(ROUNDS):
        store = start_store(file)
        with store.client() as asking:
            declare(asking)
            writers += write_until_killed(store, round_)
        assert_consistent(file)
    store = start_store(file)
    with store.client() as asking:
        rows = asking["kept"]["rows"]
        assert_kept(rows, writers)
        with pytest.raises(DuplicateKeyError):
            rows.insert_one(
                {**document("new"), "mail": next(iter(rows.find()))["mail"]}
            )
    store.stop()


def test_arrays_met_in_a_refused_write_are_not_forgotten(tmp_path: Path) -> None:
    store = start_store(tmp_path / "store.sqlite")
    with store.client() as asking:
        rows = asking["kept"]["rows"]
        rows.create_index("a")
        rows.create_index("u", unique=True)
        rows.insert_one({"_id": 0, "a": 1, "u": 0})
        with pytest.raises(DuplicateKeyError):
            rows.insert_one({"_id": 1, "a": [1, 2], "u": 0})
        rows.insert_one({"_id": 2, "a": [1, 9], "u": 2})
    store.kill()
    store = start_store(tmp_path / "store.sqlite")
    with store.client() as asking:
        both = {"a": {"$gt": 3, "$lt": 5}}
        assert asking["kept"]["rows"].count_documents(both) == 1
    store.stop()


def test_a_collection_begun_by_a_refused_write_is_kept(tmp_path: Path) -> None:
    store = start_store(tmp_path / "store.sqlite")
    with store.client() as asking:
        with pytest.raises(OperationFailure):
            asking["kept"]["fresh"].insert_one({"_id": bson.MinKey()})
        asking["kept"]["fresh"].insert_one({"_id": 1})
    store.kill()
    store = start_store(tmp_path / "store.sqlite")
    with store.client() as asking:
        assert list(asking["kept"]["fresh"].find()) == [{"_id": 1}]
    store.stop()
