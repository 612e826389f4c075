"""Looking through an embedded part's file for what is wrong with it."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
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
"""A damaged page brings thousands; a hundred tell what is wrong."""
Progress = Callable[[int, int], None]
"""Hears how many of how many documents or messages were looked at."""


def look_through_store(path: Path, progress: Progress) -> list[str]:
    """What is wrong with a store's file, also while it is in use. Empty if nothing.

    Every page, every document, and that each index holds exactly its documents.
    """
    return _collect_faults(path, _store_faults(path, progress))


def look_through_bus(path: Path, progress: Progress) -> list[str]:
    """What is wrong with a bus's file, also while it is in use. Empty if nothing."""
    return _collect_faults(path, _bus_faults(path, progress))


def _collect_faults(path: Path, faults: Iterator[str]) -> list[str]:
    collected: list[str] = []
    try:
        collected += islice(faults, MOST_FAULTS)
    except Unusable as error:
        collected.append(str(error))
    except sqlite3.DatabaseError as error:
        collected.append(f"{path.name}: {error}")
    return collected


def _store_faults(path: Path, progress: Progress) -> Iterator[str]:
    with closing(Storage(path)) as storage:
        storage.sql.execute("begin")
        yield from _page_faults(storage.sql)
        [(total,)] = storage.sql.execute("select count(*) from documents")
        names = {number: name for name, number in storage.collections.items()}
        entries = Counter[int]()
        read = storage.sql.execute("select row, collection, body from documents")
        for done, (row, number, body) in enumerate(read, 1):
            progress(done, total)
            if number in names:
                yield from _document_faults(storage, names[number], row, body, entries)
            else:
                yield f"row {row} belongs to no collection"
        for index in (i for named in storage.indexes.values() for i in named.values()):
            [(count,)] = storage.sql.execute(
                "select count(*) from entries where number=?", (index.number,)
            )
            if count != entries[index.number]:
                wanted = entries[index.number]
                yield f"{index.name} holds {count} entries in place of {wanted}"


def _document_faults(
    storage: Storage, collection: str, row: int, body: bytes, entries: Counter[int]
) -> Iterator[str]:
    """What is wrong with a document; counts the entries it should have."""
    try:
        document: Document = bson.decode(body, OPTIONS)
    except (BSONError, ValueError) as error:
        yield f"{collection} row {row} cannot be read: {error}"
        return
    here = "select 1 from entries where number=? and key=? and row=?"
    for index in storage.indexes_of(collection):
        place = f"{collection} {document['_id']}: {index.name}"
        try:
            keys = storage.entries_of(index, document)
        except (Unkeyable, Refused) as error:
            yield f"{place}: {error}"
            continue
        entries[index.number] += len(keys)
        for key in keys:
            if not storage.sql.execute(here, (index.number, key, row)).fetchone():
                yield f"{place}: not in the index"
            if index.unique and storage.is_taken_by_another(index.number, key, row):
                yield f"{place}: another document has this unique key"


def _bus_faults(path: Path, progress: Progress) -> Iterator[str]:
    with closing(open_file(path, BUS)) as sql:
        sql.execute("begin")
        yield from _page_faults(sql)
        [(total,)] = sql.execute("select count(*) from messages")
        read = sql.execute("select number, partition, length(body) from messages")
        for done, (number, partition, length) in enumerate(read, 1):
            progress(done, total)
            if not 0 <= partition < PARTITIONS or not length:
                yield f"message {number} lies in no partition or is empty"


def _page_faults(sql: sqlite3.Connection) -> Iterator[str]:
    for (fault,) in sql.execute(f"pragma integrity_check({MOST_FAULTS})"):
        if fault != "ok":
            yield str(fault)
