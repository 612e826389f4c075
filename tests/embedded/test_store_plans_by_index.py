"""What an index can answer is read by it; the store counts what it could not."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from embedded.store.index_ranges import (
    MOST_MERGED,
    SOMEWHERE,
    Index,
    Order,
    list_at,
    plan_index,
)
from embedded.store.keys import key_of

from tests.embedded.conftest import Client, Store, start_store

BY_INDEX: dict[str, dict[str, Any]] = {
    "by _id": {"_id": 7},
    "by some _id": {"_id": {"$in": [7, 8]}},
    "equality": {"mail": "m7"},
    "null": {"out_due": None},
    "range": {"at": {"$gt": 10, "$lte": 20}},
    "in": {"state": {"$in": ["new", "done"]}},
    "element of an array": {"words": "w3"},
    "all elements": {"words": {"$all": ["w3", "w4"]}},
    "field in an array": {"rows.id": 5},
    "compound prefix": {"branch": "b1"},
    "compound prefix and range": {"branch": "b1", "n": {"$gte": 40}},
    "whole compound": {"branch": "b1", "n": 21},
    "inside $and": {"$and": [{"title": "t1"}, {"mail": "m1"}]},
    "$or of indexed branches": {"$or": [{"mail": "m3"}, {"at": {"$lt": 5}}]},
    "$or beside the rest": {"title": "t9", "$or": [{"mail": "m9"}, {"_id": 3}]},
    "indexed beside unindexed": {"mail": "m4", "title": {"$regex": "^t"}},
}
BY_SCAN: dict[str, dict[str, Any]] = {
    "unindexed field": {"title": "t7"},
    "second path of a compound": {"n": 7},
    "negation": {"mail": {"$ne": "m7"}},
    "pattern": {"mail": {"$regex": "7$"}},
    "$or with an unindexed branch": {"$or": [{"mail": "m3"}, {"title": "t5"}]},
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all tests here; each has a collection of its own."""
    running = start_store(tmp_path_factory.mktemp("store") / "store.sqlite")
    yield running
    running.stop()


@pytest.fixture
def empty(client: Client) -> Any:
    """A collection no test had before."""
    return client["narrow"][uuid.uuid4().hex]


@pytest.fixture
def rows(empty: Any) -> Any:
    """Five hundred documents under each kind of index."""
    for keys in ("state", "words", "rows.id", "at", "out_due"):
        empty.create_index(keys)
    empty.create_index("mail", unique=True)
    empty.create_index([("branch", 1), ("n", -1)])
    empty.create_index([("late", -1)])
    empty.insert_many([document(number) for number in range(500)])
    return empty


def document(number: int) -> dict[str, Any]:
    return {
        "_id": number,
        "mail": f"m{number}",
        "title": f"t{number}",
        "state": ("new", "done", "late")[number % 3],
        "branch": f"b{number % 2}",
        "n": number,
        "at": number,
        "late": number,
        "out_due": None if number % 10 else number,
        "words": [f"w{number}", f"w{number + 1}"],
        "rows": [{"id": number}, {"id": number + 1}],
    }


def scans(rows: Any) -> int:
    """How often this collection was read without an index."""
    told = rows.database.client["admin"].command("serverStatus")
    return int(told["scans"].get(rows.full_name, 0))


def plainly(filter_: dict[str, Any], rows: Any) -> list[int]:
    """The same question with every document laid before it."""
    asked: list[dict[str, Any]] = [{"$sort": {"_id": 1}}, {"$match": filter_}]
    return [found["_id"] for found in rows.aggregate(asked)]


@pytest.mark.parametrize("kind", BY_INDEX)
def test_an_indexed_question_scans_nothing_and_finds_everything(
    rows: Any, kind: str
) -> None:
    asked = BY_INDEX[kind]
    expected = plainly(asked, rows)
    assert expected
    assert [found["_id"] for found in rows.find(asked)] == expected
    assert rows.count_documents(asked) == len(expected)
    rows.update_many(asked, {"$set": {"seen": True}})
    assert rows.delete_one(asked).deleted_count == 1
    assert scans(rows) == 0


