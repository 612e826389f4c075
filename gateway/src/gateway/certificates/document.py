"""A certificate's sheet as a PDF: one A4, letters embedded, the QR code as lines."""

import datetime
import io
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import segno
from fpdf import FPDF
from fpdf.enums import Align
from fpdf.fonts import TTFFont

from gateway.certificates.drawn_fonts import draw_font

WIDE, HIGH = 210.0, 297.0
"""Millimetres of the sheet, as all lengths here."""
LEFT, ACROSS = 28.0, 154.0
"""Where lines begin, and how long they are: within the frame, with air."""
QR_SIZE, BOTTOM = 34.0, 274.0
INK, SOFT = (35, 33, 30), (92, 86, 77)
WALL, WATER, TILE = (168, 50, 42), (47, 107, 107), (201, 138, 27)
REGULAR, BOLD = 400, 700
FONTS = {REGULAR: "regular", BOLD: "bold"}
SIZES = {"": (26.0, 19.0), "long": (16.0, 14.0), "longest": (9.5, 9.5)}
"""Points of a name and of a title, by how long it is: 200 letters of both fit."""
TURN_SECONDS = 5.0
"""For a turn: the first sheet of a process takes about four. Whoever drew a thousand
would else hold every thread that answers pages."""
LATELY = 64
"""Documents that are there for who asks again; each has some 40 KB."""


@dataclass(frozen=True)
class Sheet:
    """What stands on the sheet, in words. The address leads to who checks it; `across`
    is empty where the certificate holds."""

    number: str
    heading: str
    name: str
    name_size: str
    sentence: str
    title: str
    title_size: str
    lines: tuple[tuple[str, str], ...]
    issuer: str
    issued_on: str
    issued: datetime.date
    scan: str
    address: str
    remark: str = ""
    across: str = ""
    is_full: bool = False
    language: str = "zh"

    def all_letters(self) -> str:
        """Every letter that is drawn."""
        lines = "".join(label + text for label, text in self.lines)
        head = self.heading + self.remark + self.name + self.sentence + self.title
        foot = self.scan + self.address + self.issuer + self.issued_on
        return head + lines + foot + self.across + " "


class TooManyAtOnce(Exception):
    """Others are having theirs drawn; one may ask again."""


class WriteCertificates:
    """Writes sheets, one at a time; who asks again for one that was asked for lately
    gets the same."""

    def __init__(self, turn_seconds: float = TURN_SECONDS) -> None:
        self.turn_seconds = turn_seconds
        self._write = lru_cache(LATELY)(_write_sheet)
        self._turn = threading.Lock()

    def __call__(self, sheet: Sheet) -> bytes:
        """The document; the same sheet is the same bytes. Raises TooManyAtOnce."""
        if not self._turn.acquire(timeout=self.turn_seconds):
            raise TooManyAtOnce
        try:
            return self._write(sheet)
        finally:
            self._turn.release()


def _write_sheet(sheet: Sheet) -> bytes:
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margins(LEFT, 0, WIDE - LEFT - ACROSS)
    letters = sheet.all_letters()
    for weight, family in FONTS.items():
        drawn = io.BytesIO(draw_font(letters, weight))
        # in memory: the library's own way takes paths, and roots are read-only
        pdf.fonts[family] = TTFFont(pdf, cast(Path, drawn), family, "")
    pdf.set_title(f"{sheet.heading} {sheet.number}")
    pdf.set_author(sheet.issuer)
    pdf.set_lang("zh-CN" if sheet.language == "zh" else "en")
    noon = datetime.time(12, tzinfo=datetime.UTC)
    pdf.set_creation_date(datetime.datetime.combine(sheet.issued, noon))
    pdf.add_page()
    _draw_frame(pdf)
    _draw_mark(pdf, WIDE / 2, 37.0, 22.0)
    _write_texts(pdf, sheet)
    _write_foot(pdf, sheet)
    if sheet.across:
        _write_across(pdf, sheet.across)
    return bytes(pdf.output())


def _draw_frame(pdf: FPDF) -> None:
    for inset, thick, colour in (
        (11, 0.9, WALL),
        (13.4, 0.25, TILE),
        (14.6, 0.25, TILE),
    ):
        pdf.set_draw_color(*colour)
        pdf.set_line_width(thick)
        pdf.rect(inset, inset, WIDE - 2 * inset, HIGH - 2 * inset)


def _draw_mark(pdf: FPDF, x: float, y: float, size: float) -> None:
    """The hall seen from above, as in the site's mark: of 64 units."""
    unit = size / 64
    pdf.set_line_width(6 * unit)
    pdf.set_draw_color(*WATER)
    pdf.circle(x, y, 26 * unit)
    pdf.set_draw_color(*WALL)
    for way in (-1, 1):
        pdf.line(x, y + way * 16 * unit, x, y + way * 30 * unit)
        pdf.line(x + way * 16 * unit, y, x + way * 30 * unit, y)
    for half, colour in ((12, WALL), (5, (224, 176, 79))):
        pdf.set_fill_color(*colour)
        side = 2 * half * unit
        pdf.rect(x - half * unit, y - half * unit, side, side, style="F")


