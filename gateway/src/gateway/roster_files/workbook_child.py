"""Reads a stranger's workbook in a confined process, and writes lines of JSON.

Standard input is one line of JSON, the sheet that is wanted or an empty text, and the
file; standard output are the lines of `workbook_lines`. It knows nothing of rosters but
their heads, and imports little: it starts in a tenth of a second.
"""

import io
import sys
from collections.abc import Iterator
from itertools import islice

import msgspec
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from gateway.roster_files.known_heads import (
    FEWEST_HEADS,
    HEAD_LINES,
    count_known_heads,
)
from gateway.roster_files.workbook_cells import MergedCells, cell_text
from gateway.roster_files.workbook_lines import (
    Line,
    SheetChoice,
    SheetEnd,
    SheetFault,
    SheetRow,
    WorkbookFault,
)
from gateway.roster_files.workbook_locks import is_old_workbook_locked
from gateway.roster_files.workbook_parts import SheetMarks, WorkbookParts

ZIP = b"PK\x03\x04"
MOST_SHEETS = 50
"""Sheets that are looked into; a workbook with a sheet a class has a dozen."""
MOST_ROWS, MOST_CELLS, LONGEST_CELL = 200_000, 1_000, 1_001
"""As in a text file (`roster_rows`, `roster_file`); one character more than a cell may
have, so that whoever reads it sees it is too long."""
NAMED_HIDDEN = 20
BEST = 1


def find_lines(content: bytes, wanted: str) -> Iterator[Line]:
    """The lines that tell what stands in the file. Raises WorkbookFault."""
    parts = WorkbookParts(content) if content.startswith(ZIP) else None
    if parts is None and is_old_workbook_locked(content):
        raise WorkbookFault("workbook-locked")
    try:
        with load_workbook(io.BytesIO(content)) as book:
            place, sheet, others = _choose_sheet(book, wanted)
            marks = parts.find_marks(place) if parts else SheetMarks()
            yield SheetChoice(
                sheet.name,
                others,
                marks.hidden[:NAMED_HIDDEN],
                marks.hidden_count,
            )
            yield from _find_rows(sheet, marks)
    except CalamineError as error:
        raise WorkbookFault("workbook-damaged") from error
    yield SheetEnd()


def _choose_sheet(
    book: CalamineWorkbook, wanted: str
) -> tuple[int, CalamineSheet, list[str]]:
    """Place and content of the sheet to read, and the names of the others that hold
    something.

    The one that is wanted, else the first with a line of heads, else the first that
    is not empty.
    """
    names: dict[int, str] = {}
    best, chosen = -1, None
    for place, sheet in _find_sheets(book):
        names[place] = sheet.name
        fitness = _judge_sheet(sheet, wanted) if best < BEST else -1
        if fitness > best:
            best, chosen = fitness, (place, sheet)
    if chosen is None:
        raise WorkbookFault("file-empty")
    if wanted and best < BEST:
        raise WorkbookFault("sheet-missing")
    others = [name for place, name in names.items() if place != chosen[0]]
    return *chosen, others


def _find_sheets(book: CalamineWorkbook) -> Iterator[tuple[int, CalamineSheet]]:
    """The sheets that people see and that hold something, with their places."""
    for place, about in enumerate(book.sheets_metadata[:MOST_SHEETS]):
        is_seen = about.visible == SheetVisibleEnum.Visible
        if is_seen and about.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_index(place)
            if sheet.start is not None:
                yield place, sheet


def _judge_sheet(sheet: CalamineSheet, wanted: str) -> int:
    """How fit this sheet is to be read: `BEST` is taken, 0 only for want of others."""
    if wanted:
        return BEST if sheet.name == wanted else 0
    return BEST if _count_heads(sheet) >= FEWEST_HEADS else 0


def _count_heads(sheet: CalamineSheet) -> int:
    """The most known heads in one of the first lines that are not blank."""
    lines = (line for line in islice(sheet.iter_rows(), MOST_ROWS) if any(line))
    return max(
        (
            count_known_heads(cell for cell in line if isinstance(cell, str))
            for line in islice(lines, HEAD_LINES)
        ),
        default=0,
    )


def _find_rows(sheet: CalamineSheet, marks: SheetMarks) -> Iterator[Line]:
    """The rows that are not blank, from column A."""
    margin = [""] * (sheet.start[1] if sheet.start else 0)
    merged = MergedCells(sheet.merged_cell_ranges or ())
    errors: dict[int, list[tuple[int, str]]] = {}
    for (row, column), sign in marks.errors.items():
        errors.setdefault(row, []).append((column, sign))
    for row, cells in enumerate(sheet.iter_rows()):
        texts = margin + [
            cell if type(cell) is str else cell_text(cell) for cell in cells
        ]
        for column, sign in errors.get(row, ()):
            if column < len(texts):
                texts[column] = sign
        merged.fill_row(row, texts)
        while texts and not texts[-1].strip():
            texts.pop()
        if len(texts) > MOST_CELLS:
            raise WorkbookFault("sheet-too-wide")
        if row >= MOST_ROWS and texts:
            raise WorkbookFault("sheet-too-long")
        if texts:
            yield SheetRow(row + 1, [text[:LONGEST_CELL] for text in texts])


def main() -> None:
    """Read the one file and write its lines."""
    wanted = msgspec.json.decode(sys.stdin.buffer.readline(), type=str)
    write, encode = sys.stdout.buffer.write, msgspec.json.Encoder().encode
    try:
        for line in find_lines(sys.stdin.buffer.read(), wanted):
            write(encode(line))
            write(b"\n")
    except WorkbookFault as fault:
        write(encode(SheetFault(fault.fault)) + b"\n")
    except MemoryError:
        write(encode(SheetFault("workbook-too-large")) + b"\n")


if __name__ == "__main__":
    main()
