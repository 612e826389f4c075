"""MongoDB's commands, each answered from the engine."""

import datetime
import itertools
import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Any

import bson
from bson import SON, Int64
from pymongo.errors import PyMongoError

from embedded.store.codes import (
    BAD_VALUE,
    COMMAND_NOT_FOUND,
    CURSOR_NOT_FOUND,
    DUPLICATE_KEY,
    FAILED_TO_PARSE,
    INTERNAL_ERROR,
    OUT_OF_DISK_SPACE,
    DuplicateKey,
    Refused,
    told,
)
from embedded.store.engine import Engine, sort_of
from embedded.store.group_commit import GroupCommit
from embedded.store.refusals import refuse_unsupported
from embedded.store.semantics import FAILURES, Document

Command = Mapping[str, Any]
FIRST_BATCH, NEXT_BATCH, CURSOR_SECONDS = 101, 1000, 600
LARGEST_ANSWER = 16 * 1024 * 1024


class Commands:
    """One store's commands. Any thread may call."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.group_commit = GroupCommit(engine.storage.sql, engine.storage.reload)
        self.cursors: dict[int, tuple[float, str, list[Document]]] = {}
        self.numbers = itertools.count(1000)
        self.table: dict[str, Callable[[str, Command], Document]] = {
            "hello": self.hello,
            "ismaster": self.hello,
            "ping": self.nothing,
            "endsessions": self.nothing,
            "killcursors": self.kill_cursors,
            "buildinfo": self.build_info,
            "serverstatus": self.server_status,
            "insert": self.insert,
            "update": self.update,
            "delete": self.delete,
            "findandmodify": self.find_and_modify,
            "find": self.find,
            "aggregate": self.aggregate,
            "count": self.count,
            "distinct": self.distinct,
            "getmore": self.get_more,
            "create": self.create,
            "drop": self.drop,
            "dropdatabase": self.drop_database,
            "createindexes": self.create_indexes,
            "dropindexes": self.drop_indexes,
            "listindexes": self.list_indexes,
            "listcollections": self.list_collections,
            "listdatabases": self.list_databases,
        }

    def answer(self, command: Document) -> Document:
        """Run one command; a failure is an answer too."""
        name = next(iter(command))
        run = self.table.get(name.lower())
        if run is None:
            return failure(
                COMMAND_NOT_FOUND,
                f"no such command: '{name}' is beyond the embedded store; "
                "set MONGO_URL to use MongoDB",
            )
        try:
            return self.group_commit.commit(lambda: self._answered(run, command))
        except sqlite3.Error as error:
            return {"ok": 0.0, **error_of(error)}

    def _answered(
        self, run: Callable[[str, Command], Document], command: Document
    ) -> Document:
        """The answer; a refusal keeps what the command wrote before it."""
        name = next(iter(command))
        try:
            refuse_unsupported(command)
            said = run(f"{command['$db']}.{command[name]}", command)
        except (*FAILURES, Refused, DuplicateKey, RecursionError) as error:
            return {"ok": 0.0, **error_of(error)}
        return {**said, "ok": 1.0}

    def close(self) -> None:
        """Let go of the file when whoever has the turn is done."""
        with self.group_commit.lock:
            self.engine.storage.close()

    # about the server

    def hello(self, _: str, __: Command) -> Document:
        return {
            "isWritablePrimary": True,
            "ismaster": True,
            "helloOk": True,
            "maxBsonObjectSize": 16 * 1024 * 1024,
            "maxMessageSizeBytes": 48_000_000,
            "maxWriteBatchSize": 100_000,
            "localTime": datetime.datetime.now(datetime.UTC),
            "minWireVersion": 0,
            "maxWireVersion": 21,
            "readOnly": False,
        }

    def nothing(self, _: str, __: Command) -> Document:
        return {}

    def build_info(self, _: str, __: Command) -> Document:
        return {
            "version": "7.0.0",
            "versionArray": [7, 0, 0, 0],
            "modules": ["biyong-embedded-store"],
        }

    def server_status(self, _: str, __: Command) -> Document:
        """Among the usual, which collections were read without an index, how often."""
        return {"process": "biyong-store", "scans": dict(self.engine.planner.scans)}

    # writes

    def insert(self, collection: str, command: Command) -> Document:
        def one(document: Document) -> None:
            self.engine.insert(collection, document)

        done, errors = each(command["documents"], command.get("ordered", True), one)
        return with_errors({"n": len(done)}, errors)

    def update(self, collection: str, command: Command) -> Document:
        def one(update: Document) -> tuple[int, int, Any]:
            return self.engine.update(
                collection,
                update["q"],
                update["u"],
                multi=update.get("multi", False),
                upsert=update.get("upsert", False),
            )

        done, errors = each(command["updates"], command.get("ordered", True), one)
        upserted = [{"index": i, "_id": r[2]} for i, r in done if r[2] is not None]
        result: Document = {
            "n": sum(r[0] for _, r in done) + len(upserted),
            "nModified": sum(r[1] for _, r in done),
        }
        if upserted:
            result["upserted"] = upserted
        return with_errors(result, errors)

    def delete(self, collection: str, command: Command) -> Document:
        def one(delete: Document) -> int:
            only_one = bool(delete.get("limit"))
            return self.engine.delete(collection, delete["q"], only_one=only_one)

        done, errors = each(command["deletes"], command.get("ordered", True), one)
        return with_errors({"n": sum(n for _, n in done)}, errors)

    def find_and_modify(self, collection: str, command: Command) -> Document:
        remove = bool(command.get("remove"))
        if not remove and "update" not in command:
            line = "findAndModify needs either update or remove"
            raise Refused(line, FAILED_TO_PARSE)
        value, upserted = self.engine.find_and_modify(
            collection,
            command.get("query", {}),
            None if remove else command["update"],
            sort=sort_of(command.get("sort")),
            projection=command.get("fields"),
            new=bool(command.get("new")),
            upsert=bool(command.get("upsert")),
        )
        found = value is not None and upserted is None
        last: Document = {"updatedExisting": found, "n": int(found)}
        if upserted is not None:
            last = {"updatedExisting": False, "n": 1, "upserted": upserted}
        return {"value": value, "lastErrorObject": last}

    # reads

    def find(self, collection: str, command: Command) -> Document:
        documents = self.engine.find(
            collection,
            command.get("filter", {}),
            command.get("projection"),
            sort_of(command.get("sort")),
            command.get("skip", 0),
            abs(command.get("limit", 0)),
        )
        single = command.get("singleBatch", False) or command.get("limit", 0) < 0
        return self.first_batch(
            collection, documents, None if single else command.get("batchSize"), single
        )

    def aggregate(self, collection: str, command: Command) -> Document:
        documents = self.engine.aggregate(collection, command["pipeline"])
        return self.first_batch(
            collection, documents, command.get("cursor", {}).get("batchSize")
        )

    def count(self, collection: str, command: Command) -> Document:
        n = self.engine.count(collection, command.get("query", {}))
        n = max(0, n - command.get("skip", 0))
        return {"n": min(n, command["limit"]) if command.get("limit") else n}

    def distinct(self, collection: str, command: Command) -> Document:
        values = self.engine.distinct(
            collection, command["key"], command.get("query") or {}
        )
        return {"values": values}

    def first_batch(
        self, collection: str, documents: list[Document], size: int | None,
        whole: bool = False,
    ) -> Document:  # fmt: skip
        cut = len(documents) if whole else FIRST_BATCH if size is None else size
        cut = fitting(documents, cut)
        rest, number = documents[cut:], 0
        if rest and not whole:
            number = next(self.numbers)
            self.cursors[number] = (time.monotonic(), collection, rest)
            self.forget_old_cursors()
        return cursor(number, collection, "firstBatch", documents[:cut])

    def forget_old_cursors(self) -> None:
        since = time.monotonic() - CURSOR_SECONDS
        for number in [n for n, held in self.cursors.items() if held[0] < since]:
            del self.cursors[number]

    def get_more(self, _name: str, command: Command) -> Document:
        number = int(command["getMore"])
        if number not in self.cursors:
            line = f"cursor {number} is not there any more; ask again"
            raise Refused(line, CURSOR_NOT_FOUND)
        _, collection, documents = self.cursors.pop(number)
        size = fitting(documents, command.get("batchSize") or NEXT_BATCH)
        batch, rest = documents[:size], documents[size:]
        if rest:
            self.cursors[number] = (time.monotonic(), collection, rest)
        return cursor(number if rest else 0, collection, "nextBatch", batch)

    def kill_cursors(self, _: str, command: Command) -> Document:
        for number in command.get("cursors", []):
            self.cursors.pop(int(number), None)
        return {}

    # collections and indexes

    def create(self, collection: str, _: Command) -> Document:
        self.engine.storage.number_of(collection)
        return {}

    def drop(self, collection: str, _: Command) -> Document:
        self.engine.storage.delete_collection(collection)
        return {}

    def drop_database(self, _: str, command: Command) -> Document:
        for collection in list(self.engine.storage.collections):
            if collection.startswith(command["$db"] + "."):
                self.engine.storage.delete_collection(collection)
        return {}

    def create_indexes(self, collection: str, command: Command) -> Document:
        storage = self.engine.storage
        there = collection in storage.collections
        before = len(storage.indexes_of(collection)) + 1
        with self.engine.whole_or_nothing():
            self._declare_indexes(collection, command["indexes"])
        return {
            "numIndexesBefore": before,
            "numIndexesAfter": len(storage.indexes_of(collection)) + 1,
            "createdCollectionAutomatically": not there,
        }

    def _declare_indexes(self, collection: str, indexes: list[Document]) -> None:
        for said in indexes:
            refused = {"sparse", "partialFilterExpression", "wildcardProjection"} & {
                option for option, value in said.items() if value
            }
            if refused or any(not isinstance(d, int) for d in said["key"].values()):
                raise Refused(
                    f"index {said['name']}: the embedded store has plain, unique, "
                    "compound and TTL indexes only; keep the field always present"
                )
            if list(said["key"]) == ["_id"]:
                continue
            spec = {
                "key": list(said["key"].items()),
                "unique": bool(said.get("unique")),
                "expireAfterSeconds": said.get("expireAfterSeconds"),
            }
            self.engine.storage.declare_index(collection, said["name"], spec)

    def drop_indexes(self, collection: str, command: Command) -> Document:
        named = command.get("index", "*")
        held = [index.name for index in self.engine.storage.indexes_of(collection)]
        for name in held if named == "*" else [named]:
            self.engine.storage.delete_index(collection, name)
        return {}

    def list_indexes(self, collection: str, _: Command) -> Document:
        listed: list[Document] = [{"v": 2, "key": SON([("_id", 1)]), "name": "_id_"}]
        for index in self.engine.storage.indexes_of(collection):
            entry: Document = {"v": 2, "key": SON(index.fields), "name": index.name}
            if index.unique:
                entry["unique"] = True
            if index.expire_after is not None:
                entry |= {"expireAfterSeconds": index.expire_after}
            listed.append(entry)
        return cursor(0, collection, "firstBatch", listed)

    def list_collections(self, _: str, command: Command) -> Document:
        start = command["$db"] + "."
        wanted = command.get("filter", {}).get("name")
        listed = [
            {
                "name": n.removeprefix(start),
                "type": "collection",
                "options": {},
                "info": {},
            }
            for n in self.engine.storage.collections
            if n.startswith(start) and wanted in (None, n.removeprefix(start))
        ]
        return cursor(0, start + "$cmd.listCollections", "firstBatch", listed)

    def list_databases(self, _: str, __: Command) -> Document:
        names = {name.partition(".")[0] for name in self.engine.storage.collections}
        return {"databases": [{"name": name} for name in sorted(names)]}


def each(
    parts: list[Document], ordered: bool, one: Callable[[Document], Any]
) -> tuple[list[tuple[int, Any]], list[Document]]:
    """Run each part of a bulk write: what succeeded, by index, and what failed."""
    done: list[tuple[int, Any]] = []
    errors: list[Document] = []
    for index, part in enumerate(parts):
        try:
            done.append((index, one(part)))
        except (*FAILURES, Refused, DuplicateKey) as error:
            errors.append({"index": index, **error_of(error)})
            if ordered:
                break
    return done, errors


def fitting(documents: list[Document], most: int) -> int:
    """How many of the first documents go into one answer; at least one does."""
    size = 0
    for count, document in enumerate(documents[:most]):
        size += len(bson.encode(document))
        if count and size > LARGEST_ANSWER:
            return count
    return most


def with_errors(result: Document, errors: list[Document]) -> Document:
    return {**result, "writeErrors": errors} if errors else result


def error_of(error: BaseException) -> Document:
    """A failure in MongoDB's words: code, message and what the driver looks for."""
    if isinstance(error, DuplicateKey):
        keys = {"keyPattern": error.pattern, "keyValue": error.value}
        return {**told(DUPLICATE_KEY, str(error)), **keys}
    if isinstance(error, sqlite3.Error):
        is_full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        kind = OUT_OF_DISK_SPACE if is_full else INTERNAL_ERROR
        return told(kind, f"the store's file: {error}")
    code = getattr(error, "code", None)
    plain = isinstance(error, Refused | PyMongoError)
    return told(
        code if isinstance(code, int) else BAD_VALUE,
        str(error) if plain else repr(error),
    )


def failure(code: int, message: str) -> Document:
    return {"ok": 0.0, **told(code, message)}


def cursor(number: int, collection: str, batch: str, documents: list[Any]) -> Document:
    return {"cursor": {"id": Int64(number), "ns": collection, batch: documents}}
