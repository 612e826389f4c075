"""MongoDB's codes for what a command may come to, and the failures that carry them."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Code(IntEnum):
    """A code under the name that MongoDB gives it."""

    InternalError = 1
    BadValue = 2
    FailedToParse = 9
    TypeMismatch = 14
    IllegalOperation = 20
    IndexNotFound = 27
    ConflictingUpdateOperators = 40
    CursorNotFound = 43
    CommandNotFound = 59
    ImmutableField = 66
    IndexOptionsConflict = 85
    IndexKeySpecsConflict = 86
    BSONObjectTooLarge = 10334
    DuplicateKey = 11000
    OutOfDiskSpace = 14031
    Location40324 = 40324


class Refused(Exception):
    """What MongoDB refuses too, under its code, or what this store does not do.

    The message says what to do instead.
    """

    def __init__(self, message: str, code: int = Code.BadValue) -> None:
        super().__init__(message)
        self.code = code


class DuplicateKey(Exception):
    """A unique index already holds this key."""

    def __init__(self, collection: str, index: str, value: Mapping[str, Any]) -> None:
        super().__init__(
            f"E11000 duplicate key error collection: {collection} "
            f"index: {index} dup key: {dict(value)}"
        )
        self.value = dict(value)
