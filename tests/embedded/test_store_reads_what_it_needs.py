"""Filters judged by themselves, documents decoded in part: as the semantics have it."""

import datetime
import itertools
from typing import Any

import bson
import pytest
from bson import Int64
from bson.raw_bson import RawBSONDocument
from embedded.store.bodies import LARGE, decode_for, decode_whole, encode_once
from embedded.store.plain_filters import plan_filter
from embedded.store.semantics import is_match, plan_match

VALUES: tuple[Any, ...] = (
    *("", "a", "b", "\uffff", "\U0001f600"),
    *(0, 1, -1, 2**40, Int64(1), True, False, 1.0, 1.5, float("nan")),
    *(None, [], ["a"], ["b", "a"], [["a"]], [1], [None], {}, {"a": 1}, b"a"),
    datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
)
OPERATORS = ("$eq", "$gt", "$gte", "$lt", "$lte")
LONG = "字" * LARGE


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_filter_by_itself_judges_as_the_semantics_do(operator: str) -> None:
    documents: list[dict[str, Any]] = [{"_id": 1}, *({"v": one} for one in VALUES)]
    for asked, document in itertools.product(VALUES, documents):
        filter_ = {"v": {operator: asked}}
        if (plain := plan_filter(filter_)) is not None:
            assert plain.judge_document(document) in (None, is_match(filter_, document))
        if isinstance(asked, str | int):
            assert plan_match(filter_)(document) == is_match(filter_, document)


def test_what_is_certain_needs_no_semantics() -> None:
    plain = plan_filter({"line": "a", "place": {"$gt": "b", "$lte": "d"}, "n": 1})
    assert plain
    assert plain.judge_document({"line": ["x", "a"], "place": "c", "n": 1}) is True
    assert plain.judge_document({"line": ["x"], "place": "c", "n": 1}) is False
    assert plain.judge_document({"line": "a", "place": "e", "n": None}) is False
    assert plain.judge_document({"line": "a", "place": "c", "n": 1.0}) is None


@pytest.mark.parametrize(
    "filter_",
    [
        {"a.b": 1},
        {"$or": [{"a": 1}]},
        {"a": {"$in": [1]}},
        {"a": {"b": 1}},
        {"a": {}},
        {"a": None},
        {"a": 1.0},
        {"a": {"$gt": 1, "$ne": 2}},
    ],
)
def test_what_asks_for_more_is_judged_by_the_semantics(filter_: dict[str, Any]) -> None:
    assert plan_filter(filter_) is None


def test_what_lies_within_the_fields_of_a_large_document_stays_as_it_is_stored() -> (
    None
):
    document = {"_id": 1, "n": 2, "within": {"text": LONG, "list": [1]}}
    body = bson.encode(document)
    read = decode_for({"n": 2})(body)
    assert isinstance(read["within"], RawBSONDocument)
    assert decode_whole(encode_once(read).raw) == document


@pytest.mark.parametrize(
    ("document", "filter_"),
    [
        ({"_id": 1, "v": {"a": 1}, "text": LONG}, {"v": {"a": 1}}),
        ({"_id": 1, "v": [{"a": 1}], "text": LONG}, {"v": {"a": 1}}),
        ({"_id": {"a": 1}, "v": 1, "text": LONG}, {"v": 1}),
        ({"_id": 1, "v": {"a": 1}, "text": LONG}, {"v.a": 1}),
        ({"_id": 1, "v": {"a": 1}, "text": LONG}, {"$or": [{"v": {"a": 1}}]}),
        ({"_id": 1, "v": {"a": 1}}, {"_id": 1}),
    ],
)
def test_what_a_filter_looks_into_is_decoded(
    document: dict[str, Any], filter_: dict[str, Any]
) -> None:
    assert decode_for(filter_)(bson.encode(document)) == document
