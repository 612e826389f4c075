"""A list as a workbook: participants, people, reports.

Every cell is written as text: nothing computes, whatever a name looks like, and no
member number loses a digit.
"""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from gateway.roster_files.roster_workbooks import TEXT_FORMAT

WIDTH = 18


def write_list(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]
) -> bytes:
    """An xlsx with these heads and rows, on a sheet of this title."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        text = book.add_format({"num_format": TEXT_FORMAT, "quote_prefix": True})
        bold = book.add_format({"bold": True, "num_format": TEXT_FORMAT})
        sheet = book.add_worksheet(title)
        sheet.set_column(0, len(heads) - 1, WIDTH, text)
        for place, head in enumerate(heads):
            sheet.write_string(0, place, head, bold)
        sheet.freeze_panes(1, 0)
        for line, cells in enumerate(rows, start=1):
            for place, cell in enumerate(cells):
                sheet.write_string(line, place, cell, text)
    return out.getvalue()
