"""Tables of what the gateway answered: a column is a title and where its text is."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.table import Table

from biyong.operating import show_all

Column = str | Callable[[Mapping[str, Any]], str]
"""The field of a row, or what makes the text of it."""


def show_rows(columns: Mapping[str, Column], rows: Iterable[Mapping[str, Any]]) -> None:
    """Draw the rows; a field that a row lacks stays empty."""
    table = Table(*columns)
    for row in rows:
        table.add_row(*(_text_of(column, row) for column in columns.values()))
    show_all(table)


def _text_of(column: Column, row: Mapping[str, Any]) -> str:
    return str(row.get(column, "")) if isinstance(column, str) else column(row)
