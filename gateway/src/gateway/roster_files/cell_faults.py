"""Faults of single cells: a stable code, its place, and what to do, before it is sent.

The codes are those with which enrollment refuses a row; so are the rules (`fields`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fields import Illegal
from fields.codes import (
    plain_email,
    plain_id_number,
    plain_member_number,
    plain_phone,
)
from fields.texts import restore_cell, written_name

from gateway.roster_files.known_heads import HEADS
from gateway.roster_files.roster_file import RosterFile
from gateway.texts import N_
from gateway.texts.rosters import REASONS, ROW_NOTES

RULES: Mapping[str, Callable[[str], str]] = {
    "name": written_name,
    "member_no": plain_member_number,
    "phone": plain_phone,
    "id_number": plain_id_number,
    "email": plain_email,
}
OPTIONAL = {"id_number", "email"}
TEXTS = (
    ROW_NOTES
    | REASONS
    | {
        "class-ambiguous": N_("有几个班都叫这个名字：请改填班级编号"),
        "phone-missing": N_("缺手机号：请填 11 位号码"),
    }
)
PLACE, SHEET_PLACE = (
    N_("第 %(row)s 行 %(column)s 列“%(head)s”：%(text)s"),
    N_("工作表“%(sheet)s”第 %(row)s 行 %(column)s 列“%(head)s”：%(text)s"),
)
NEAR = N_("%(text)s。是不是：%(near)s")


@dataclass(frozen=True)
class CellFault:
    """A fault of one cell: its place as a spreadsheet shows it, and its code.

    `column` is a letter, empty where the roster has no such column; `near` is what may
    have been meant.
    """

    row: int
    field: str
    fault: str
    sheet: str = ""
    column: str = ""
    head: str = ""
    near: tuple[str, ...] = ()

    def translated_text(self, translate: Callable[[str], str] = str) -> str:
        """The place, the fault and what to do, Chinese unless translated."""
        text = translate(TEXTS[self.fault])
        if self.near:
            near = translate(N_("、")).join(self.near)
            text = translate(NEAR) % {"text": text, "near": near}
        place = SHEET_PLACE if self.sheet else PLACE
        return translate(place) % {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "head": self.head or HEADS[self.field][0],
            "text": text,
        }


def find_cell_faults(roster: RosterFile) -> Iterator[CellFault]:
    """The faults that enrollment would find in the cells themselves, row by row.

    Whether a class is known is another question: `named_classes.with_class_ids`.
    """
    for row in roster.rows:
        for field_, rule in RULES.items():
            if fault := judge_cell(row.get(field_, ""), field_, rule):
                yield locate_fault(roster, row["row"], field_, fault)
        if not row["class_id"]:
            yield locate_fault(roster, row["row"], "class_id", "class-missing")


def locate_fault(
    roster: RosterFile, row: int, field_: str, fault: str, near: tuple[str, ...] = ()
) -> CellFault:
    """The fault with its place in the file."""
    seen = roster.seen
    places = seen.columns.get(field_, ()) if seen else ()
    head = seen.heads[places[0]] if seen and places and seen.heads else ""
    column = column_letters(places[0]) if places else ""
    return CellFault(row, field_, fault, roster.notes.sheet, column, head, near)


def column_letters(place: int) -> str:
    """The letters of the column at this place from 0: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def judge_cell(cell: str, field_: str, rule: Callable[[str], str]) -> str | None:
    """The code of what is wrong with a cell of this field, or None."""
    try:
        if cell or field_ not in OPTIONAL:
            if field_ in OPTIONAL and not restore_cell(cell):
                return None
            rule(cell)
    except Illegal as illegal:
        is_missing = illegal.reason == "phone-invalid" and not cell
        return "phone-missing" if is_missing else illegal.reason
    return None
