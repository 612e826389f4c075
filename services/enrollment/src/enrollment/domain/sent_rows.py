"""Rows as branches send them: read alike, by HTTP or from the broker."""

from collections.abc import Mapping, Sequence

from enrollment.domain.errors import RowsRefused
from enrollment.domain.roster import MOST_ROWS, Row

TEXTS = (
    "name",
    "member_no",
    "phone",
    "class_id",
    "id_number",
    "email",
    "branch_id",
)
LARGEST_NUMBER = 1_000_000
"""Of a row: more lines than any table of people has."""
LONGEST_TEXT = 254
"""In characters; the longest legal field is a mail address (RFC 5321), so one more is
enough to refuse any."""


def read_rows(sent: Sequence[object]) -> tuple[Row, ...]:
    """The rows of a chunk, each with a number of its own.

    What is wrong within a row is left for its outcome to say. Raises RowsRefused, with
    the place, where no outcome could: for what is no row, or has no number.
    """
    if not sent:
        raise RowsRefused("rows", "rows-none")
    if len(sent) > MOST_ROWS:
        raise RowsRefused("rows", "rows-too-many")
    places: dict[int, int] = {}
    rows = []
    for place, written in enumerate(sent):
        row = _read_row(place, written)
        if places.setdefault(row.number, place) != place:
            raise RowsRefused(f"rows/{place}/row", "row-number-twice")
        rows.append(row)
    return tuple(rows)


def _read_row(place: int, written: object) -> Row:
    if not isinstance(written, Mapping):
        raise RowsRefused(f"rows/{place}", "row-unreadable")
    if not written.keys() <= {"row", *TEXTS}:
        raise RowsRefused(f"rows/{place}", "row-field-unknown")
    number = _whole_number(written.get("row"))
    if number is None:
        raise RowsRefused(f"rows/{place}/row", "row-number-invalid")
    return Row(number, **{field: _field_text(written.get(field)) for field in TEXTS})


def _whole_number(written: object) -> int | None:
    """A row's number; 2.0 is 2, as JSON has it. None if it is none."""
    if isinstance(written, bool) or not isinstance(written, int | float):
        return None
    is_number = 1 <= written <= LARGEST_NUMBER and written == int(written)
    return int(written) if is_number else None


def _field_text(written: object) -> str:
    """A field as text: a number in its digits, what is no scalar as a sign that none
    of the fields allows."""
    if written is None:
        return ""
    if isinstance(written, str):
        return written[: LONGEST_TEXT + 1]
    if isinstance(written, int | float):
        return repr(written)[: LONGEST_TEXT + 1]
    return "{}"
