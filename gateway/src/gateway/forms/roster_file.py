"""A roster as branches keep it: what any spreadsheet saves as text."""

import csv
import hashlib
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, NamedTuple, TextIO

from fields.characters import with_public_code_points
from fields.texts import plain_text

from gateway.forms.roster_faults import RosterUnreadable
from gateway.forms.roster_text import TextFile, open_text_file

LARGEST = 8 * 1024 * 1024
MOST_ROWS = 50_000
CHUNK_ROWS = 200
LONGEST_CELL = 1_000
"""Beyond this a quote stayed open; what is only too long for its field is judged with
its row. A chunk of such cells stays within what the door of enrollment takes."""
MOST_CELLS, LONGEST_LINE, MOST_BREAKS = 1_000, 100_000, 100
"""Cells and characters in a line and lines in a row: beyond these it is no roster,
and to read it on would cost memory."""
MOST_LINES = 200_000
"""Rows with the blank ones: four times what a roster may hold."""
HEAD_LINES = 10
"""The line of heads is among the first ones: titles and notes stand above it."""
NAMED_SUMS = 20
LONGEST_HEAD = 60
FEWEST_HEADS = 2
"""One known word may stand in a title; two make a line of heads."""
MARKS = (",", ";", "\t", "|")
READING = b"2"
"""Changes when the same bytes are read otherwise than before: another roster then."""
HEADS = {
    "name": (
        "姓名", "学员姓名", "人员姓名", "职工姓名", "会员姓名", "参训人员姓名",
        "真实姓名", "名字", "name", "full name",
    ),
    "member_no": (
        "会员号", "会员证号", "工会会员号", "工会会员证号", "会员编号", "会员证编号",
        "工会会员编号", "会员卡号", "工会会员卡号", "会员号码", "member_no",
        "member number", "membership number",
    ),
    "phone": (
        "手机号", "手机", "手机号码", "移动电话", "联系手机", "电话", "联系电话",
        "电话号码", "联系方式", "phone", "mobile", "mobile phone", "phone number",
    ),
    "class_id": (
        "班级编号", "班级", "培训班编号", "培训班", "班级代码", "班级号", "班号",
        "class_id", "class",
    ),
    "id_number": (
        "身份证号", "身份证号码", "身份证", "公民身份号码", "居民身份证号", "证件号码",
        "证件号", "id_number", "id card number",
    ),
    "email": (
        "邮箱", "电子邮箱", "电子邮件", "邮箱地址", "电子邮箱地址", "邮件地址",
        "email", "email address", "mail",
    ),
    "branch_id": ("单位编号", "单位代码", "工会编号", "branch_id", "branch"),
}  # fmt: skip
"""Field → its heads, the one that counts most first; the field itself is English."""
REQUIRED = ("name", "member_no", "phone", "class_id")
SHARED = {"class_id", "branch_id"}
"""Many rows say the same of these: it is kept once."""
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?')
SUM = re.compile(
    r"(合计|总计|小计|共计|总数|总人数|人数合计|subtotal|total|sum)[\W\d]*[人名位]?[\W\d]*"
)
SWALLOWED = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True)
class ReadingNotes:
    """What was passed over in reading: the sender should know.

    `ignored` are heads of columns that mean nothing here, `sums` the numbers of the
    first rows of sums; `empty` rows have nobody.
    """

    ignored: tuple[str, ...] = ()
    sums: tuple[int, ...] = ()
    empty: int = 0


