"""What the store lacks it says, clearly, and changes nothing."""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import bson
import pytest
from bson import Decimal128
from pymongo import IndexModel
from pymongo.errors import ConfigurationError, DocumentTooLarge, OperationFailure

from tests.embedded.conftest import Client, Store, start_store

COLLATION = {"locale": "zh"}
HEADER = struct.Struct("<iiii")
OP_MSG = 2013

REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "update pipeline": (
        lambda c: c.update_one({}, [{"$set": {"n": 9}}]),
        "update pipelines",
    ),
    "update pipeline in find and modify": (
        lambda c: c.find_one_and_update({}, [{"$set": {"n": 9}}]),
        "update pipelines",
    ),
    "array filters": (
        lambda c: c.update_one(
            {}, {"$set": {"rows.$[e].n": 9}}, array_filters=[{"e.n": 1}]
        ),
        "array filters",
    ),
    "$text": (lambda c: list(c.find({"$text": {"$search": "a"}})), r"\$text"),
    "$where": (lambda c: c.delete_many({"$where": "this.n > 0"}), r"\$where"),
    "$lookup": (
        lambda c: list(
            c.aggregate(
                [
                    {
                        "$lookup": {
                            "from": "o",
                            "localField": "a",
                            "foreignField": "b",
                            "as": "c",
                        }
                    }
                ]
            )
        ),
        r"\$lookup",
    ),
    "$out": (lambda c: list(c.aggregate([{"$out": "other"}])), r"\$out"),
    "$merge": (lambda c: list(c.aggregate([{"$merge": {"into": "o"}}])), r"\$merge"),
    "collation of a find": (
        lambda c: list(c.find({}, collation=COLLATION)),
        "collations",
    ),
    "collation of an update": (
        lambda c: c.update_one({}, {"$set": {"n": 9}}, collation=COLLATION),
        "collations",
    ),
    "collation of a delete": (
        lambda c: c.delete_one({}, collation=COLLATION),
        "collations",
    ),
    "collation of an index": (
        lambda c: c.create_index("n", collation=COLLATION),
        "collations",
    ),
    "sort of an update": (
        lambda c: c.update_one({}, {"$set": {"n": 9}}, sort={"n": 1}),
        "sorts in an update",
    ),
    "bounds of an index": (
        lambda c: list(c.find().min([("n", 1)]).hint([("n", 1)])),
        "bounds of an index",
    ),
    "partial index": (
        lambda c: c.create_index("n", partialFilterExpression={"n": {"$gt": 1}}),
        "plain, unique, compound and TTL",
    ),
    "sparse index": (
        lambda c: c.create_index("n", sparse=True),
        "plain, unique, compound and TTL",
    ),
    "text index": (
        lambda c: c.create_index([("title", "text")]),
        "plain, unique, compound and TTL",
    ),
    "one bad index among good": (
        lambda c: c.create_indexes([IndexModel("title"), IndexModel("n", sparse=True)]),
        "plain, unique, compound and TTL",
    ),
    "unique index over duplicates": (
        lambda c: c.create_index("kind", unique=True),
        "duplicate key",
    ),
    "validator": (
        lambda c: c.database.create_collection("strict", validator={"n": 1}),
        "validators",
    ),
    "capped collection": (
        lambda c: c.database.create_collection("capped", capped=True, size=4096),
        "capped",
    ),
    "Decimal128 in a document": (
        lambda c: c.insert_one({"_id": 9, "n": Decimal128("1.5")}),
        "Decimal128",
    ),
    "Decimal128 in an update": (
        lambda c: c.update_one({}, {"$set": {"n": Decimal128("1.5")}}),
        "Decimal128",
    ),
    "change stream": (lambda c: c.watch(), "change streams"),
    "unknown command": (lambda c: c.database.command("mapReduce", "kept"), "beyond"),
    "array as _id": (lambda c: c.insert_one({"_id": [1]}), "_id cannot be"),
    "number beyond 64 bits": (
        lambda c: c.update_one({"_id": 1}, {"$inc": {"huge": 2**62}}),
        "8-byte",
    ),
    "bad pattern": (
        lambda c: c.delete_many({"title": {"$regex": "("}}),
        "unterminated",
    ),
    "division by zero": (
        lambda c: list(c.aggregate([{"$project": {"x": {"$divide": ["$n", 0]}}}])),
        "division",
    ),
    "deep document": (lambda c: c.insert_one(nested(150)), "deeper than"),
    "deep path": (
        lambda c: c.update_one({}, {"$set": {".".join("d" * 150): 1}}),
        "deeper than",
    ),
}


