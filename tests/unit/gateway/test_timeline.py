"""A request's events on a line of time."""

from flask import Flask, g
from gateway.pages.layout import format_instant
from gateway.pages.timeline import timeline


def entry(service: str, kind: str, second: int) -> dict[str, str]:
    at = f"2026-11-25T02:31:{second:02d}+00:00"
    return {"service": service, "kind": kind, "at": at, "id": "e", "type": "t"}


def test_nothing_is_drawn_of_nothing() -> None:
    assert timeline([]) is None


def test_the_first_and_the_last_are_drawn_whole_within_the_width() -> None:
    drawn = timeline([entry("enrollment", "said", 1), entry("learning", "heard", 9)])
    assert drawn is not None
    first, last = drawn.dots
    assert 0 < first.x < last.x < 100
    assert drawn.lines == [(first.x, first.y, last.x, last.y)]
    assert max(y for _, y in drawn.lanes) < drawn.height


def test_an_instant_is_told_in_the_colleges_zone() -> None:
    with Flask("gateway").app_context():
        g.language = "en"
        assert format_instant("2026-11-25T18:31:20.344Z") == "11-26 02:31:20.344"