@dataclass(frozen=True)
class RosterFile:
    """A readable roster. The same bytes have the same id, so a repeat is known.

    `rows` are as the enrollment service takes them; `row` is the row's number in a
    spreadsheet.
    """

    id: str
    rows: tuple[dict[str, Any], ...]
    notes: ReadingNotes = field(default_factory=ReadingNotes)

    def with_fresh_id(self, dry_run: bool) -> "RosterFile":
        """The same rows under a name of their own, to be decided as of now."""
        stamp = secrets.token_hex(3)
        return replace(self, id=f"{'try-' if dry_run else ''}{self.id}-{stamp}")

    def split_into_chunks(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Key and rows of each chunk."""
        starts = range(0, len(self.rows), CHUNK_ROWS)
        return [
            (f"{self.id}.{start // CHUNK_ROWS + 1}",
             list(self.rows[start : start + CHUNK_ROWS]))
            for start in starts
        ]  # fmt: skip


class HeadLine(NamedTuple):
    """A line that may be that of the heads."""

    known: int
    mark: str
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
        """What a row says of a field, and the head it stands under.

        The first column that counts; where that is empty the next.
        """
        for place in self.columns.get(field_, ()):
            if place < len(cells) and (cell := cells[place].strip()):
                return with_public_code_points(cell), self.names[place]
        return "", ""


def read_roster(content: bytes, class_id: str = "") -> RosterFile:
    """Read the file; `class_id` stands in where there is no class column.

    A cell is sent as it is written: what is wrong with it becomes the outcome of its
    row. Raises RosterUnreadable, and then nothing of the file is taken.
    """
    if len(content) > LARGEST:
        raise RosterUnreadable("file-too-large")
    digest = hashlib.sha256(READING)
    digest.update(content)
    digest.update(b"\0" + class_id.encode())
    file = open_text_file(content)
    mark, heads = _find_heads(file, class_id)
    reading = _RowReader(heads, class_id)
    for row, cells in islice(_read_rows(file, mark), heads.row, None):
        reading.read_row(row, cells, mark)
    if not reading.rows:
        raise RosterUnreadable("rows-missing")
    return RosterFile(
        digest.hexdigest()[:12], tuple(reading.rows), reading.reading_notes()
    )


class _RowReader:
    """The rows of one file as they are read."""

    def __init__(self, heads: Heads, class_id: str) -> None:
        self.heads, self.class_id = heads, class_id
        self.rows: list[dict[str, Any]] = []
        self.sums: list[int] = []
        self.count = self.empty = 0
        self.ids: dict[str, str] = {}

    def read_row(self, row: int, cells: list[str], mark: str) -> None:
        """One row more. Raises RosterUnreadable."""
        if not any(cell.strip() for cell in cells):
            return
        if any(_has_swallowed_a_row(cell, mark) for cell in cells):
            raise RosterUnreadable("quote-open", row=row)
        values = {
            name: self._check_length(row, *self.heads.value_of(name, cells))
            for name in self.heads.columns
        }
        self.count += 1
        if self.count > MOST_ROWS:
            raise RosterUnreadable("rows-too-many", most=MOST_ROWS)
        if _is_sum(values, cells):
            self.sums = [*self.sums, row][:NAMED_SUMS]
        elif not any(values.values()):
            self.empty += 1
        else:
            filled = {name: value for name, value in values.items() if value}
            for name in SHARED & filled.keys():
                filled[name] = self.ids.setdefault(filled[name], filled[name])
            self.rows.append({"row": row, "class_id": self.class_id} | filled)

    def reading_notes(self) -> ReadingNotes:
        """What is to be said of the reading."""
        return ReadingNotes(self.heads.ignored, tuple(self.sums), self.empty)

    def _check_length(self, row: int, cell: str, head: str) -> str:
        if len(cell) > LONGEST_CELL:
            raise RosterUnreadable(
                "cell-too-long", row=row, head=head, most=LONGEST_CELL
            )
        return cell


def _find_heads(file: TextFile, class_id: str) -> tuple[str, Heads]:
    """What stands between the cells, and the line of heads.

    The line that knows most fields, read with the mark with which it does. Raises
    RosterUnreadable.
    """
    best, faults, is_empty = (
        HeadLine(0, MARKS[0], 0, []),
        list[RosterUnreadable](),
        True,
    )
    for mark in _possible_separators(file):
        try:
            for row, cells in islice(_read_rows(file, mark), HEAD_LINES):
                is_empty = is_empty and not any(cell.strip() for cell in cells)
                known = {_FIELDS.get(_plain_head(cell)) for cell in cells} - {None}
                if len(known) > best.known:
                    best = HeadLine(len(known), mark, row, cells)
        except RosterUnreadable as fault:
            faults.append(fault)
    if best.known >= FEWEST_HEADS:
        return best.mark, _parse_heads(best.row, best.cells, class_id)
    if faults:
        raise faults[0]
    if is_empty:
        raise RosterUnreadable("file-empty")
    raise RosterUnreadable("heads-missing", **_column_names(REQUIRED))


def _possible_separators(file: TextFile) -> tuple[str, ...]:
    """What may stand between the cells; one alone where the file says so itself."""
    separator = SEPARATOR_LINE.fullmatch(_first_line(file))
    return (separator[1],) if separator else MARKS


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


def _read_rows(file: TextFile, mark: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers in a spreadsheet. Raises RosterUnreadable."""
    lines = _BoundedLines(file.open(), mark)
    if SEPARATOR_LINE.fullmatch(_first_line(file)):
        next(lines)
        lines.since = 0
    reader = csv.reader(lines, strict=True, delimiter=mark)
    try:
        for cells in reader:
            lines.rows, lines.since = lines.rows + 1, 0
            if lines.rows > MOST_LINES:
                raise RosterUnreadable("rows-too-many", most=MOST_ROWS)
            yield lines.rows, cells
    except csv.Error as error:
        raise RosterUnreadable("quote-open", row=lines.rows + 1) from error


def _first_line(file: TextFile) -> str:
    return file.open().readline(LONGEST_LINE).strip("\r\n")


class _BoundedLines:
    """The lines of a text, none of them longer or wider than a roster's can be.

    `rows` have been read, `since` lines belong to the row that is being read.
    """

    def __init__(self, text: TextIO, mark: str) -> None:
        self.text, self.mark = text, mark
        self.rows = self.since = 0

    def __iter__(self) -> "_BoundedLines":
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        self.since += 1
        if len(line) > LONGEST_LINE or line.count(self.mark) >= MOST_CELLS:
            raise RosterUnreadable("row-too-wide", row=self.rows + 1)
        if self.since > MOST_BREAKS:
            raise RosterUnreadable("quote-open", row=self.rows + 1)
        return line


def _has_swallowed_a_row(cell: str, mark: str) -> bool:
    """Whether a quote that was never closed took a whole row into this cell."""
    if cell.isprintable():
        return False
    _, _, rest = cell.replace("\r", "\n").partition("\n")
    return rest.count(mark) > 1 and SWALLOWED.search(rest) is not None


def _is_sum(values: dict[str, str], cells: list[str]) -> bool:
    """Whether the row counts people and is none."""
    if values.get("phone") or values.get("id_number"):
        return False
    texts = [values["name"]] if values.get("name") else cells
    short = (cell for cell in texts if 0 < len(cell) <= LONGEST_HEAD)
    return any(SUM.fullmatch(plain_text(cell)) for cell in short)


def guard_formula(cell: str) -> str:
    """A cell for a spreadsheet: what would compute is shown instead."""
    return "'" + cell if cell[:1] in set("=+-@\t\r\n＝＋－＠") else cell
