"""A roster as branches keep it: a workbook, or what any spreadsheet saves as text."""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

from fields.texts import plain_text

from gateway.roster_files.column_mapping import ColumnMapping, SeenTable
from gateway.roster_files.known_heads import LONGEST_HEAD, SENT
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_heads import Heads, find_heads, score_heads
from gateway.roster_files.roster_rows import MOST_ROWS
from gateway.roster_files.roster_table import Table, open_table

LARGEST = 8 * 1024 * 1024
"""The most rows a roster may have at some 160 bytes each."""
CHUNK_ROWS = 200
"""What enrollment keeps in one document: no document grows without bound."""
LONGEST_CELL = 1_000
"""Beyond this a quote stayed open; what is only too long for its field is judged with
its row. A chunk of such cells stays within what the door of enrollment takes."""
NAMED_SUMS = 20
"""As many as a page can list; more sums in one roster are a mistake of its own."""
READING = b"3"
"""Changes when the same bytes are read otherwise than before: another roster then."""
SHARED = {"class_id", "branch_id", "branch_name"}
"""Many rows say the same of these: it is kept once."""
SUM = re.compile(
    r"(合计|总计|小计|共计|总数|总人数|人数合计|subtotal|total|sum)[\W\d]*[人名位]?[\W\d]*"
)
SUM_SIGN = re.compile("[计总]|total|sum", re.IGNORECASE)
"""What every word for a sum holds: looked for first, as most names do not."""
FEWEST_DIGITS = 7
"""A landline without its area code has seven; no roster counts a million people."""
EXAMPLE = re.compile(r"[\[(【]*(示例|样例|example)([\W_].*)?")
"""The row of a template that shows how to fill it in: its name begins so."""
SWALLOWED = re.compile(r"1[3-9][0-9]{9}")
"""A mobile number: every row has one, no note in a cell has."""


@dataclass(frozen=True)
class ReadingNotes:
    """Notes on what was passed over in reading: the sender should know.

    `ignored` are heads of columns that mean nothing here, `sums` the numbers of the
    first rows of sums; `empty` rows have nobody. Of a workbook: the `sheet` that was
    read, the `others` that hold something, the first `hidden` rows, which were read,
    and how many there are.
    """

    ignored: tuple[str, ...] = ()
    sums: tuple[int, ...] = ()
    empty: int = 0
    sheet: str = ""
    others: tuple[str, ...] = ()
    hidden: tuple[int, ...] = ()
    hidden_count: int = 0


