"""Documents as files: one BSON document behind the other, in the order of ids."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING
from pymongo.collection import Collection

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
AT_ONCE, BYTES_AT_ONCE = 500, 8 * 1024 * 1024
Rows = Collection[Any]


def write(rows: Rows, path: Path) -> int:
    """Write all documents of a collection; how many there were."""
    count = 0
    with path.open("wb") as file:
        for document in in_order(rows):
            file.write(document)
            count += 1
    return count


def in_order(rows: Rows) -> Iterator[bytes]:
    """Every document's BSON, by id. `_id` comes first, as MongoDB keeps it."""
    raw = rows.with_options(codec_options=RAW)
    for document in raw.find({}).sort("_id", ASCENDING):
        names = list(document)
        if names[0] == "_id":
            yield bytes(document.raw)
        else:
            whole = bson.decode(document.raw)
            yield bson.encode({"_id": whole.pop("_id"), **whole})


def batches(path: Path) -> Iterator[list[RawBSONDocument]]:
    """The documents of a file, so many at a time as one request takes."""
    batch: list[RawBSONDocument] = []
    size = 0
    with path.open("rb") as file:
        for body in _bodies(file):
            batch.append(RawBSONDocument(body))
            size += len(body)
            if len(batch) == AT_ONCE or size > BYTES_AT_ONCE:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def _bodies(file: Any) -> Iterable[bytes]:
    while head := file.read(4):
        yield head + file.read(int.from_bytes(head, "little") - 4)
