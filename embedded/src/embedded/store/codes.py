"""MongoDB's codes for what a command may come to, and the failures that carry them."""

from collections.abc import Mapping
from typing import Any

INTERNAL_ERROR = 1
BAD_VALUE, FAILED_TO_PARSE, TYPE_MISMATCH, ILLEGAL_OPERATION = 2, 9, 14, 20
INDEX_NOT_FOUND, CONFLICTING_OPERATORS, CURSOR_NOT_FOUND = 27, 40, 43
COMMAND_NOT_FOUND, IMMUTABLE_FIELD = 59, 66
INDEX_OPTIONS_CONFLICT, INDEX_KEY_SPECS_CONFLICT = 85, 86
OBJECT_TOO_LARGE, DUPLICATE_KEY, OUT_OF_DISK_SPACE = 10334, 11000, 14031
UNKNOWN_STAGE = 40324

NAMES = {
    INTERNAL_ERROR: "InternalError",
    BAD_VALUE: "BadValue",
    FAILED_TO_PARSE: "FailedToParse",
    TYPE_MISMATCH: "TypeMismatch",
    ILLEGAL_OPERATION: "IllegalOperation",
    INDEX_NOT_FOUND: "IndexNotFound",
    CONFLICTING_OPERATORS: "ConflictingUpdateOperators",
    CURSOR_NOT_FOUND: "CursorNotFound",
    COMMAND_NOT_FOUND: "CommandNotFound",
    IMMUTABLE_FIELD: "ImmutableField",
    INDEX_OPTIONS_CONFLICT: "IndexOptionsConflict",
    INDEX_KEY_SPECS_CONFLICT: "IndexKeySpecsConflict",
    OBJECT_TOO_LARGE: "BSONObjectTooLarge",
    DUPLICATE_KEY: "DuplicateKey",
    OUT_OF_DISK_SPACE: "OutOfDiskSpace",
}


class Refused(Exception):
    """What MongoDB refuses too, under its code, or what this store does not do.

    The message says what to do instead.
    """

    def __init__(self, message: str, code: int = BAD_VALUE) -> None:
        super().__init__(message)
        self.code = code


class DuplicateKey(Exception):
    """A unique index already holds this key."""

    def __init__(self, collection: str, index: str, value: Mapping[str, Any]) -> None:
        super().__init__(
            f"E11000 duplicate key error collection: {collection} "
            f"index: {index} dup key: {dict(value)}"
        )
        self.pattern = dict.fromkeys(value, 1)
        self.value = dict(value)


def told(code: int, message: str) -> dict[str, Any]:
    """A failure as an answer has it."""
    name = NAMES.get(code, f"Location{code}")
    return {"code": code, "codeName": name, "errmsg": message}