@dataclass(frozen=True)
class RosterFile:
    """A readable roster. The same bytes have the same id, so a repeat is known.

    `rows` are as the enrollment service takes them; `row` is the row's number in a
    spreadsheet. `seen` is how its columns were understood; `branch_names` are units
    that rows name in words (row → name): they are not sent.
    """

    id: str
    rows: tuple[dict[str, Any], ...]
    notes: ReadingNotes = field(default_factory=ReadingNotes)
    seen: SeenTable | None = None
    branch_names: dict[int, str] = field(default_factory=dict)

    def with_fresh_id(self, dry_run: bool) -> "RosterFile":
        """The same rows under an id of their own, to be decided as of now."""
        stamp = secrets.token_hex(3)
        return replace(self, id=f"{'try-' if dry_run else ''}{self.id}-{stamp}")

    def split_into_chunks(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Key and rows of each chunk."""
        starts = range(0, len(self.rows), CHUNK_ROWS)
        chunks = (list(self.rows[start : start + CHUNK_ROWS]) for start in starts)
        return [(f"{self.id}.{number}", rows) for number, rows in enumerate(chunks, 1)]


def read_roster(
    content: bytes,
    class_id: str = "",
    mapping: ColumnMapping | None = None,
    sheet: str = "",
) -> RosterFile:
    """Read the file; `class_id` stands in where there is no class column.

    `mapping` says which columns hold which field, as somebody was asked; `sheet` which
    of a workbook's sheets is read. A cell is sent as it is written: what is wrong with
    it becomes the outcome of its row. Raises RosterUnreadable, and then nothing of the
    file is taken; MappingNeeded where a person must say which column is which.
    """
    if len(content) > LARGEST:
        raise RosterUnreadable("file-too-large")
    with open_table(content, sheet, score_heads(mapping)) as table:
        heads, rows = find_heads(table, class_id, mapping)
        reading = _RowReader(heads, class_id, table)
        for row, cells in rows:
            if row > heads.row:
                reading.read_row(row, cells)
    if not reading.rows:
        raise RosterUnreadable("rows-missing")
    return RosterFile(
        _compute_id(content, class_id, mapping, sheet),
        tuple(reading.rows),
        reading.reading_notes(),
        heads.seen,
        reading.branch_names,
    )


def _compute_id(
    content: bytes, class_id: str, mapping: ColumnMapping | None, sheet: str
) -> str:
    digest = hashlib.sha256(READING)
    digest.update(content)
    digest.update(b"\0" + class_id.encode())
    if mapping is not None or sheet:
        columns = sorted(mapping.columns.items()) if mapping else []
        digest.update(b"\0" + repr((columns, sheet)).encode())
    return digest.hexdigest()[:12]


class _RowReader:
    """The rows of one file as they are read."""

    def __init__(self, heads: Heads, class_id: str, table: Table) -> None:
        self.heads, self.class_id, self.table = heads, class_id, table
        self.rows: list[dict[str, Any]] = []
        self.branch_names: dict[int, str] = {}
        self.sums: list[int] = []
        self.count = self.empty = 0
        self.ids: dict[str, str] = {}

    def read_row(self, row: int, cells: list[str]) -> None:
        """A row is read. Raises RosterUnreadable."""
        if not any(cell.strip() for cell in cells):
            return
        separator = self.table.separator
        if separator and any(_has_swallowed_a_row(cell, separator) for cell in cells):
            raise RosterUnreadable("quote-open", row=row)
        values = {
            name: self._check_length(row, *self.heads.value_of(name, cells))
            for name in self.heads.columns
        }
        if _is_example(values.get("name", "")):
            return
        self.count += 1
        if self.count > MOST_ROWS:
            raise RosterUnreadable("rows-too-many", most=MOST_ROWS)
        if _is_sum(values, cells):
            self.sums = [*self.sums, row][:NAMED_SUMS]
        elif not any(values[name] for name in values if name in SENT):
            self.empty += 1
        else:
            self._add_row(row, values)

    def _add_row(self, row: int, values: dict[str, str]) -> None:
        filled = {name: value for name, value in values.items() if value}
        for name in SHARED & filled.keys():
            filled[name] = self.ids.setdefault(filled[name], filled[name])
        if unit := filled.pop("branch_name", ""):
            self.branch_names[row] = unit
        self.rows.append({"row": row, "class_id": self.class_id} | filled)

    def reading_notes(self) -> ReadingNotes:
        """The notes on what was passed over."""
        return ReadingNotes(
            self.heads.ignored,
            tuple(self.sums),
            self.empty,
            self.table.sheet,
            self.table.others,
            self.table.hidden,
            self.table.hidden_count,
        )

    def _check_length(self, row: int, cell: str, head: str) -> str:
        if len(cell) > LONGEST_CELL:
            raise RosterUnreadable(
                "cell-too-long", row=row, head=head, most=LONGEST_CELL
            )
        return cell


def _has_swallowed_a_row(cell: str, separator: str) -> bool:
    """Whether a quote that was never closed took a whole row into this cell."""
    if cell.isprintable():
        return False
    _, _, rest = cell.replace("\r", "\n").partition("\n")
    return rest.count(separator) > 1 and SWALLOWED.search(rest) is not None


def _has_number(cell: str) -> bool:
    """Whether it is a number of a person, and no count of people."""
    return sum(1 for character in cell if character.isdigit()) >= FEWEST_DIGITS


def _is_example(name: str) -> bool:
    """Whether this is the row of a template that shows how to fill it in."""
    beginning = name[:LONGEST_HEAD].casefold()
    may_be = "例" in beginning or "example" in beginning
    return may_be and EXAMPLE.fullmatch(plain_text(beginning)) is not None


def _is_sum(values: dict[str, str], cells: list[str]) -> bool:
    """Whether the row counts people and is none."""
    if any(_has_number(values.get(name, "")) for name in ("phone", "id_number")):
        return False
    texts = [values["name"]] if values.get("name") else cells
    short = (cell for cell in texts if 0 < len(cell) <= LONGEST_HEAD)
    return any(
        SUM_SIGN.search(unicodedata.normalize("NFKC", cell))
        and SUM.fullmatch(plain_text(cell))
        for cell in short
    )


def guard_formula(cell: str) -> str:
    """A cell for a spreadsheet: what would compute is shown instead."""
    return "'" + cell if cell[:1] in set("=+-@\t\r\n＝＋－＠") else cell
