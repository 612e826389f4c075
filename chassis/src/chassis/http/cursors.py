"""Cursors of pages: where the page before ended, as text that means nothing to others.

A cursor names the last item shown, not how many were: what is added or taken away
meanwhile neither repeats nor skips anything else.
"""

import base64

import msgspec

from chassis.http.problem import Problem

Position = tuple[str, ...]
"""Where an item stands in the order of its list."""


def dump_cursor(position: Position) -> str:
    """The cursor of the page behind this item."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def load_cursor(text: str, parts: int | None) -> Position | None:
    """The position in a cursor that was given out, of so many parts or of any number;
    None for the first page. Raises Problem 422."""
    if not text:
        return None
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        position = msgspec.json.decode(raw, type=Position)
    except (ValueError, RecursionError) as error:
        raise refuse_cursor() from error
    if parts is not None and len(position) != parts:
        raise refuse_cursor()
    return position


def refuse_cursor() -> Problem:
    """The refusal of a cursor that was never given out."""
    return Problem(422, "bad-cursor", "翻页标记不对：请从第一页重新开始")
