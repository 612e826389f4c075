"""Documents as files: one BSON document behind the other, in the order of ids."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING
from pymongo.collection import Collection

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
AT_ONCE = 8 * 1024 * 1024
"""Bytes of one request: far below the 48 MB that a server takes."""


def dump_documents(rows: Collection[Any], path: Path) -> int:
    """Write all documents of a collection by id; how many there were.

    `_id` comes first, as MongoDB keeps it.
    """
    count = 0
    raw = rows.with_options(codec_options=RAW)
    with path.open("wb") as file:
        for document in raw.find({}).sort("_id", ASCENDING):
            body = bytes(document.raw)
            if next(iter(document)) != "_id":
                whole = bson.decode(body)
                body = bson.encode({"_id": whole.pop("_id"), **whole})
            file.write(body)
            count += 1
    return count


def load_batches(path: Path) -> Iterator[list[RawBSONDocument]]:
    """The documents of a file, so many at a time as one request takes."""
    batch: list[RawBSONDocument] = []
    size = 0
    with path.open("rb") as file:
        while head := file.read(4):
            body = head + file.read(int.from_bytes(head, "little") - 4)
            batch.append(RawBSONDocument(body))
            size += len(body)
            if size > AT_ONCE:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch
