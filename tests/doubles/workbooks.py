"""Workbooks as officers have them, and as attackers make them."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def write_sheets(
    sheets: dict[str, Sequence[Sequence[Any]]], hidden: Iterable[str] = ()
) -> bytes:
    """An xlsx with these sheets; numbers are numbers, `=…` are texts."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(number, place, cell)
                    elif cell is not None:
                        sheet.write(number, place, cell)
            if name in hidden:
                sheet.hide()
    return out.getvalue()


def write_table(*rows: Sequence[Any]) -> bytes:
    """An xlsx with one sheet."""
    return write_sheets({"Sheet1": rows})


def zip_parts(
    sheet: Iterable[bytes],
    sheets: int = 1,
    strings: Iterable[bytes] = (),
    **more: bytes,
) -> bytes:
    """An xlsx made by hand: the sheet's XML in pieces, named so many times."""
    names = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>'
        for n in range(1, sheets + 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" '
        'Target="worksheets/sheet1.xml"/>'
        for n in range(1, sheets + 1)
    )
    shared = (
        f'<Relationship Id="rIdS" Type="{RELATIONS}/sharedStrings" '
        'Target="sharedStrings.xml"/>'
        if strings
        else ""
    )
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
        f'Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        f"<sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f"{links}{shared}</Relationships>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        if strings:
            _write_part(archive, "xl/sharedStrings.xml", strings)
        _write_part(archive, "xl/worksheets/sheet1.xml", sheet)
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet_of(*cells: str, dimension: str = "") -> list[bytes]:
    """The XML of a sheet with these cells."""
    said = f'<dimension ref="{dimension}"/>' if dimension else ""
    body = "".join(cells)
    return [
        f'<worksheet xmlns="{MAIN}">{said}<sheetData>{body}</sheetData>'
        "</worksheet>".encode()
    ]


def _write_part(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    with archive.open(name, "w", force_zip64=True) as part:
        for piece in pieces:
            part.write(piece)
