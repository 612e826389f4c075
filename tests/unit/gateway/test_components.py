"""What the components of pages are given: where links lead, where figures are drawn."""

from urllib.parse import parse_qs, urlsplit

import pytest
from gateway.pages.components.figures import (
    HEIGHT,
    MOST_SQUARES,
    TOP,
    draw_bars,
    draw_line,
    draw_ring,
    seat_squares,
)
from gateway.pages.components.paging import MOST_BACK, build_pages
from gateway.pages.components.tables import Column, build_heads, read_sort
from werkzeug.datastructures import MultiDict

COLUMNS = [Column("name", "Name", can_sort=True), Column("n", "N", is_number=True)]


def follow(path: str) -> MultiDict[str, str]:
    query = parse_qs(urlsplit(path).query, keep_blank_values=True)
    return MultiDict(dict(query))


def test_who_goes_on_five_pages_and_back_sees_the_same_five() -> None:
    cursors = ["", "a", "b", "c", "d"]
    seen, query = [], MultiDict[str, str]({"q": "x"})
    for following in [*cursors[1:], ""]:
        seen.append(query.get("after", ""))
        pages = build_pages("/people", query, following)
        if pages.next:
            query = follow(pages.next)
    assert seen == cursors
    while pages.previous:
        query = follow(pages.previous)
        assert query["q"] == "x"
        seen.append(query.get("after", ""))
        pages = build_pages("/people", query, "z")
    assert seen[len(cursors) :] == cursors[-2::-1]


def test_a_single_page_has_no_neighbours() -> None:
    pages = build_pages("/people", MultiDict(), "")
    assert (pages.previous, pages.next) == (None, None)


def test_the_address_of_a_far_page_stays_short() -> None:
    query = MultiDict([("after", "x"), *(("back", f"c{n}") for n in range(100))])
    following = build_pages("/people", query, "y").next
    assert following is not None
    assert len(follow(following).getlist("back")) == MOST_BACK


def test_a_head_sorts_up_then_down_and_keeps_the_filter() -> None:
    first = build_heads(COLUMNS, "/people", {"q": "x", "after": "c"})
    assert (first[0].path, first[0].sorted) == ("/people?q=x&sort=name", None)
    up = build_heads(COLUMNS, "/people", {"sort": "name"})
    assert (up[0].path, up[0].sorted) == ("/people?sort=-name", "ascending")
    down = build_heads(COLUMNS, "/people", {"sort": "-name"})
    assert (down[0].path, down[0].sorted) == ("/people?sort=name", "descending")
    assert (first[1].path, first[1].css) == (None, "num")


@pytest.mark.parametrize(
    ("asked", "sort"),
    [("", ("name", False)), ("-name", ("name", True)), ("n", ("name", False))],
)
def test_only_columns_that_sort_are_sorted_by(asked: str, sort: object) -> None:
    assert read_sort(COLUMNS, {"sort": asked}) == sort


@pytest.mark.parametrize(
    ("part", "whole", "dashes"),
    [
        (0, 50, "0.0 365"),
        (25, 50, "182.2 365"),
        (80, 50, "364.4 365"),
        (1, 0, "0.0 365"),
    ],
)
def test_a_ring_is_full_at_most(part: float, whole: float, dashes: str) -> None:
    drawn = draw_ring(part, whole)
    assert (drawn.dashes, drawn.is_begun) == (dashes, part > 0 and whole > 0)


def test_squares_stand_for_seats_and_for_several_where_there_are_many() -> None:
    assert seat_squares(3, 2) == [True, True, False]
    assert seat_squares(0, 0) == []
    many = seat_squares(2000, 1000)
    assert (len(many), sum(many)) == (MOST_SQUARES, MOST_SQUARES // 2)


def test_bars_end_at_a_round_number() -> None:
    drawn = draw_bars([("a", 0), ("b", 7), ("c", 14)])
    assert [mark.height for mark in drawn.marks] == [0, 37.1, 74.2]
    assert [line.text for line in drawn.grid] == ["0", "5", "10", "15", "20"]
    assert drawn.path == ""


def test_a_line_passes_every_mark_and_nothing_is_drawn_of_nothing() -> None:
    drawn = draw_line([("a", 1), ("b", 1)])
    assert drawn.path == f"M26.4,{TOP} L74.4,{TOP}"
    empty = draw_line([])
    assert (empty.path, empty.marks, empty.height) == ("", [], HEIGHT)