def _write_texts(pdf: FPDF, sheet: Sheet) -> None:
    gap = 2.5 if sheet.is_full else 7.0
    name_size, title_size = SIZES[sheet.name_size][0], SIZES[sheet.title_size][1]
    pdf.set_y(52)
    _write_centred(pdf, sheet.heading, 24 if sheet.is_full else 34, BOLD, WALL)
    if sheet.remark:
        pdf.ln(gap)
        _write_centred(pdf, sheet.remark, 9 if sheet.is_full else 11, REGULAR, WALL)
    pdf.ln(gap)
    if sheet.name:
        _write_centred(pdf, sheet.name, name_size, BOLD, INK)
        pdf.ln(gap)
    _write_centred(pdf, sheet.sentence, 11, REGULAR, SOFT)
    pdf.ln(gap)
    _write_centred(pdf, sheet.title, title_size, BOLD, INK)
    pdf.ln(2 * gap)
    _write_lines(pdf, sheet)


def _write_centred(
    pdf: FPDF, text: str, size: float, weight: int, colour: tuple[int, int, int]
) -> None:
    pdf.set_font(FONTS[weight], size=size)
    pdf.set_text_color(*colour)
    high = size * 0.5  # millimetres of a line of so many points, with air
    pdf.multi_cell(ACROSS, high, text, align=Align.C, new_x="LMARGIN", new_y="NEXT")


def _write_lines(pdf: FPDF, sheet: Sheet) -> None:
    size, inset = (9.0, 0.0) if sheet.is_full else (12.0, 16.0)
    labels = 32.0
    high = size * (0.5 if sheet.is_full else 0.68)
    for label, text in sheet.lines:
        top = pdf.get_y()
        pdf.set_font(FONTS[REGULAR], size=size)
        pdf.set_text_color(*SOFT)
        pdf.set_xy(LEFT + inset, top)
        pdf.cell(labels, high, label)
        pdf.set_text_color(*INK)
        room = ACROSS - inset - labels
        pdf.multi_cell(room, high, text, align=Align.L, new_x="LMARGIN", new_y="NEXT")


def _write_foot(pdf: FPDF, sheet: Sheet) -> None:
    """The QR code with the address that it stands for; who issued it, and when."""
    top = BOTTOM - QR_SIZE - 8
    _draw_code(pdf, sheet.address, LEFT, top, QR_SIZE)
    pdf.set_font(FONTS[REGULAR], size=8)
    pdf.set_text_color(*SOFT)
    pdf.set_xy(LEFT, top + QR_SIZE + 1)
    pdf.cell(ACROSS, 4, sheet.scan)
    pdf.set_xy(LEFT, top + QR_SIZE + 5)
    pdf.cell(ACROSS, 4, sheet.address, link=sheet.address)
    size = 9.0 if sheet.is_full else 14.0
    room = ACROSS - QR_SIZE - 10
    pdf.set_font(FONTS[BOLD], size=size)
    pdf.set_text_color(*INK)
    high = pdf.multi_cell(
        room, size * 0.5, sheet.issuer, align=Align.R, dry_run=True, output="HEIGHT"
    )
    pdf.set_xy(LEFT + QR_SIZE + 10, top + QR_SIZE - 7 - cast(float, high))
    pdf.multi_cell(
        room, size * 0.5, sheet.issuer, align=Align.R, new_x="LEFT", new_y="NEXT"
    )
    pdf.set_font(FONTS[REGULAR], size=11)
    pdf.cell(room, 7, sheet.issued_on, align=Align.R)


def _draw_code(pdf: FPDF, address: str, x: float, y: float, size: float) -> None:
    """Each row's dark stretches as one line of it: sharp at any size."""
    rows = [list(row) for row in segno.make(address, error="m").matrix]
    unit = size / len(rows)
    pdf.set_fill_color(*INK)
    for down, row in enumerate(rows):
        start = None
        for across, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = across
            elif not dark and start is not None:
                wide = (across - start) * unit
                # a hair higher, so that no light stands between rows
                pdf.rect(
                    x + start * unit, y + down * unit, wide, unit + 0.01, style="F"
                )
                start = None


def _write_across(pdf: FPDF, text: str) -> None:
    """Over the whole sheet, so that nobody prints it without."""
    pdf.set_font(FONTS[BOLD], size=min(110.0, 480.0 / len(text)))
    pdf.set_text_color(*WALL)
    with pdf.local_context(fill_opacity=0.2), pdf.rotation(28, WIDE / 2, HIGH / 2):
        pdf.set_xy(0, HIGH / 2 - 20)
        pdf.cell(WIDE, 40, text, align=Align.C)
