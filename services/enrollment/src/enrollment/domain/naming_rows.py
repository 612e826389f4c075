"""Which rows of a chunk name a person, however they write phone and numbers."""

from collections.abc import Callable, Collection
from dataclasses import replace

from fields import Illegal
from fields.codes import plain_id_number, plain_member_number, plain_phone

from enrollment.domain.change_row import ChangeRow
from enrollment.domain.people import Person, membership_id
from enrollment.domain.roster import Chunk, Row


def blank_rows(
    chunk: Chunk, person: Person, membership_ids: Collection[str]
) -> Chunk | None:
    """The chunk whose rows that name the person are blank but for number, action and
    class; None where none does."""
    sender = chunk.branch_id

    def blank_if_named(row: Row) -> Row:
        if not names_person(row, sender, person, membership_ids):
            return row
        return Row(row.number, "", "", "", row.class_id, branch_id=row.branch_id)

    def blank_change_if_named(change: ChangeRow) -> ChangeRow:
        if not is_named_by_change(change, sender, person, membership_ids):
            return change
        return ChangeRow(change.number, change.action, change.class_id)

    rows = tuple(blank_if_named(row) for row in chunk.rows)
    changes = tuple(blank_change_if_named(change) for change in chunk.changes)
    blank = replace(chunk, rows=rows, changes=changes)
    return None if blank == chunk else blank


def find_naming(
    chunk: Chunk, person: Person, membership_ids: Collection[str]
) -> list[Row | ChangeRow]:
    """The rows of a chunk that name the person."""
    sender = chunk.branch_id
    rows = [r for r in chunk.rows if names_person(r, sender, person, membership_ids)]
    changes = [
        change
        for change in chunk.changes
        if is_named_by_change(change, sender, person, membership_ids)
    ]
    return [*rows, *changes]


def is_named_by_change(
    change: ChangeRow, sender: str, person: Person, membership_ids: Collection[str]
) -> bool:
    """Whether a change is about the person, or brings or corrects them."""
    about = Row(
        change.number,
        change.name,
        change.member_no,
        change.phone,
        change.class_id,
        change.id_number,
        change.email,
        change.branch_id,
    )
    joined = change.to_branch or change.branch_id
    comes = replace(about, member_no=change.new_member_no, branch_id=joined)
    return any(
        names_person(row, sender, person, membership_ids) for row in (about, comes)
    )


def names_person(
    row: Row, sender: str, person: Person, membership_ids: Collection[str]
) -> bool:
    """Whether a row has the person's phone, ID number, address or member number."""
    member_no = _plain(plain_member_number, row.member_no)
    if membership_id(row.branch_id or sender, member_no) in membership_ids:
        return True
    pairs = (
        (person.phone, _plain(plain_phone, row.phone)),
        (person.id_number, _plain(plain_id_number, row.id_number)),
        (person.email.lower(), row.email.strip().lower()),
    )
    return any(own and own == written for own, written in pairs)


def _plain(read: Callable[[str], str], raw: str) -> str:
    try:
        return read(raw)
    except Illegal:
        return ""
