"""A year of the record as a workbook, for whoever has to show it.

Every cell is written as text: nothing computes, and what a title begins with stays as
it is.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import xlsxwriter
from chassis.clock import COLLEGE_ZONE
from contracts.http.learning import CertificateOut, HoursOut

from gateway.pages.formats import format_hours
from gateway.texts import N_

Translate = Callable[[str], str]
Rows = Sequence[Sequence[str]]
TEXT = {"num_format": "@", "quote_prefix": True}
"""A spreadsheet's names for text, also of what it would take for a formula."""
HOURS_HEADS = (
    N_("时间"),
    N_("学了什么"),
    N_("学时"),
    N_("计算规则"),
    N_("导入自"),
)
CERTIFICATE_HEADS = (
    N_("编号"),
    N_("班级"),
    N_("姓名"),
    N_("学时"),
    N_("签发日期"),
    N_("状态"),
)
MOMENT = "%Y-%m-%d %H:%M"
"""The same in every language, and in the order of time when it is sorted as text."""
USUAL_WIDTH = 24  # a certificate's number, or a moment, in one line


def write_record(
    hours: HoursOut, certificates: Sequence[CertificateOut], translate: Translate = str
) -> bytes:
    """An xlsx with the hours of a year and the certificates that were issued in it."""
    out = io.BytesIO()  # a container's disk may be read-only
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        total = (translate(N_("合计")), "", format_hours(hours.hours), "", "")
        entries = [*_list_entries(hours), total]
        _write_sheet(book, translate(N_("学时")), HOURS_HEADS, entries, translate)
        rows = [_list_cells(one, translate) for one in certificates]
        _write_sheet(book, translate(N_("证书")), CERTIFICATE_HEADS, rows, translate)
    return out.getvalue()


def _write_sheet(
    book: Any, name: str, heads: Sequence[str], rows: Rows, translate: Translate
) -> None:
    sheet, text = book.add_worksheet(name), book.add_format(TEXT)
    bold = book.add_format(TEXT | {"bold": True})
    sheet.set_column(0, len(heads) - 1, USUAL_WIDTH, text)
    for place, head in enumerate(heads):
        sheet.write_string(0, place, translate(head), bold)
    sheet.freeze_panes(1, 0)
    for line, cells in enumerate(rows, 1):
        for place, cell in enumerate(cells):
            sheet.write_string(line, place, cell, text)


def _list_entries(hours: HoursOut) -> Iterator[Sequence[str]]:
    for entry in hours.entries:
        moment = entry.at.astimezone(COLLEGE_ZONE).strftime(MOMENT)
        title = f"{entry.title} · {entry.note}" if entry.note else entry.title
        yield moment, title, format_hours(entry.hours), entry.rule, entry.source


def _list_cells(certificate: CertificateOut, translate: Translate) -> Sequence[str]:
    state = translate(N_("已撤销") if certificate.revoked_on else N_("有效"))
    return (
        certificate.number,
        certificate.title,
        certificate.name,
        certificate.hours,
        certificate.issued_on,
        state,
    )
