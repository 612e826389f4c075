"""One page back and one on, where a service only knows what comes after a cursor."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

AFTER, BACK = "after", "back"
"""The cursor of this page, and those of the pages before it, the first being empty."""
MOST_BACK = 20
"""Cursors travel in the address, which must stay short; beyond it one begins anew."""


@dataclass(frozen=True)
class Pages:
    """The addresses of the pages before and after this one, if there are any."""

    previous: str | None
    next: str | None


def build_pages(path: str, query: MultiDict[str, str], next_cursor: str) -> Pages:
    """The neighbours of the page with this query; its items came with `next_cursor`."""
    filters = {n: v for n, v in query.items() if n not in (AFTER, BACK) and v}
    here, before = query.get(AFTER, ""), query.getlist(BACK)[-MOST_BACK:]
    previous = None
    if here:
        *earlier, last = before or [""]
        previous = _address(path, filters, last, earlier)
    following = None
    if next_cursor:
        following = _address(path, filters, next_cursor, [*before, here])
    return Pages(previous, following)


def _address(
    path: str, filters: Mapping[str, str], after: str, before: list[str]
) -> str:
    pairs = [*filters.items(), *((BACK, cursor) for cursor in before[-MOST_BACK:])]
    pairs += [(AFTER, after)] if after else []
    return f"{path}?{urlencode(pairs)}" if pairs else path
