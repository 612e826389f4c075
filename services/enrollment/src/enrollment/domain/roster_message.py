"""The data of `branch.roster.sent.v1`: a chunk of a roster as a branch sends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fields import Illegal
from fields.texts import written_line

from enrollment.domain.branch_message import (
    read_id,
    read_list,
    read_text,
    read_truth,
)
from enrollment.domain.refused_message import NotTaken
from enrollment.domain.roster import MOST_ROWS, Row
from enrollment.domain.sent_rows import LARGEST_ROW_NUMBER, read_rows

TYPE = "branch.roster.sent.v1"
LONGEST_NAME = 200
"""In characters; a file's name has fewer."""


@dataclass(frozen=True)
class RosterMessage:
    """A chunk as it was sent; `branch_id` is empty where the sender names none."""

    branch_id: str
    roster_id: str
    key: str
    rows: tuple[Row, ...]
    dry_run: bool
    name: str
    repairs: tuple[int, ...]


def read_roster(data: Mapping[str, object]) -> RosterMessage:
    """The chunk in these data. Raises NotTaken, with the key if it has one."""
    key = read_id(data, "key")
    try:
        return RosterMessage(
            branch_id=read_text(data, "branch_id"),
            roster_id=read_id(data, "roster_id"),
            key=key,
            rows=read_list(data, read_rows),
            dry_run=read_truth(data, "dry_run"),
            name=_read_line(data, "name"),
            repairs=_read_numbers(data, "repairs"),
        )
    except NotTaken as refused:
        raise NotTaken(refused.slug, refused.place, key) from refused


def _read_line(data: Mapping[str, object], name: str) -> str:
    text = read_text(data, name)
    try:
        line = written_line(text)
    except Illegal as illegal:
        raise NotTaken("field-invalid", name) from illegal
    if len(line) > LONGEST_NAME:
        raise NotTaken("field-invalid", name)
    return line


def _read_numbers(data: Mapping[str, object], name: str) -> tuple[int, ...]:
    numbers = data.get(name)
    if numbers is None:
        return ()
    if not isinstance(numbers, Sequence) or isinstance(numbers, str):
        raise NotTaken("field-invalid", name)
    if len(numbers) > MOST_ROWS or not all(map(_is_row_number, numbers)):
        raise NotTaken("field-invalid", name)
    return tuple(numbers)


def _is_row_number(value: object) -> bool:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return is_whole and 1 <= value <= LARGEST_ROW_NUMBER  # type: ignore[operator]
