"""What a projection shows: by itself as by way of the scratch collection."""

import itertools
from typing import Any

import mongomock_ng
import pytest
from embedded.store.projection import (
    Uneven,
    hide_fields,
    plan_projection,
    show_fields,
)

ROWS: tuple[dict[str, Any], ...] = (
    {"_id": 1, "a": {"b": 1, "c": {"d": 2, "e": None}}, "z": 5},
    {"_id": 2, "a": {"c": 3}},
    {"_id": 3, "a": 4, "z": [1]},
    {"_id": 4, "z": {"b": 1}},
    {"z": 1, "_id": 5, "a": {}},
    {"_id": 6, "a": None},
    {"_id": 7, "a": {"c": {}}, "z": {"b": {"q": 1}}},
)
NAMES = ("_id", "a", "z", "a.b", "a.c", "a.c.d", "z.b", "q")
CASES = [
    dict.fromkeys(named, shown) | with_id
    for count in (1, 2, 3)
    for named in itertools.combinations(NAMES, count)
    for shown in (0, 1)
    for with_id in ({}, {"_id": 0}, {"_id": 1})
]


def project(row: dict[str, Any], projection: dict[str, Any]) -> dict[str, Any] | None:
    """What is shown, or None where the semantics have to say."""
    plan = plan_projection(projection)
    if plan is None:
        return None
    tree, is_shown = plan
    try:
        return (show_fields if is_shown else hide_fields)(row, tree)
    except Uneven:
        return None


def test_most_projections_show_what_they_show_by_way_of_the_semantics() -> None:
    rows: Any = mongomock_ng.MongoClient()["a"]["a"]
    rows.insert_many([dict(row) for row in ROWS])
    by_itself = 0
    for projection in CASES:
        for row in ROWS:
            shown = project(row, projection)
            if shown is not None:
                by_itself += 1
                assert shown == rows.find_one({"_id": row["_id"]}, projection)
    assert by_itself > len(CASES) * len(ROWS) / 3


@pytest.mark.parametrize(
    "projection",
    [
        {"a": {"$slice": 1}},
        {"a.$": 1},
        {"a.0": 1},
        {"a": 1, "a.b": 1},
        {"a.b": 1, "a": 1},
        {"a": 1, "z": 0},
        {"a": "x"},
        {"a..b": 1},
    ],
)
def test_what_does_more_than_to_name_fields_is_left_to_the_semantics(
    projection: dict[str, Any],
) -> None:
    assert plan_projection(projection) is None


def test_fields_are_shown_in_the_order_of_the_document() -> None:
    shown = project({"z": 1, "_id": 2, "a": {"c": 3, "b": 4}}, {"a.b": 1, "a.c": 1})
    assert shown == {"_id": 2, "a": {"c": 3, "b": 4}}
    assert shown
    assert list(shown["a"]) == ["c", "b"]
