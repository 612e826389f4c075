"""The line of heads of a roster file: which column is which field of a row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from fields.texts import plain_text, with_public_code_points

from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_rows import SEPARATORS, possible_separators, read_rows
from gateway.roster_files.roster_text import TextFile

HEAD_LINES = 10
"""The line of heads is among the first ones: titles and notes stand above it."""
LONGEST_HEAD = 60
"""Three times the longest head there is, with its remark in brackets."""
FEWEST_HEADS = 2
"""One known word may stand in a title; two make a line of heads."""
KNOWN_HEADS = {
    "name": "姓名、学员姓名、人员姓名、职工姓名、会员姓名、参训人员姓名、真实姓名、"
    "名字、name、full name",
    "member_no": "会员号、会员证号、工会会员号、工会会员证号、会员编号、会员证编号、"
    "工会会员编号、会员卡号、工会会员卡号、会员号码、member_no、member number、"
    "membership number",
    "phone": "手机号、手机、手机号码、移动电话、联系手机、电话、联系电话、电话号码、"
    "联系方式、phone、mobile、mobile phone、phone number",
    "class_id": "班级编号、班级、培训班编号、培训班、班级代码、班级号、班号、class_id、"
    "class",
    "id_number": "身份证号、身份证号码、身份证、公民身份号码、居民身份证号、证件号码、"
    "证件号、id_number、id card number",
    "email": "邮箱、电子邮箱、电子邮件、邮箱地址、电子邮箱地址、邮件地址、email、"
    "email address、mail",
    "branch_id": "单位编号、单位代码、工会编号、branch_id、branch",
}
HEADS = {field: tuple(heads.split("、")) for field, heads in KNOWN_HEADS.items()}
"""Field → its heads, the one that counts most first; the field itself is English."""
REQUIRED = ("name", "member_no", "phone", "class_id")


class HeadLine(NamedTuple):
    """A line that may be that of the heads."""

    known: int
    separator: str
    row: int
    cells: list[str]


@dataclass(frozen=True)
class Heads:
    """The line of heads: its row, and in which columns each field stands."""

    row: int
    columns: dict[str, tuple[int, ...]]
    names: tuple[str, ...]

    @property
    def ignored(self) -> tuple[str, ...]:
        """The heads of columns that are no field."""
        known = {place for places in self.columns.values() for place in places}
        return tuple(
            name for place, name in enumerate(self.names) if name and place not in known
        )

    def value_of(self, field_: str, cells: list[str]) -> tuple[str, str]:
        """The cell of a field in a row, and the head it stands under.

        The first column that counts; where that is empty the next.
        """
        for place in self.columns.get(field_, ()):
            if place < len(cells) and (cell := cells[place].strip()):
                return with_public_code_points(cell), self.names[place]
        return "", ""


def find_heads(file: TextFile, class_id: str) -> tuple[str, Heads]:
    """The separator between the cells, and the line of heads.

    The line that knows most fields, read with the separator with which it does. Raises
    RosterUnreadable.
    """
    best, faults, is_empty = (
        HeadLine(0, SEPARATORS[0], 0, []),
        list[RosterUnreadable](),
        True,
    )
    for separator in possible_separators(file):
        try:
            for row, cells in islice(read_rows(file, separator), HEAD_LINES):
                is_empty = is_empty and not any(cell.strip() for cell in cells)
                known = {_FIELDS.get(_plain_head(cell)) for cell in cells} - {None}
                if len(known) > best.known:
                    best = HeadLine(len(known), separator, row, cells)
        except RosterUnreadable as fault:
            faults.append(fault)
    if best.known >= FEWEST_HEADS:
        return best.separator, _parse_heads(best.row, best.cells, class_id)
    if faults:
        raise faults[0]
    if is_empty:
        raise RosterUnreadable("file-empty")
    raise RosterUnreadable("heads-missing", **_column_names(REQUIRED))


def _parse_heads(row: int, cells: list[str], class_id: str) -> Heads:
    names = tuple(cell.strip().strip("\ufeff") for cell in cells)
    plain = [_plain_head(name) for name in names]
    twice = [p for p in range(len(plain)) if plain[p] in plain[:p]]
    for place in twice:
        if plain[place] in _FIELDS:
            raise RosterUnreadable("heads-equal", head=names[place])
    columns = {
        name: tuple(plain.index(h) for h in map(_plain_head, heads) if h in plain)
        for name, heads in HEADS.items()
    }
    columns = {name: places for name, places in columns.items() if places}
    given = {"class_id"} if class_id else set()
    missing = [f for f in REQUIRED if f not in columns and f not in given]
    if missing:
        raise RosterUnreadable("columns-missing", **_column_names(missing))
    return Heads(row, columns, names)


def _column_names(columns: Sequence[str]) -> dict[str, str]:
    """Columns as a text names them: by Chinese heads, or by English ones."""
    heads = "、".join(HEADS[name][0] for name in columns)
    return {"heads": heads, "fields": ", ".join(columns)}


def _plain_head(cell: str) -> str:
    """A head without blanks, signs and what stands in brackets, in plain form.

    Empty for what is longer than any head.
    """
    if len(cell) > LONGEST_HEAD:
        return ""
    without_brackets = re.sub(r"[(\[【].*?[)\]】]", "", plain_text(cell))
    return re.sub(r"[\W_]+", "", without_brackets)


_FIELDS = {_plain_head(head): name for name, heads in HEADS.items() for head in heads}
