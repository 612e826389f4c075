"""The table in a roster file, whatever kind of file it is: told by its bytes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from gateway.roster_files.known_heads import HEAD_LINES
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_rows import possible_separators, read_rows
from gateway.roster_files.roster_text import TextFile, open_text_file
from gateway.roster_files.workbook_file import open_sheet

NumberedRow = tuple[int, list[str]]
HeadScore = Callable[[list[str]], int]
"""How much a line is like a line of heads."""
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How zipped workbooks begin (xlsx, ods); those before 2007 or with a password."""
MARKUP = (b"<html", b"<!doctype", b"<table", b"<meta", b"<?xml", b"<div", b"<style")
"""How the pages and XML begin that some systems export under the name of a workbook."""
BYTE_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Table:
    """A table. `rows` come once, in order, with the numbers a spreadsheet shows.

    `separator` is empty in a workbook, `sheet` in a text. `others` are further sheets
    that hold something; `hidden` the first rows that the spreadsheet hides.
    """

    rows: Iterator[NumberedRow]
    separator: str = ""
    sheet: str = ""
    others: tuple[str, ...] = ()
    hidden: tuple[int, ...] = ()
    hidden_count: int = 0


@contextmanager
def open_table(content: bytes, sheet: str, score: HeadScore) -> Iterator[Table]:
    """The table in the file; of a workbook's sheets the one of that name, if given.

    A text is divided as its line of heads is found best. Raises RosterUnreadable,
    also while rows are taken.
    """
    if content.startswith(WORKBOOKS):
        with open_sheet(content, sheet) as opened:
            choice = opened.choice
            yield Table(
                opened.rows,
                sheet=choice.sheet,
                others=tuple(choice.others),
                hidden=tuple(choice.hidden),
                hidden_count=choice.hidden_count,
            )
        return
    if content.removeprefix(BYTE_MARK).lstrip()[:16].lower().startswith(MARKUP):
        raise RosterUnreadable("file-is-web-page")
    file = open_text_file(content)
    separator = _find_separator(file, score)
    yield Table(read_rows(file, separator), separator)


def _find_separator(file: TextFile, score: HeadScore) -> str:
    """The separator with which a line scores best, else with which lines are widest.

    Raises RosterUnreadable where none finds heads, and one found a fault.
    """
    best, chosen, faults = (0, 0), "", list[RosterUnreadable]()
    for separator in possible_separators(file):
        chosen = chosen or separator
        try:
            for _, cells in islice(read_rows(file, separator), HEAD_LINES):
                found = score(cells), sum(1 for cell in cells if cell.strip())
                if found > best:
                    best, chosen = found, separator
        except RosterUnreadable as fault:
            faults.append(fault)
    if best[0] == 0 and faults:
        raise faults[0]
    return chosen
