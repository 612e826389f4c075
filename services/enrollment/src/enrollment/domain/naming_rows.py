"""Which rows of a chunk name a person, however they write phone and numbers."""

from collections.abc import Callable, Collection
from dataclasses import replace

from fields import Illegal
from fields.codes import plain_id_number, plain_member_number, plain_phone

from enrollment.domain.people import Person, membership_id
from enrollment.domain.roster import Chunk, Row


def blank_rows(
    chunk: Chunk, person: Person, membership_ids: Collection[str]
) -> Chunk | None:
    """The chunk whose rows that name the person are blank but for number and class;
    None where none does."""

    def blank_if_named(row: Row) -> Row:
        if not names_person(row, chunk.branch_id, person, membership_ids):
            return row
        return Row(row.number, "", "", "", row.class_id, branch_id=row.branch_id)

    rows = tuple(blank_if_named(row) for row in chunk.rows)
    return None if rows == chunk.rows else replace(chunk, rows=rows)


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