def nested(levels: int) -> dict[str, Any]:
    made: dict[str, Any] = {"end": 1}
    for _ in range(levels):
        made = {"d": made}
    return made


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all tests here; each has a collection of its own."""
    running = start_store(tmp_path_factory.mktemp("store") / "store.sqlite")
    yield running
    running.stop()


@pytest.fixture
def kept(client: Client) -> Any:
    client.drop_database("lacks")
    made = client["lacks"]["kept"]
    made.insert_many(
        [
            {"_id": n, "n": n, "kind": "k", "title": "t", "huge": 2**62, "rows": []}
            for n in (1, 2)
        ]
    )
    return made


def state(kept: Any) -> Any:
    """Everything the database holds."""
    names = sorted(kept.database.list_collection_names())
    return names, sorted(kept.index_information()), list(kept.find())


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_store_lacks_is_refused_and_changes_nothing(
    kept: Any, name: str
) -> None:
    attempt, said = REFUSED[name]
    before = state(kept)
    with pytest.raises(OperationFailure, match=said):
        attempt(kept)
    assert state(kept) == before


def test_there_are_no_sessions(client: Client, kept: Any) -> None:
    with (
        client.start_session() as session,
        pytest.raises(ConfigurationError, match="Sessions are not supported"),
    ):
        kept.insert_one({"_id": 9}, session=session)
    assert kept.count_documents({}) == 2


def test_a_transaction_is_refused_by_whoever_asks(client: Client, kept: Any) -> None:
    with pytest.raises(OperationFailure, match="transactions"):
        client["lacks"].command(
            {
                "insert": "kept",
                "documents": [{"_id": 9}],
                "startTransaction": True,
                "autocommit": False,
            }
        )
    assert kept.count_documents({}) == 2


def test_a_document_does_not_grow_too_large(kept: Any) -> None:
    part = "x" * (9 << 20)
    kept.update_one({"_id": 1}, {"$push": {"rows": part}})
    with pytest.raises(OperationFailure, match="16 MiB"):
        kept.update_one({"_id": 1}, {"$push": {"rows": part}})
    assert kept.find_one({"_id": 1})["rows"] == [part]


def test_a_document_is_not_made_too_large(store: Store, kept: Any) -> None:
    with pytest.raises(DocumentTooLarge):
        kept.insert_one({"_id": 9, "x": "x" * (17 << 20)})
    assert kept.count_documents({}) == 2
    body = bson.encode(
        {
            "insert": "kept",
            "documents": [{"_id": 9, "x": "x" * (17 << 20)}],
            "$db": "lacks",
        }
    )
    with closing(socket.create_connection(("127.0.0.1", store.port))) as rude:
        rude.sendall(message(b"\0\0\0\0\0" + body))
        assert b"16 MiB" in rude.recv(4096)
    assert kept.count_documents({}) == 2


def test_an_answer_larger_than_a_message_comes_in_parts(kept: Any) -> None:
    for number in range(10, 70):
        kept.insert_one({"_id": number, "x": "x" * 1_000_000})
    assert len([found["_id"] for found in kept.find()]) == 62


def message(body: bytes, operation: int = OP_MSG) -> bytes:
    return HEADER.pack(HEADER.size + len(body), 1, 0, operation) + body


GARBAGE = {
    "noise": bytes(range(256)) * 20,
    "a negative length": HEADER.pack(-5, 1, 0, OP_MSG),
    "an endless length": HEADER.pack(2**31 - 1, 1, 0, OP_MSG) + b"x" * 100,
    "a cut message": message(b"\0" * 100)[:50],
    "no body": message(b""),
    "an unknown operation": message(b"\0" * 20, 4711),
    "a query without an end": message(b"\1" * 30, 2004),
    "a section going backwards": message(
        b"\0\0\0\0\1" + struct.pack("<i", -1) + b"\0" * 8
    ),
    "a section of nothing": message(b"\0\0\0\0\1" + struct.pack("<i", 0) + b"\0" * 8),
    "a section without a name": message(
        b"\0\0\0\0\1" + struct.pack("<i", 8) + b"\1" * 8
    ),
    "half a section": message(b"\0\0\0\0\0\1\1"),
    "not BSON": message(b"\0\0\0\0\0" + struct.pack("<i", 20) + b"\xff" * 16),
    "an empty command": message(b"\0\0\0\0\0" + bson.encode({})),
    "a bad command": message(b"\0\0\0\0\0" + bson.encode({"insert": 1, "$db": 7})),
    "bad parts": message(
        b"\0\0\0\0\0" + bson.encode({"insert": "x", "documents": [7], "$db": "t"})
    ),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_stops_nobody_else(store: Store, kept: Any, name: str) -> None:
    with closing(socket.create_connection(("127.0.0.1", store.port))) as rude:
        rude.settimeout(10)
        with suppress(OSError):  # the store may hang up first
            rude.sendall(GARBAGE[name])
            rude.shutdown(socket.SHUT_WR)
            while rude.recv(4096):
                continue
    assert kept.count_documents({}) == 2
    assert store.process.poll() is None