@pytest.mark.parametrize("kind", BY_SCAN)
def test_any_other_question_is_counted_as_a_scan(rows: Any, kind: str) -> None:
    list(rows.find(BY_SCAN[kind]))
    assert scans(rows) == 1
    rows.update_one(BY_SCAN[kind], {"$set": {"seen": True}})
    assert scans(rows) == 2


@pytest.mark.parametrize(
    ("filter_", "sort", "expected"),
    [
        ({"out_due": {"$lte": 100}}, [("out_due", 1)], list(range(0, 50, 10))),
        ({"branch": "b1"}, [("n", 1)], [1, 3, 5, 7, 9]),
        ({"branch": "b1"}, [("n", -1)], [499, 497, 495, 493, 491]),
        ({"title": {"$ne": "t0"}}, [("at", 1)], [1, 2, 3, 4, 5]),
        ({"title": {"$ne": "t499"}}, [("late", -1)], [498, 497, 496, 495, 494]),
        ({"at": {"$gte": 250}}, [("at", -1)], [499, 498, 497, 496, 495]),
        ({"_id": {"$gt": 250}}, [("_id", 1)], [251, 252, 253, 254, 255]),
        ({"_id": {"$lt": 250}}, [("_id", -1)], [249, 248, 247, 246, 245]),
        (
            {"_id": {"$gt": 250}, "n": {"$gt": 300}},
            [("_id", 1)],
            [301, 302, 303, 304, 305],
        ),
        ({"_id": {"$gt": 250}}, [("title", 1)], [251, 252, 253, 254, 255]),
        (
            {"branch": {"$in": ["b1", "b0"]}, "n": {"$gte": 4}},
            [("branch", 1), ("n", 1)],
            [4, 6, 8, 10, 12],
        ),
        (
            {"branch": {"$in": ["b1", "b0"]}},
            [("branch", -1), ("n", -1)],
            [499, 497, 495, 493, 491],
        ),
        ({"branch": {"$in": ["b1", "b0"]}}, [("n", 1)], [0, 1, 2, 3, 4]),
        ({}, [("_id", -1)], [499, 498, 497, 496, 495]),
    ],
)
def test_a_sorted_page_is_read_in_the_order_of_an_index(
    rows: Any,
    filter_: dict[str, Any],
    sort: list[tuple[str, int]],
    expected: list[int],
) -> None:
    found = rows.find(filter_).sort(sort).limit(5)
    assert [document["_id"] for document in found] == expected
    assert scans(rows) == 0


@pytest.mark.parametrize("direction", [1, -1])
def test_of_what_a_list_holds_a_page_is_read_in_order(
    empty: Any, direction: int
) -> None:
    empty.create_index([("line", 1), ("place", 1)])
    empty.insert_many(
        {"_id": n, "line": ["top", f"b{n % 2}", "top"], "place": f"{n:03d}"}
        for n in range(300)
    )
    for asked, every in (("top", 1), ("b1", 2)):
        filter_ = {"line": asked, "place": {"$gt": "100"}}
        found = empty.find(filter_).sort("place", direction).limit(3)
        numbers = [n for n in range(101, 300) if every == 1 or n % 2][::direction]
        assert [row["_id"] for row in found] == numbers[:3]
    assert scans(empty) == 0


def test_an_order_is_read_from_an_index_only_where_no_lists_follow() -> None:
    fields = (("line", 1), ("place", 1), ("words", 1))
    sort, asked = [("place", 1)], {"line": "top"}
    for lists, direction in (
        (0, 1),
        (list_at(0), 1),
        (list_at(1), 0),
        (list_at(2), 0),
        (SOMEWHERE, 0),
    ):
        plan = plan_index(Index(1, "line", fields, lists=lists), asked)
        assert plan
        order = plan.order_for(sort)
        assert (order.direction if order else 0) == direction


