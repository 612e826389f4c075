"""An event timeline on a line of time."""

import datetime

from chassis.operations.shapes import TimelineEntry
from chassis.operations.timeline import PUBLISHED
from flask import Flask, g
from gateway.pages.formats import format_instant
from gateway.pages.operator.timeline import draw_timeline


def entry(service: str, state: str, second: int) -> TimelineEntry:
    at = datetime.datetime(2026, 11, 25, 2, 31, second, tzinfo=datetime.UTC)
    return TimelineEntry(at, service, state, "e", "t")


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw_timeline([]) is None


def test_the_first_and_the_last_are_drawn_whole_within_the_width() -> None:
    entries = [entry("enrollment", PUBLISHED, 1), entry("learning", "handled", 9)]
    drawn = draw_timeline(entries)
    assert drawn is not None
    first, last = drawn.dots
    assert 0 < first.x < last.x < 100
    assert drawn.lines == [(first.x, first.y, last.x, last.y)]
    assert max(y for _, y in drawn.lanes) < drawn.height


def test_an_instant_is_told_in_the_colleges_zone() -> None:
    with Flask("gateway").app_context():
        g.language = "en"
        at = datetime.datetime(2026, 11, 25, 18, 31, 20, 344_000, datetime.UTC)
        assert format_instant(at) == format_instant("2026-11-25T18:31:20.344Z")
        assert format_instant(at) == "11-26 02:31:20.344"
