"""Answers as MongoDB's driver reads them: cursors, and failures in MongoDB's words."""

import sqlite3
from typing import Any

from bson import Int64
from pymongo.errors import PyMongoError

from embedded.store.codes import Code, DuplicateKey, Refused
from embedded.store.semantics import FAILURES, Document

LARGEST_DOCUMENT = 16 * 1024 * 1024
LARGEST_MESSAGE = 48_000_000
"""Bytes, as MongoDB has them: so a driver cuts its batches as for MongoDB."""
FAULTS = (*FAILURES, Refused, DuplicateKey)
"""What a command may be refused with."""


def to_cursor(
    number: int, collection: str, batch: str, documents: list[Any]
) -> Document:
    """A batch, and the number under which the next can be asked for."""
    return {"cursor": {"id": Int64(number), "ns": collection, batch: documents}}


def to_failure(code: int, message: str) -> Document:
    """The answer to a command that failed."""
    return {**_to_error(code, message), "ok": 0.0}


def to_answer(error: BaseException) -> Document:
    """A fault in MongoDB's words: code, message and what the driver looks for."""
    if isinstance(error, DuplicateKey):
        keys = {"keyPattern": dict.fromkeys(error.value, 1), "keyValue": error.value}
        return {**_to_error(Code.DuplicateKey, str(error)), **keys}
    if isinstance(error, sqlite3.Error):
        is_full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        code = Code.OutOfDiskSpace if is_full else Code.InternalError
        return _to_error(code, f"the store's file: {error}")
    known = getattr(error, "code", None)
    is_plain = isinstance(error, Refused | PyMongoError)
    message = str(error) if is_plain else repr(error)
    return _to_error(known if isinstance(known, int) else Code.BadValue, message)


def _to_error(code: int, message: str) -> Document:
    name = Code(code).name if code in set(Code) else f"Location{code}"
    return {"code": int(code), "codeName": name, "errmsg": message}
