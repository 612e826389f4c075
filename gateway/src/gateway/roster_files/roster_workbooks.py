"""Workbooks that officers fetch: an empty roster to fill in, and a roster's outcomes.

Every cell is written as text: nothing computes, and no number loses a digit.
"""

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from gateway.roster_files.known_heads import HEADS, REQUIRED, SENT
from gateway.texts import N_

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT_FORMAT = "@"
"""A spreadsheet's name for text: what is typed into such a cell stays as typed."""
WIDTHS = {"name": 14, "id_number": 22, "email": 26}
USUAL_WIDTH = 16
EXAMPLE_ROW = {  # in the order of `SENT`; a unit of one's own need not be named
    "name": N_("示例：张三（请删去这一行）"),
    "member_no": "110101000001",
    "phone": "13800138000",
    "class_id": N_("班级编号或班级名称"),
    "id_number": "11010519491231002X",
    "email": "zhangsan@example.com",
}
OUTCOME_HEADS = (N_("结果"), N_("怎么办"))
Translate = Callable[[str], str]


@dataclass(frozen=True)
class ResultRow:
    """A row as it was sent, and what became of it in words."""

    number: int
    fields: Mapping[str, Any]
    outcome: str
    advice: str = ""


def write_template(is_chinese: bool = True, translate: Translate = str) -> bytes:
    """An xlsx with the heads of a roster, and a row that shows how to fill it in.

    The reader passes over that row.
    """
    with _open_sheet(translate(N_("名册"))) as (out, book, sheet):
        text = book.add_format({"num_format": TEXT_FORMAT})
        grey = book.add_format({"num_format": TEXT_FORMAT, "font_color": "#808080"})
        for place, name in enumerate(SENT):
            sheet.set_column(place, place, WIDTHS.get(name, USUAL_WIDTH), text)
        _write_heads(book, sheet, [_head_of(name, is_chinese) for name in SENT])
        for place, name in enumerate(EXAMPLE_ROW):
            sheet.write_string(1, place, translate(EXAMPLE_ROW[name]), grey)
    return out.getvalue()


def write_result(
    rows: Iterable[ResultRow], is_chinese: bool = True, translate: Translate = str
) -> bytes:
    """An xlsx with all that was sent, each row with its outcome and what to do.

    Mended, it can be sent again as it is.
    """
    left = deque(rows)
    names = [
        name
        for name in SENT
        if name in REQUIRED or any(row.fields.get(name) for row in left)
    ]
    heads = [_head_of(name, is_chinese) for name in names]
    with _open_sheet(translate(N_("名册"))) as (out, book, sheet):
        text = book.add_format({"num_format": TEXT_FORMAT, "quote_prefix": True})
        for place, name in enumerate(names):
            sheet.set_column(place, place, WIDTHS.get(name, USUAL_WIDTH), text)
        sheet.set_column(len(names), len(names) + 1, 30)
        _write_heads(
            book, sheet, [*heads, *map(translate, OUTCOME_HEADS), translate(N_("原行"))]
        )
        for line in range(1, len(left) + 1):
            row = left.popleft()  # so that no row is in hand twice
            cells = [str(row.fields.get(name) or "") for name in names]
            for place, cell in enumerate([*cells, row.outcome, row.advice]):
                sheet.write_string(line, place, cell, text)
            sheet.write_number(line, len(names) + 2, row.number)
    return out.getvalue()


@contextmanager
def _open_sheet(name: str) -> Iterator[tuple[io.BytesIO, Any, Any]]:
    """A workbook with one sheet, in memory: a container's disk may be read-only."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        yield out, book, book.add_worksheet(name)


def _write_heads(book: Any, sheet: Any, heads: Sequence[str]) -> None:
    bold = book.add_format({"bold": True, "num_format": TEXT_FORMAT})
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, bold)
    sheet.freeze_panes(1, 0)


def _head_of(name: str, is_chinese: bool) -> str:
    return HEADS[name][0] if is_chinese else name
