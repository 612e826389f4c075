"""Documents and index entries in SQLite: what is kept."""

import itertools
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import bson
from bson import Regex
from bson.codec_options import CodecOptions

from embedded.file import open_file
from embedded.store.codes import Code, DuplicateKey, Refused
from embedded.store.index_ranges import Index, list_at
from embedded.store.keys import Unkeyable, key_of, values_at
from embedded.store.layout import LAYOUT

Document = dict[str, Any]
OPTIONS: CodecOptions[Document] = CodecOptions(document_class=dict)
ENTRIES_PER_DOCUMENT = 1000
"""A document with more under one index would be slower to write than to scan."""


class Storage:
    """One SQLite file. Every method must be called by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.sql = open_file(path, LAYOUT)
        self.sql.execute("pragma cache_size=-24000")
        self.collections: dict[str, int] = {}
        self.indexes: dict[int, dict[str, Index]] = {}
        self.catalog_changes = 0
        self.load_catalog()

    def load_catalog(self) -> None:
        """Know the collections and indexes as the file has them, after a rollback."""
        self.collections = dict(
            self.sql.execute("select name, number from collections")
        )
        self.indexes = {}
        for row in self.sql.execute(
            "select number, collection, name, spec, multikey from indexes"
        ):
            self._add_index(*row)

    def _add_index(
        self, number: int, collection: int, name: str, spec: str, multikey: int
    ) -> None:
        index = json.loads(spec)
        self.indexes.setdefault(collection, {})[name] = Index(
            number,
            name,
            tuple((path, direction) for path, direction in index["key"]),
            index.get("unique", False),
            index.get("expireAfterSeconds"),
            multikey,
        )

    def close(self) -> None:
        self.sql.close()

    # collections

    def number_of(self, collection: str) -> int:
        """The collection's number; made when it is first named."""
        if collection not in self.collections:
            made = self.sql.execute(
                "insert into collections(name) values(?)", (collection,)
            )
            self.collections[collection] = int(made.lastrowid or 0)
            self.catalog_changes += 1
        return self.collections[collection]

    def delete_collection(self, collection: str) -> None:
        """Remove the collection, its documents and its indexes."""
        number = self.collections.pop(collection, None)
        if number is None:
            return
        self.catalog_changes += 1
        for index in self.indexes.pop(number, {}).values():
            self.sql.execute("delete from entries where number=?", (index.number,))
        self.sql.execute("delete from indexes where collection=?", (number,))
        self.sql.execute("delete from documents where collection=?", (number,))
        self.sql.execute("delete from collections where number=?", (number,))

    def count(self, collection: str) -> int:
        """How many documents the collection holds."""
        [(count,)] = self.sql.execute(
            "select count(*) from documents where collection=?",
            (self.number_of(collection),),
        )
        return int(count)

    # indexes

    def indexes_of(self, collection: str) -> list[Index]:
        """All declared indexes but the one on `_id`."""
        return list(self.indexes.get(self.number_of(collection), {}).values())

    def declare_index(
        self, collection: str, name: str, spec: Mapping[str, Any]
    ) -> None:
        """Make an index and enter every document. Raises DuplicateKey or Refused."""
        if self._is_declared(collection, name, spec):
            return
        number = self.number_of(collection)
        self.catalog_changes += 1
        made = self.sql.execute(
            "insert into indexes(collection, name, spec) values(?,?,?)",
            (number, name, json.dumps(dict(spec))),
        )
        self._add_index(int(made.lastrowid or 0), number, name, json.dumps(spec), 0)
        for row, body in self.sql.execute(
            "select row, body from documents where collection=?", (number,)
        ).fetchall():
            index = self.indexes[number][name]
            self._add_entries(collection, index, row, bson.decode(body, OPTIONS))

    def _is_declared(self, collection: str, name: str, spec: Mapping[str, Any]) -> bool:
        """Whether this very index is there. Raises Refused for one much like it."""
        fields = tuple((path, direction) for path, direction in spec["key"])
        unique, expire_after = (
            spec.get("unique", False),
            spec.get("expireAfterSeconds"),
        )
        for index in self.indexes_of(collection):
            same_key = (index.fields, index.unique) == (fields, unique)
            if index.name == name and not same_key:
                line = f"index {name} exists over other fields or not as unique"
                raise Refused(f"{line}; drop it first", Code.IndexKeySpecsConflict)
            if same_key and (index.name != name or index.expire_after != expire_after):
                line = f"index {index.name} is the same but for its name or expiry"
                raise Refused(f"{line}; drop it first", Code.IndexOptionsConflict)
            if index.name == name:
                return True
        return False

    def delete_index(self, collection: str, name: str) -> None:
        """Remove one index; one that is not there is an error."""
        index = self.indexes.get(self.number_of(collection), {}).pop(name, None)
        if index is None:
            raise Refused(f"index not found with name [{name}]", Code.IndexNotFound)
        self.catalog_changes += 1
        self.sql.execute("delete from entries where number=?", (index.number,))
        self.sql.execute("delete from indexes where number=?", (index.number,))

    # documents

    def insert_document(self, collection: str, document: Document, body: bytes) -> None:
        """Insert a new document (encoded as `body`). Raises DuplicateKey."""
        number = self.number_of(collection)
        key = self._id_key(document)
        try:
            made = self.sql.execute(
                "insert into documents(collection, id, body) values(?,?,?)",
                (number, key, body),
            )
        except sqlite3.IntegrityError as error:
            taken = {"_id": document["_id"]}
            raise DuplicateKey(collection, "_id_", taken) from error
        row = int(made.lastrowid or 0)
        for index in self.indexes_of(collection):
            self._add_entries(collection, index, row, document)

    def replace_document(
        self, collection: str, row: int, old: Document, new: Document, body: bytes
    ) -> None:
        """Put `new` (encoded as `body`) in the place of `old`. Raises DuplicateKey."""
        self.sql.execute("update documents set body=? where row=?", (body, row))
        for index in self.indexes_of(collection):
            before, now = self.entries_of(index, old), self.entries_of(index, new)
            if before == now:
                continue
            self._delete_entries(index, row, before - now)
            self._add_entries(collection, index, row, new)

    def delete_document(self, collection: str, row: int, document: Document) -> None:
        """Delete the document in this row with its entries."""
        self.sql.execute("delete from documents where row=?", (row,))
        for index in self.indexes_of(collection):
            self._delete_entries(index, row, self.entries_of(index, document))

    def _id_key(self, document: Document) -> bytes:
        if isinstance(document["_id"], list | Regex):
            raise Refused("_id cannot be an array or a pattern; use a string")
        try:
            return key_of(document["_id"])
        except Unkeyable as error:
            raise Refused(f"_id cannot be {error}; use a string") from error

    def entries_of(self, index: Index, document: Document) -> set[bytes]:
        """The keys under which an index holds a document. Raises Refused."""
        columns = [values_at(document, path) for path in index.paths]
        keys: set[bytes] = set()
        for values in itertools.product(*columns):
            keys.add(b"".join(key_of(value) for value in values))
            if len(keys) > ENTRIES_PER_DOCUMENT:
                raise Refused(
                    f"index {index.name} would hold more than {ENTRIES_PER_DOCUMENT} "
                    "entries for one document; index a scalar field instead"
                )
        return keys

    def _add_entries(
        self, collection: str, index: Index, row: int, document: Document
    ) -> None:
        try:
            keys = self.entries_of(index, document)
        except Unkeyable as error:
            raise Refused(f"index {index.name} cannot hold {error}") from error
        if len(keys) > 1:
            self._note_lists(collection, index, document)
        for key in keys:
            if index.unique and self.is_taken_by_another(index.number, key, row):
                value = {path: values_at(document, path)[0] for path in index.paths}
                raise DuplicateKey(collection, index.name, value)
        self.sql.executemany(
            "insert or ignore into entries values(?,?,?)",
            [(index.number, key, row) for key in keys],
        )

    def is_taken_by_another(self, number: int, key: bytes, row: int) -> bool:
        """Whether the index has an entry of this key for a document but this."""
        found = self.sql.execute(
            "select 1 from entries where number=? and key=? and row<>? limit 1",
            (number, key, row),
        )
        return found.fetchone() is not None

    def _delete_entries(self, index: Index, row: int, keys: Iterable[bytes]) -> None:
        self.sql.executemany(
            "delete from entries where number=? and key=? and row=?",
            [(index.number, key, row) for key in keys],
        )

    def _note_lists(self, collection: str, index: Index, document: Document) -> None:
        """At which paths of this index lists lie. Never unnoted: that only costs
        speed."""
        lists = index.lists
        for place, path in enumerate(index.paths):
            if len(values_at(document, path)) > 1:
                lists |= list_at(place)
        if lists == index.lists:
            return
        self.catalog_changes += 1
        self.sql.execute(
            "update indexes set multikey=? where number=?", (lists, index.number)
        )
        indexes = self.indexes[self.number_of(collection)]
        indexes[index.name] = replace(index, lists=lists)
