"""Pages through a list that has a few stages, one after the other.

A cursor says where the page before ended, not how many were shown, so what is added
or taken away meanwhile neither repeats nor skips anything else.
"""

import base64
import datetime
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from catalog.domain.errors import BadCursor

T = TypeVar("T")
Position = tuple[str, ...]
"""Where an item stands in the order of its stage."""
Stage = Callable[[Position | None, int], list[T]]
"""Reads so many items of a stage that come after a position, or from its begin."""

NOT_OURS = "翻页标记不对：请从第一页重新开始"


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items, and the cursor of the next page; empty at the end."""

    items: list[T]
    next: str


@dataclass(frozen=True)
class Cursor:
    """The last item shown: its stage and its position there.

    `mark` is what must stay the same from page to page.
    """

    stage: int
    position: Position
    mark: str = ""

    def dump(self) -> str:
        """The cursor as text that means nothing to others."""
        parts = [self.stage, self.mark, *self.position]
        text = json.dumps(parts, ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def load_cursor(text: str, stages: int, parts: int) -> Cursor | None:
    """A cursor that was given out; None for the first page. Raises BadCursor."""
    if not text:
        return None
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        read = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadCursor(NOT_OURS) from error
    match read:
        case [int(stage), str(mark), *position] if 0 <= stage < stages:
            if len(position) == parts and all(map(_is_text, [mark, *position])):
                return Cursor(int(stage), tuple(position), mark)
    raise BadCursor(NOT_OURS)


def _is_text(part: object) -> bool:
    """Whether a store can be asked for it: half a surrogate pair is no text."""
    return isinstance(part, str) and not any("\ud800" <= c <= "\udfff" for c in part)


def require_number(part: str) -> int:
    """The number that a cursor holds, of as many digits as stores keep.

    Raises BadCursor.
    """
    if not (part.isascii() and part.isdigit() and len(part) < 10):
        raise BadCursor(NOT_OURS)
    return int(part)


def require_moment(mark: str) -> str:
    """The moment that a cursor was marked with. Raises BadCursor."""
    try:
        datetime.datetime.fromisoformat(mark)
    except ValueError as error:
        raise BadCursor(NOT_OURS) from error
    return mark


def read_page(
    stages: Sequence[Stage[T]],
    position_of: Callable[[T], Position],
    begin: Cursor | None,
    limit: int,
    mark: str = "",
) -> Page[T]:
    """The items after `begin`, through as many stages as it takes."""
    items: list[tuple[int, T]] = []
    first = begin.stage if begin else 0
    for place in range(first, len(stages)):
        after = begin.position if begin and place == first else None
        wanted = limit + 1 - len(items)
        items += [(place, item) for item in stages[place](after, wanted)]
        if len(items) > limit:
            place, item = items[limit - 1]
            more = Cursor(place, position_of(item), mark).dump()
            return Page([item for _, item in items[:limit]], more)
    return Page([item for _, item in items], "")
