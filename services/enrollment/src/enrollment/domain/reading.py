"""Reading a row: every field in its plain form, or why the row is not taken."""

from collections.abc import Callable
from dataclasses import dataclass

from fields import Illegal
from fields.addresses import plain_email
from fields.keys import plain_code
from fields.names import written_name
from fields.numbers import plain_id_number, plain_member_number, plain_phone
from fields.spreadsheet import is_restored, restore_cell

from enrollment.domain.register import Named
from enrollment.domain.roster import NO_ADDRESS, RESTORED, Outcome, Row, rejected


@dataclass(frozen=True)
class Reading:
    """A row whose fields are in order, with the notes that its outcome will bear."""

    row: Row
    named: Named
    class_id: str
    notes: tuple[str, ...] = ()


def read_row(row: Row, sender: str) -> Reading | Outcome:
    """The row as it is meant; `sender` is its branch where it names none."""
    email, notes = _address(row)
    try:
        named = Named(
            branch_id=_code(row.branch_id, "", "branch-invalid") or sender,
            name=written_name(row.name),
            member_no=plain_member_number(row.member_no),
            phone=plain_phone(row.phone),
            id_number=_optional(row.id_number, plain_id_number),
            email=email,
        )
        class_id = _code(row.class_id, "class-missing", "class-invalid")
    except Illegal as illegal:
        return rejected(row, illegal.reason)
    cells = (row.name, row.member_no, row.phone, row.id_number)
    if any(is_restored(cell) for cell in cells):
        notes = (*notes, RESTORED)
    return Reading(row, named, class_id, notes)


def _address(row: Row) -> tuple[str, tuple[str, ...]]:
    """The address; one that cannot be written to keeps nobody out of a class."""
    try:
        return _optional(row.email, plain_email), ()
    except Illegal:
        return "", (NO_ADDRESS,)


def _optional(cell: str, read: Callable[[str], str]) -> str:
    return read(cell) if restore_cell(cell) else ""


def _code(cell: str, missing: str, invalid: str) -> str:
    """An id that somebody typed; empty where it may be missing."""
    if not restore_cell(cell):
        if missing:
            raise Illegal(missing)
        return ""
    try:
        return plain_code(restore_cell(cell))
    except Illegal:
        raise Illegal(invalid) from None
