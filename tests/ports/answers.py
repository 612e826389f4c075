"""What MongoDB answers, as its documentation and error list have it.

Each case is one command on a collection that holds `before`; `answer` is what must be
in the reply, `after` what the collection holds then. Codes are those of the server's
error_codes list and of the named assertions in its command documentation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]
UNIQUE = {"name": "mail_1", "key": {"mail": 1}, "unique": True}
A, B = {"_id": "a", "n": 1, "mail": "a@x"}, {"_id": "b", "n": 2, "mail": "b@x"}


@dataclass(frozen=True)
class Case:
    """One command and its answer. `indexes` are declared beside the unique `mail`."""

    name: str
    command: Document
    answer: Document
    before: Sequence[Document] = (A, B)
    after: Sequence[Document] | None = None
    indexes: Sequence[Document] = field(default=(UNIQUE,))


def insert(*documents: Document, **options: Any) -> Document:
    return {"insert": "rows", "documents": list(documents), **options}


def update(q: Document, u: Document, **options: Any) -> Document:
    return {"update": "rows", "updates": [{"q": q, "u": u, **options}]}


def modify(query: Document, **options: Any) -> Document:
    return {"findAndModify": "rows", "query": query, **options}


def found(*documents: Document) -> Document:
    return {"cursor": {"id": 0, "firstBatch": list(documents)}}


def write_error(code: int, index: int = 0, **more: Any) -> Document:
    return {"writeErrors": [{"index": index, "code": code, **more}]}


TAKEN = {"keyPattern": {"mail": 1}, "keyValue": {"mail": "a@x"}}
LISTS = ({"_id": "a", "n": 1, "mail": "a@x", "tags": ["x", "y"]},)

WRITES = (
    Case("insert", insert({"_id": "c", "mail": "c"}), {"n": 1, "ok": 1.0}),
    Case(
        "insert under a taken id",
        insert({"_id": "a", "mail": "c"}),
        {"n": 0, **write_error(11000, keyPattern={"_id": 1}, keyValue={"_id": "a"})},
        after=(A, B),
    ),
    Case(
        "insert under a taken unique value",
        insert({"_id": "c", "mail": "a@x"}),
        {"n": 0, **write_error(11000, **TAKEN)},
        after=(A, B),
    ),
    Case(
        "an ordered bulk ends at its first fault",
        insert({"_id": "a"}, {"_id": "c", "mail": "c"}),
        {"n": 0, **write_error(11000)},
        after=(A, B),
    ),
    Case(
        "an unordered bulk goes on after a fault",
        insert({"_id": "a"}, {"_id": "c", "mail": "c"}, ordered=False),
        {"n": 1, **write_error(11000)},
        after=(A, B, {"_id": "c", "mail": "c"}),
    ),
    Case(
        "a guarded update whose guard holds",
        update({"_id": "a", "n": 1}, {"$set": {"n": 5}, "$inc": {"version": 1}}),
        {"n": 1, "nModified": 1},
        after=({**A, "n": 5, "version": 1}, B),
    ),
    Case(
        "a guarded update whose guard fails",
        update({"_id": "a", "n": 9}, {"$set": {"n": 5}}),
        {"n": 0, "nModified": 0},
        after=(A, B),
    ),
    Case(
        "an update that changes nothing",
        update({"_id": "a"}, {"$set": {"n": 1}}),
        {"n": 1, "nModified": 0},
    ),
    Case(
        "an update of many",
        update({}, {"$inc": {"n": 1}}, multi=True),
        {"n": 2, "nModified": 2},
        after=({**A, "n": 2}, {**B, "n": 3}),
    ),
    Case(
        "an upsert that inserts",
        update(
            {"_id": "c"},
            {"$set": {"n": 3}, "$setOnInsert": {"mail": "c"}},
            upsert=True,
        ),
        {"n": 1, "nModified": 0, "upserted": [{"index": 0, "_id": "c"}]},
        after=(A, B, {"_id": "c", "n": 3, "mail": "c"}),
    ),
    Case(
        "an upsert that finds",
        update(
            {"_id": "a"},
            {"$set": {"n": 3}, "$setOnInsert": {"mail": "c"}},
            upsert=True,
        ),
        {"n": 1, "nModified": 1},
        after=({**A, "n": 3}, B),
    ),
    Case(
        "an upsert against a unique value",
        update({"_id": "c"}, {"$set": {"mail": "a@x"}}, upsert=True),
        {"n": 0, **write_error(11000, **TAKEN)},
        after=(A, B),
    ),
    Case(
        "an update into a taken unique value",
        update({"_id": "b"}, {"$set": {"mail": "a@x"}}),
        {"n": 0, "nModified": 0, **write_error(11000, **TAKEN)},
        after=(A, B),
    ),
    Case(
        "a replacement",
        update({"_id": "a"}, {"mail": "z"}),
        {"n": 1, "nModified": 1},
        after=({"_id": "a", "mail": "z"}, B),
    ),
    Case(
        "push with each and slice",
        update(
            {"_id": "a"},
            {"$push": {"tags": {"$each": ["z", "w"], "$slice": -3}}},
        ),
        {"n": 1, "nModified": 1},
        before=LISTS,
        after=({**LISTS[0], "tags": ["y", "z", "w"]},),
    ),
    Case(
        "add to set what is there",
        update({"_id": "a"}, {"$addToSet": {"tags": "x"}}),
        {"n": 1, "nModified": 0},
        before=LISTS,
        after=LISTS,
    ),
    Case(
        "pull what is confirmed",
        update({"_id": "a"}, {"$pull": {"tags": {"$in": ["x", "q"]}}}),
        {"n": 1, "nModified": 1},
        before=LISTS,
        after=({**LISTS[0], "tags": ["y"]},),
    ),
    Case(
        "unset, min and max",
        update(
            {"_id": "a"}, {"$unset": {"tags": ""}, "$min": {"n": 0}, "$max": {"m": 4}}
        ),
        {"n": 1, "nModified": 1},
        before=LISTS,
        after=({"_id": "a", "n": 0, "mail": "a@x", "m": 4},),
    ),
    Case(
        "a guard by nin on a list",
        update({"_id": "a", "tags": {"$nin": ["x"]}}, {"$set": {"n": 9}}),
        {"n": 0},
        before=LISTS,
        after=LISTS,
    ),
    Case(
        "a guard by nin on what is not there",
        update({"_id": "a", "seen": {"$nin": ["x"]}}, {"$set": {"n": 9}}),
        {"n": 1},
        before=LISTS,
        after=({**LISTS[0], "n": 9},),
    ),
    Case(
        "increase a text",
        update({"_id": "a"}, {"$inc": {"mail": 1}}),
        {"n": 0, **write_error(14)},
        after=(A, B),
    ),
    Case(
        "push to what is no list",
        update({"_id": "a"}, {"$push": {"n": 1}}),
        {"n": 0, **write_error(2)},
        after=(A, B),
    ),
    Case(
        "change the id",
        update({"_id": "a"}, {"$set": {"_id": "z"}}),
        {"n": 0, **write_error(66)},
        after=(A, B),
    ),
    Case(
        "an unknown operator of an update",
        update({"_id": "a"}, {"$frob": {"n": 1}}),
        {"n": 0, **write_error(9)},
        after=(A, B),
    ),
    Case(
        "two operators at one path",
        update({"_id": "a"}, {"$set": {"n": 1}, "$inc": {"n": 1}}),
        {"n": 0, **write_error(40)},
        after=(A, B),
    ),
    Case(
        "delete one",
        {"delete": "rows", "deletes": [{"q": {}, "limit": 1}]},
        {"n": 1},
        after=(B,),
    ),
    Case(
        "delete all",
        {"delete": "rows", "deletes": [{"q": {"n": {"$gte": 1}}, "limit": 0}]},
        {"n": 2},
        after=(),
    ),
)

MODIFIES = (
    Case(
        "find and modify, as it was",
        modify({"_id": "a"}, update={"$inc": {"n": 1}}),
        {"value": A, "lastErrorObject": {"n": 1, "updatedExisting": True}},
        after=({**A, "n": 2}, B),
    ),
    Case(
        "find and modify, as it is",
        modify({"_id": "a"}, update={"$inc": {"n": 1}}, new=True, fields={"n": 1}),
        {"value": {"_id": "a", "n": 2}},
    ),
    Case(
        "find and modify the first in order",
        modify({}, update={"$set": {"n": 9}}, sort={"n": -1}, new=True),
        {"value": {**B, "n": 9}},
    ),
    Case(
        "find and modify nothing",
        modify({"_id": "z"}, update={"$set": {"n": 1}}),
        {"value": None, "lastErrorObject": {"n": 0, "updatedExisting": False}},
        after=(A, B),
    ),
    Case(
        "find and modify with upsert",
        modify({"_id": "c"}, update={"$inc": {"n": 1}}, upsert=True, new=True),
        {
            "value": {"_id": "c", "n": 1},
            "lastErrorObject": {"n": 1, "updatedExisting": False, "upserted": "c"},
        },
    ),
    Case(
        "find and remove",
        modify({"_id": "a"}, remove=True),
        {"value": A, "lastErrorObject": {"n": 1}},
        after=(B,),
    ),
    Case(
        "find and modify into a taken unique value",
        modify({"_id": "b"}, update={"$set": {"mail": "a@x"}}),
        {"ok": 0.0, "code": 11000, "codeName": "DuplicateKey", **TAKEN},
        after=(A, B),
    ),
    Case(
        "find and modify without an update",
        modify({"_id": "a"}),
        {"ok": 0.0, "code": 9, "codeName": "FailedToParse"},
        after=(A, B),
    ),
)

READS = (
    Case("find by id", {"find": "rows", "filter": {"_id": "a"}}, found(A)),
    Case(
        "find sorted, skipped and cut",
        {"find": "rows", "sort": {"n": -1}, "skip": 1, "limit": 1},
        found(A),
    ),
    Case(
        "find without some fields",
        {"find": "rows", "filter": {"n": 1}, "projection": {"mail": 0}},
        found({"_id": "a", "n": 1}),
    ),
    Case("find what is not there", {"find": "nowhere", "filter": {}}, found()),
    Case(
        "an unknown operator of a filter",
        {"find": "rows", "filter": {"n": {"$frob": 1}}},
        {"ok": 0.0, "code": 2, "codeName": "BadValue"},
    ),
    Case(
        "in without a list",
        {"find": "rows", "filter": {"n": {"$in": 1}}},
        {"ok": 0.0, "code": 2, "codeName": "BadValue"},
    ),
    Case("count", {"count": "rows", "query": {"n": {"$gt": 1}}}, {"n": 1}),
    Case("distinct", {"distinct": "rows", "key": "n"}, {"values": [1, 2]}),
    Case(
        "distinct of a list",
        {"distinct": "rows", "key": "tags"},
        {"values": ["x"]},
        before=({**A, "tags": ["x"]}, {**B, "tags": ["x", "x"]}),
    ),
    Case(
        "group after match",
        {
            "aggregate": "rows",
            "pipeline": [
                {"$match": {"n": {"$gte": 1}}},
                {"$group": {"_id": None, "sum": {"$sum": "$n"}}},
            ],
            "cursor": {},
        },
        found({"_id": None, "sum": 3}),
    ),
    Case(
        "unwind, sort and project",
        {
            "aggregate": "rows",
            "pipeline": [
                {"$unwind": "$tags"},
                {"$sort": {"tags": -1}},
                {"$project": {"_id": 0, "tags": 1}},
            ],
            "cursor": {},
        },
        found({"tags": "y"}, {"tags": "x"}),
        before=LISTS,
    ),
    Case(
        "facet",
        {
            "aggregate": "rows",
            "pipeline": [{"$facet": {"all": [{"$count": "n"}]}}],
            "cursor": {},
        },
        found({"all": [{"n": 2}]}),
    ),
    Case(
        "an unknown stage",
        {"aggregate": "rows", "pipeline": [{"$frob": {}}], "cursor": {}},
        {"ok": 0.0, "code": 40324},
    ),
    Case(
        "more of a cursor that is not there",
        {"getMore": 987654321, "collection": "rows"},
        {"ok": 0.0, "code": 43, "codeName": "CursorNotFound"},
    ),
)

INDEXES = (
    Case(
        "declare an index again",
        {"createIndexes": "rows", "indexes": [UNIQUE]},
        {"ok": 1.0, "numIndexesBefore": 2, "numIndexesAfter": 2},
    ),
    Case(
        "declare a new index",
        {"createIndexes": "rows", "indexes": [{"name": "n_1", "key": {"n": 1}}]},
        {"ok": 1.0, "numIndexesBefore": 2, "numIndexesAfter": 3},
    ),
    Case(
        "a unique index over what is there twice",
        {
            "createIndexes": "rows",
            "indexes": [{"name": "n_1", "key": {"n": 1}, "unique": True}],
        },
        {"ok": 0.0, "code": 11000, "codeName": "DuplicateKey"},
        before=(A, {**B, "n": 1}),
    ),
    Case(
        "one name for two indexes",
        {"createIndexes": "rows", "indexes": [{**UNIQUE, "key": {"n": 1}}]},
        {"ok": 0.0, "code": 86, "codeName": "IndexKeySpecsConflict"},
    ),
    Case(
        "an index with other options",
        {"createIndexes": "rows", "indexes": [{**UNIQUE, "unique": False}]},
        {"ok": 0.0, "code": 86, "codeName": "IndexKeySpecsConflict"},
    ),
    Case(
        "drop an index that is not there",
        {"dropIndexes": "rows", "index": "q_1"},
        {"ok": 0.0, "code": 27, "codeName": "IndexNotFound"},
    ),
)

COMMANDS = (
    Case(
        "a command that nobody knows",
        {"frobnicate": 1},
        {"ok": 0.0, "code": 59, "codeName": "CommandNotFound"},
    ),
    Case(
        "a retryable write to a server on its own",
        insert({"_id": "c", "mail": "c"}, txnNumber=1),
        {"ok": 0.0, "code": 20, "codeName": "IllegalOperation"},
        after=(A, B),
    ),
)

CASES = (*WRITES, *MODIFIES, *READS, *INDEXES, *COMMANDS)
