"""Tables that sort by their heads: which way each link leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

SORT, DOWN = "sort", "-"
"""`sort=name` goes up, `sort=-name` down."""


@dataclass(frozen=True)
class Column:
    """A column: its name in the query, its text, whether it sorts and holds numbers."""

    name: str
    text: str
    can_sort: bool = False
    is_number: bool = False


@dataclass(frozen=True)
class Head:
    """A column's head as it is shown: `sorted` is what aria-sort says of it."""

    text: str
    path: str | None
    sorted: str | None
    css: str | None


def build_heads(
    columns: Iterable[Column], path: str, query: Mapping[str, str]
) -> list[Head]:
    """The heads of a table at this path, whose query says how it is sorted.

    A link keeps the filters and begins at the first page.
    """
    return [_build_head(column, path, query) for column in columns]


def read_sort(columns: Iterable[Column], query: Mapping[str, str]) -> tuple[str, bool]:
    """By which column, and whether down; the first that sorts where none is asked."""
    names = [column.name for column in columns if column.can_sort]
    asked = query.get(SORT, "")
    name = asked.removeprefix(DOWN)
    return (name, asked.startswith(DOWN)) if name in names else (names[0], False)


def _build_head(column: Column, path: str, query: Mapping[str, str]) -> Head:
    css = "num" if column.is_number else None
    if not column.can_sort:
        return Head(column.text, None, None, css)
    asked = query.get(SORT, "")
    is_up, is_down = asked == column.name, asked == DOWN + column.name
    filters = {n: v for n, v in query.items() if n not in (SORT, "after", "back") and v}
    to = urlencode(filters | {SORT: DOWN + column.name if is_up else column.name})
    state = "ascending" if is_up else "descending" if is_down else None
    return Head(column.text, f"{path}?{to}", state, css)
