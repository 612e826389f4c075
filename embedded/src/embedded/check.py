"""Looking through an embedded part's file for what is wrong with it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import bson
from bson.errors import BSONError

from embedded.bus.bus import PARTITIONS
from embedded.bus.layout import LAYOUT as BUS
from embedded.file import Unusable, open_file
from embedded.store.codes import Refused
from embedded.store.keys import Unkeyable
from embedded.store.storage import OPTIONS, Document, Storage

MOST_FAULTS = 100
Progress = Callable[[int, int], None]
"""Hears how many of how many documents or messages were looked at."""


def look_through_store(path: Path, progress: Progress) -> list[str]:
    """What is wrong with a store's file, also while it is in use. Empty if nothing.

    Every page, every document, and that each index holds exactly its documents.
    """
    return _look(path, lambda: _store_faults(path, progress))


def look_through_bus(path: Path, progress: Progress) -> list[str]:
    """What is wrong with a bus's file, also while it is in use. Empty if nothing."""
    return _look(path, lambda: _bus_faults(path, progress))


def _look(path: Path, faults: Callable[[], Iterator[str]]) -> list[str]:
    found: list[str] = []
    try:
        for fault in faults():
            found.append(fault)
            if len(found) >= MOST_FAULTS:
                return [*found, "and perhaps more"]
    except Unusable as error:
        found.append(str(error))
    except sqlite3.DatabaseError as error:
        found.append(f"{path.name}: {error}")
    return found


def _store_faults(path: Path, progress: Progress) -> Iterator[str]:
    with closing(Storage(path)) as storage:
        storage.sql.execute("begin")
        yield from _page_faults(storage.sql)
        [total] = storage.sql.execute("select count(*) from documents").fetchone()
        expected = dict.fromkeys(_index_numbers(storage), 0)
        names = {number: name for name, number in storage.collections.items()}
        read = storage.sql.execute("select row, collection, body from documents")
        for done, (row, collection, body) in enumerate(read, 1):
            progress(done, total)
            name = names.get(collection)
            if name is None:
                yield f"row {row} belongs to no collection"
                continue
            yield from _document_faults(storage, name, row, body, expected)
        for number, count in expected.items():
            [held] = storage.sql.execute(
                "select count(*) from entries where number=?", (number,)
            ).fetchone()
            if held != count:
                yield f"index {number} holds {held} entries in place of {count}"


def _index_numbers(storage: Storage) -> Iterator[int]:
    for indexes in storage.indexes.values():
        yield from (index.number for index in indexes.values())


def _document_faults(
    storage: Storage, collection: str, row: int, body: bytes, expected: dict[int, int]
) -> Iterator[str]:
    """What is wrong with a document; counts the entries it should have."""
    try:
        document: Document = bson.decode(body, OPTIONS)
    except (BSONError, ValueError) as error:
        yield f"{collection} row {row} cannot be read: {error}"
        return
    for index in storage.indexes_of(collection):
        try:
            keys = storage.entries_of(index, document)
        except (Unkeyable, Refused) as error:
            yield f"{collection} {document['_id']}: {index.name}: {error}"
            continue
        expected[index.number] += len(keys)
        for key in keys:
            yield from _entry_faults(storage, index.number, index.unique, key, row)


def _entry_faults(
    storage: Storage, number: int, unique: bool, key: bytes, row: int
) -> Iterator[str]:
    here = "select 1 from entries where number=? and key=? and row=?"
    if storage.sql.execute(here, (number, key, row)).fetchone() is None:
        yield f"index {number} does not hold row {row}"
    if unique and storage.is_held_by_another(number, key, row):
        yield f"unique index {number} holds row {row} and another under one key"


def _bus_faults(path: Path, progress: Progress) -> Iterator[str]:
    with closing(open_file(path, BUS)) as sql:
        sql.execute("begin")
        yield from _page_faults(sql)
        [total] = sql.execute("select count(*) from messages").fetchone()
        read = sql.execute("select number, partition, length(body) from messages")
        for done, (number, partition, length) in enumerate(read, 1):
            progress(done, total)
            if not 0 <= partition < PARTITIONS or not length:
                yield f"message {number} lies in no partition or is empty"


def _page_faults(sql: sqlite3.Connection) -> Iterator[str]:
    for (said,) in sql.execute(f"pragma integrity_check({MOST_FAULTS})"):
        if said != "ok":
            yield str(said)
