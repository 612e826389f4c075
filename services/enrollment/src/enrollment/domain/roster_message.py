"""The data of `branch.roster.sent.v1`: a chunk of a roster as a branch sends it, its
rows as they are written, and as they are meant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fields import Illegal
from fields.codes import (
    plain_code,
    plain_email,
    plain_id_number,
    plain_member_number,
    plain_phone,
)
from fields.texts import is_restored, restore_cell, written_line, written_name

from enrollment.domain.branch_message import (
    LARGEST_ROW_NUMBER,
    read_cells,
    read_id,
    read_list,
    read_numbered,
    read_text,
    read_truth,
)
from enrollment.domain.refused_message import NotTaken
from enrollment.domain.register import PersonFields
from enrollment.domain.roster import (
    MOST_ROWS,
    NO_ADDRESS,
    RESTORED,
    Outcome,
    Row,
    reject_row,
)

ROW_TEXTS = (
    "name",
    "member_no",
    "phone",
    "class_id",
    "id_number",
    "email",
    "branch_id",
)
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


def read_rows(sent: Sequence[object]) -> tuple[Row, ...]:
    """The rows of a chunk, each with a number of its own.

    What is wrong within a row is left for its outcome to say. Raises RowsRefused, with
    the place, where no outcome could: for what is no row, or has no number.
    """
    return read_numbered(sent, _read_row)


def _read_row(place: int, written: object) -> Row:
    number, cells = read_cells(place, written, ROW_TEXTS)
    return Row(number, **cells)


@dataclass(frozen=True)
class ParsedRow:
    """A row whose fields are in order, with the notes that its outcome will bear."""

    row: Row
    fields: PersonFields
    class_id: str
    notes: tuple[str, ...] = ()


def parse_row(row: Row, sender: str) -> ParsedRow | Outcome:
    """The row as it is meant; `sender` is its branch where it names none."""
    try:
        fields, notes = parse_person(row, sender)
        class_id = _parse_code(row.class_id, "class-missing", "class-invalid")
    except Illegal as illegal:
        return reject_row(row, illegal.reason)
    return ParsedRow(row, fields, class_id, notes)


def parse_person(row: Row, sender: str) -> tuple[PersonFields, tuple[str, ...]]:
    """The person's fields as they are meant, and notes. Raises Illegal."""
    email, notes = _parse_address(row)
    fields = PersonFields(
        branch_id=_parse_code(row.branch_id, "", "branch-invalid") or sender,
        name=written_name(row.name),
        member_no=plain_member_number(row.member_no),
        phone=plain_phone(row.phone),
        id_number=_parse_optional(row.id_number, plain_id_number),
        email=email,
    )
    cells = (row.name, row.member_no, row.phone, row.id_number)
    if any(is_restored(cell) for cell in cells):
        notes = (*notes, RESTORED)
    return fields, notes


def _parse_address(row: Row) -> tuple[str, tuple[str, ...]]:
    """The address; one that cannot be written to keeps nobody out of a class."""
    try:
        return _parse_optional(row.email, plain_email), ()
    except Illegal:
        return "", (NO_ADDRESS,)


def _parse_optional(cell: str, read: Callable[[str], str]) -> str:
    return read(cell) if restore_cell(cell) else ""


def _parse_code(cell: str, missing: str, invalid: str) -> str:
    """An id that somebody typed; empty where it may be missing."""
    if not restore_cell(cell):
        if missing:
            raise Illegal(missing)
        return ""
    try:
        return plain_code(restore_cell(cell))
    except Illegal:
        raise Illegal(invalid) from None
