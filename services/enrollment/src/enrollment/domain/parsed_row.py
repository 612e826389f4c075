"""Rows parsed: every field in its plain form, or why the row is not taken."""

from collections.abc import Callable
from dataclasses import dataclass

from fields import Illegal
from fields.codes import (
    plain_code,
    plain_email,
    plain_id_number,
    plain_member_number,
    plain_phone,
)
from fields.texts import is_restored, restore_cell, written_name

from enrollment.domain.register import PersonFields
from enrollment.domain.roster import NO_ADDRESS, RESTORED, Outcome, Row, reject_row


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
