"""Cells of a workbook as text, as people mean them."""

import datetime
import math
from collections.abc import Iterable

Cell = (
    str
    | int
    | float
    | bool
    | datetime.date
    | datetime.datetime
    | datetime.time
    | datetime.timedelta
)
Place = tuple[int, int]
"""Row and column, from 0."""
EXACT_BELOW = 10**15
"""Spreadsheets keep fifteen digits of a number: of a longer one the last are lost."""


def cell_text(cell: Cell) -> str:
    """The cell as text: all digits of a whole number, or its rounded form if it lost
    some, so that whoever judges the row sees it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number_text(cell)
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    return str(cell)


def _number_text(number: float) -> str:
    if not math.isfinite(number):
        return "#NUM!"
    if abs(number) >= EXACT_BELOW:
        return f"{number:.5E}"
    return str(int(number)) if number == int(number) else repr(number)


class MergedCells:
    """Merged cells: what stands in the first row of a merge counts for all its rows.

    Across columns it does not: a title over five columns is no name five times.
    """

    def __init__(self, ranges: Iterable[tuple[Place, Place]]) -> None:
        self.starts: dict[int, list[tuple[int, int]]] = {}
        self.running: dict[int, tuple[int, str]] = {}
        for (top, left), (bottom, _) in ranges:
            if bottom > top:
                self.starts.setdefault(top, []).append((left, bottom))

    def fill_row(self, row: int, cells: list[str]) -> None:
        """The cells of a row get what merges give them. Rows come in order."""
        for column, (bottom, text) in list(self.running.items()):
            if row > bottom:
                del self.running[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = text
        for column, bottom in self.starts.get(row, ()):
            if column < len(cells):
                self.running[column] = (bottom, cells[column])
