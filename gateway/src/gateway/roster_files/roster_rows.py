"""The rows of a roster file: what a separator divides, and what is no roster."""

import csv
import re
from collections.abc import Iterator
from typing import TextIO

from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_text import TextFile

MOST_ROWS = 50_000
"""More than any branch has members to send at once; it bounds memory and time."""
MOST_CELLS, LONGEST_LINE, MOST_BREAKS = 1_000, 100_000, 100
"""Cells and characters in a line and lines in a row: beyond these it is no roster,
and to read it on would cost memory."""
MOST_LINES = 200_000
"""Rows with the blank ones: four times what a roster may hold."""
SEPARATORS = (",", ";", "\t", "|")
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?')


def possible_separators(file: TextFile) -> tuple[str, ...]:
    """The separators to try; one alone where the file names it itself."""
    separator = SEPARATOR_LINE.fullmatch(_first_line(file))
    return (separator[1],) if separator else SEPARATORS


def read_rows(file: TextFile, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers in a spreadsheet. Raises RosterUnreadable."""
    lines = _BoundedLines(file.open(), separator)
    if SEPARATOR_LINE.fullmatch(_first_line(file)):
        next(lines)
        lines.since = 0
    reader = csv.reader(lines, strict=True, delimiter=separator)
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

    def __init__(self, text: TextIO, separator: str) -> None:
        self.text, self.separator = text, separator
        self.rows = self.since = 0

    def __iter__(self) -> "_BoundedLines":
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        self.since += 1
        if len(line) > LONGEST_LINE or line.count(self.separator) >= MOST_CELLS:
            raise RosterUnreadable("row-too-wide", row=self.rows + 1)
        if self.since > MOST_BREAKS:
            raise RosterUnreadable("quote-open", row=self.rows + 1)
        return line
