"""MongoDB's commands that read, and the cursors over what one answer does not hold."""

import itertools
import time
from collections.abc import Mapping
from typing import Any

from bson.raw_bson import RawBSONDocument

from embedded.store.answers import LARGEST_DOCUMENT, to_cursor
from embedded.store.bodies import encode_once
from embedded.store.codes import Code, Refused
from embedded.store.engine import Engine, sort_of
from embedded.store.semantics import Document

Command = Mapping[str, Any]
FIRST_BATCH = 101
"""As MongoDB: a driver that asks for a page gets it in one answer."""
NEXT_BATCH = 1000
"""Beyond the first page somebody reads all: few requests, and each a few MiB."""
CURSOR_SECONDS = 600
"""As MongoDB forgets a cursor that nobody reads on."""


class ReadCommands:
    """What reads documents. Each method answers its command."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._cursors: dict[int, tuple[float, str, list[Document]]] = {}
        self._numbers = itertools.count(1000)

    def find(self, collection: str, command: Command) -> Document:
        documents = self._engine.find(
            collection,
            command.get("filter", {}),
            command.get("projection"),
            sort_of(command.get("sort")),
            command.get("skip", 0),
            abs(command.get("limit", 0)),
        )
        if command.get("singleBatch") or command.get("limit", 0) < 0:
            whole = _encode_fitting(documents, len(documents))
            return to_cursor(0, collection, "firstBatch", whole)
        return self._first_batch(collection, documents, command.get("batchSize"))

    def aggregate(self, collection: str, command: Command) -> Document:
        documents = self._engine.aggregate(collection, command["pipeline"])
        size = command.get("cursor", {}).get("batchSize")
        return self._first_batch(collection, documents, size)

    def count(self, collection: str, command: Command) -> Document:
        n = self._engine.count(collection, command.get("query", {}))
        n = max(0, n - command.get("skip", 0))
        return {"n": min(n, command["limit"]) if command.get("limit") else n}

    def distinct(self, collection: str, command: Command) -> Document:
        filter_ = command.get("query") or {}
        return {"values": self._engine.distinct(collection, command["key"], filter_)}

    def get_more(self, _: str, command: Command) -> Document:
        number = int(command["getMore"])
        if number not in self._cursors:
            line = f"cursor {number} is not there any more; ask again"
            raise Refused(line, Code.CursorNotFound)
        collection, documents = self._cursors.pop(number)[1:]
        size = command.get("batchSize") or NEXT_BATCH
        return self._create_batch("nextBatch", number, collection, documents, size)

    def kill_cursors(self, _: str, command: Command) -> Document:
        for number in command.get("cursors", []):
            self._cursors.pop(int(number), None)
        return {}

    def _first_batch(
        self, collection: str, documents: list[Document], size: int | None
    ) -> Document:
        since = time.monotonic() - CURSOR_SECONDS
        for number in [n for n, (at, _, _) in self._cursors.items() if at < since]:
            del self._cursors[number]
        number, size = next(self._numbers), FIRST_BATCH if size is None else size
        return self._create_batch("firstBatch", number, collection, documents, size)

    def _create_batch(
        self,
        name: str,
        number: int,
        collection: str,
        documents: list[Document],
        size: int,
    ) -> Document:
        """The first documents; the rest waits under the number."""
        batch = _encode_fitting(documents, size)
        if rest := documents[len(batch) :]:
            self._cursors[number] = (time.monotonic(), collection, rest)
        return to_cursor(number if rest else 0, collection, name, batch)


def _encode_fitting(documents: list[Document], most: int) -> list[RawBSONDocument]:
    """As many of the first documents as go into one answer; at least one does."""
    size, batch = 0, list[RawBSONDocument]()
    for document in documents[:most]:
        encoded = encode_once(document)
        size += len(encoded.raw)
        if batch and size > LARGEST_DOCUMENT:
            break
        batch.append(encoded)
    return batch