@pytest.mark.parametrize("direction", [1, -1])
def test_of_two_states_the_first_in_turn_is_read_from_one_index(
    empty: Any, direction: int
) -> None:
    empty.create_index([("state", 1), ("turn", 1)])
    empty.insert_many(
        {"_id": n, "state": "abc"[n % 3], "turn": (n * 7) % 1000, "due": n % 2}
        for n in range(1000)
    )
    wanted = [n for n in range(1000) if n % 3 != 1 and n % 2]
    wanted.sort(key=lambda n: (n * 7) % 1000, reverse=direction < 0)
    filter_ = {"state": {"$in": ["a", "c"]}, "due": 1}
    found = empty.find(filter_).sort("turn", direction)
    assert [row["_id"] for row in found] == wanted
    assert scans(empty) == 0


@pytest.mark.parametrize(
    ("lists", "states", "is_read"),
    [
        (0, 2, True),
        (0, MOST_MERGED, True),
        (0, MOST_MERGED + 1, False),
        (list_at(0), 2, False),
        (list_at(1), 2, False),
        (SOMEWHERE, 2, False),
    ],
)
def test_ranges_are_merged_where_few_and_no_document_is_in_two(
    lists: int, states: int, *, is_read: bool
) -> None:
    index = Index(1, "turns", (("state", 1), ("turn", 1)), lists=lists)
    plan = plan_index(index, {"state": {"$in": [f"s{n}" for n in range(states)]}})
    assert plan
    assert (plan.order_for([("turn", 1)]) == Order(1, is_merged=True)) == is_read
    assert plan.order_for([("turn", 1), ("state", 1)]) is None


def test_of_what_is_to_be_greater_no_equal_is_read() -> None:
    index = Index(1, "due", (("due", 1), ("name", 1)))
    plan = plan_index(index, {"due": {"$gt": 0}})
    assert plan
    [(low, _)] = plan.ranges
    assert key_of(0.0) + key_of("z") < low <= key_of(5e-324)


def test_a_guarded_change_by_id_scans_nothing(rows: Any) -> None:
    changed = rows.find_one_and_update(
        {"_id": 7, "n": 7, "words": {"$nin": ["w9"]}}, {"$inc": {"n": 1}}
    )
    assert changed["_id"] == 7
    assert scans(rows) == 0


def test_an_index_declared_later_ends_the_scanning(rows: Any) -> None:
    list(rows.find({"title": "t7"}))
    rows.create_index("title")
    assert [found["_id"] for found in rows.find({"title": "t7"})] == [7]
    assert scans(rows) == 1


def test_one_field_of_many_elements_can_be_unique(empty: Any) -> None:
    empty.create_index("rows.id", unique=True)
    empty.insert_many([{"_id": n, "rows": [{"id": n}, {"id": -n}]} for n in (1, 2)])
    assert empty.count_documents({"rows.id": -2}) == 1


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ({"a": 1}, {"a": 1.0}),
        ([1, 2], [1.0, 2]),
        ([{"a": [1]}], [{"a": [1.0]}]),
        (2**40, float(2**40)),
    ],
)
def test_an_index_finds_equal_numbers_of_another_type(
    empty: Any, kept: Any, asked: Any
) -> None:
    empty.create_index("v")
    empty.insert_one({"_id": 1, "v": kept})
    assert empty.count_documents({"v": asked}) == 1


def test_empty_arrays_come_before_null_in_the_order_of_an_index(empty: Any) -> None:
    empty.create_index("v")
    values: list[Any] = [3, {"a": 2}, "x", [], None, {"a": 1}, b"long", b"z", True, 1.5]
    empty.insert_many([{"_id": n, "v": value} for n, value in enumerate(values)])
    found = [values[row["_id"]] for row in empty.find().sort("v", 1)]
    expected = [[], None, 1.5, 3, "x", {"a": 1}, {"a": 2}, b"z", b"long", True]
    assert found == expected


def test_the_store_counts_what_each_collection_was_asked(rows: Any) -> None:
    rows.insert_one({"_id": "a"})
    for _ in range(3):
        rows.find_one({"_id": "a"})
    told = rows.database.client["admin"].command("serverStatus")["commands"]
    assert told[f"find {rows.full_name}"] == 3
    assert told[f"insert {rows.full_name}"] >= 1
