"""Rows as they were sent: what can be told from their shape alone."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from enrollment.domain.errors import RowsRefused
from enrollment.domain.roster import MOST_ROWS, Row

ROW_TEXTS = (
    "name",
    "member_no",
    "phone",
    "class_id",
    "id_number",
    "email",
    "branch_id",
)
LARGEST_ROW_NUMBER = 1_000_000
"""Of a row: more lines than any table of people has."""
LONGEST_TEXT = 254
"""In characters; the longest legal field is a mail address (RFC 5321), so one more is
enough to refuse any."""
HALF = re.compile("[\ud800-\udfff]")
"""A half of a character, which JSON can name and no text holds: shown as what could
not be read."""


class Numbered(Protocol):
    """A row with its number."""

    @property
    def number(self) -> int:
        """Its place in what the branch sent."""


N = TypeVar("N", bound=Numbered)


def read_rows(sent: Sequence[object]) -> tuple[Row, ...]:
    """The rows of a chunk, each with a number of its own.

    What is wrong within a row is left for its outcome to say. Raises RowsRefused, with
    the place, where no outcome could: for what is no row, or has no number.
    """
    return read_numbered(sent, _read_row)


def read_numbered(
    sent: Sequence[object], read: Callable[[int, object], N]
) -> tuple[N, ...]:
    """What was sent, each read by its place in it. Raises RowsRefused."""
    if not sent:
        raise RowsRefused("rows", "rows-none")
    if len(sent) > MOST_ROWS:
        raise RowsRefused("rows", "rows-too-many")
    places: dict[int, int] = {}
    rows = []
    for place, written in enumerate(sent):
        row = read(place, written)
        if places.setdefault(row.number, place) != place:
            raise RowsRefused(f"rows/{place}/row", "row-number-twice")
        rows.append(row)
    return tuple(rows)


def _read_row(place: int, written: object) -> Row:
    number, cells = read_cells(place, written, ROW_TEXTS)
    return Row(number, **cells)


def read_cells(
    place: int, written: object, names: Sequence[str]
) -> tuple[int, dict[str, str]]:
    """A row's number, and its cells of these names as text. Raises RowsRefused."""
    if not isinstance(written, Mapping):
        raise RowsRefused(f"rows/{place}", "row-unreadable")
    if not written.keys() <= {"row", *names}:
        raise RowsRefused(f"rows/{place}", "row-field-unknown")
    number = _read_number(written.get("row"))
    if number is None:
        raise RowsRefused(f"rows/{place}/row", "row-number-invalid")
    return number, {name: _read_cell(written.get(name)) for name in names}


def _read_number(written: object) -> int | None:
    """A row's number; 2.0 is 2, as JSON has it. None if it is none."""
    if isinstance(written, bool) or not isinstance(written, int | float):
        return None
    is_number = 1 <= written <= LARGEST_ROW_NUMBER and written == int(written)
    return int(written) if is_number else None


def _read_cell(written: object) -> str:
    """A field as text: a number in its digits, what is no scalar as a sign that none
    of the fields allows."""
    if written is None:
        return ""
    if isinstance(written, str):
        return HALF.sub("\ufffd", written[: LONGEST_TEXT + 1])
    if isinstance(written, int | float):
        return repr(written)[: LONGEST_TEXT + 1]
    return "{}"
