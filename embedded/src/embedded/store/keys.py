"""Values as bytes that sort the way MongoDB sorts values."""

import datetime
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import bson
from bson import Int64, ObjectId, Regex, Timestamp

# Every kind in the order in which MongoDB sorts kinds, with room between them.
TYPE_EMPTY, TYPE_NULL, TYPE_NUMBER, TYPE_STRING = 4, 5, 10, 15
TYPE_OBJECT, TYPE_ARRAY = 20, 25
TYPE_BINARY, TYPE_OBJECT_ID, TYPE_BOOL, TYPE_DATE, TYPE_OTHER = 30, 35, 40, 45, 60

MISSING = object()
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
SIGN = 1 << 63


class Unkeyable(ValueError):
    """This value cannot be put in order, so no index holds it."""


def key_of(value: Any) -> bytes:
    """One value as bytes: a type byte, then the value in sort order."""
    if value is None or value is MISSING:
        return bytes([TYPE_NULL])
    if isinstance(value, bool):
        return bytes([TYPE_BOOL, value])
    if isinstance(value, int | float):
        return bytes([TYPE_NUMBER]) + _key_of_number(value)
    if isinstance(value, str):
        return bytes([TYPE_STRING]) + _escape_bytes(
            value.encode("utf-8", "surrogatepass")
        )
    if isinstance(value, datetime.datetime):
        return bytes([TYPE_DATE]) + _key_of_number(_milliseconds_of(value))
    if isinstance(value, ObjectId):
        return bytes([TYPE_OBJECT_ID]) + value.binary
    if isinstance(value, bytes):
        return bytes([TYPE_BINARY]) + struct.pack(">I", len(value)) + value
    return _whole_number(value)


def range_of_type(key: bytes) -> tuple[bytes, bytes]:
    """First and past-last key of the type that `key` belongs to."""
    return key[:1], bytes([key[0] + 1])


def first_beyond(key: bytes) -> bytes:
    """The smallest key that is greater than everything starting with `key`."""
    trimmed = key.rstrip(b"\xff")
    return trimmed[:-1] + bytes([trimmed[-1] + 1])


def values_at(document: Any, path: str) -> list[Any]:
    """All values an index entry is made for, the way MongoDB fans out arrays."""
    fanned: list[Any] = []
    for value in _walk_path(document, path.split(".")):
        fanned.append(value)
        if isinstance(value, list):
            fanned.extend(value)
    return fanned or [MISSING]


def _walk_path(value: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield value
    elif isinstance(value, Mapping):
        yield from _walk_path(value.get(path[0], MISSING), path[1:])
    elif isinstance(value, list):
        for element in value or [MISSING]:
            yield from _walk_path(element, path)
        if path[0].isdecimal() and int(path[0]) < len(value):
            yield from _walk_path(value[int(path[0])], path[1:])
    else:
        yield MISSING


def _key_of_number(value: int | float) -> bytes:
    """Doubles in order, then what an integer has beyond double's precision."""
    try:
        double = float(value)
    except OverflowError as error:
        raise Unkeyable("a number beyond 64 bits") from error
    if double != double:
        return b"\0" * 16
    double = double + 0.0 if double else 0.0
    bits = struct.unpack(">Q", struct.pack(">d", double))[0]
    bits = bits ^ (2 * SIGN - 1) if bits & SIGN else bits | SIGN
    rest = int(value) - int(double) if isinstance(value, int | Int64) else 0
    return struct.pack(">QQ", bits, rest + SIGN)


def _escape_bytes(raw: bytes) -> bytes:
    return raw.replace(b"\0", b"\0\xff") + b"\0\x01"


def _milliseconds_of(moment: datetime.datetime) -> int:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return (moment - EPOCH) // datetime.timedelta(milliseconds=1)


def _whole_number(value: Any) -> bytes:
    """Arrays and documents part by part; rarities in no order but their own."""
    if isinstance(value, list):
        kind = TYPE_ARRAY if value else TYPE_EMPTY
        return bytes([kind]) + b"".join(key_of(part) for part in value) + b"\0"
    if isinstance(value, Mapping):
        parts = [(name.encode(), key_of(part)) for name, part in value.items()]
        named = (key[:1] + _escape_bytes(name) + key for name, key in parts)
        return bytes([TYPE_OBJECT]) + b"".join(named) + b"\0"
    if isinstance(value, Regex | Timestamp):
        return bytes([TYPE_OTHER]) + _escape_bytes(bson.encode({"": value}))
    raise Unkeyable(f"a {type(value).__name__}")
