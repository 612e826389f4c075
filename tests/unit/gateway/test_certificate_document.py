"""The PDF of a certificate: one A4, everything on it, readable by programs."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from gateway.certificates.document import Sheet, TooManyAtOnce, WriteCertificates

WRITE = WriteCertificates()
ADDRESS = "https://biyong.example/verify/BY-2026-ABCD-EFGH-JKLM"
SHEET = Sheet(
    number="BY-2026-ABCD-EFGH-JKLM",
    heading="结业证书",
    name="𠮷䶮",
    name_size="",
    sentence="学完全部课时，准予结业",
    title="集体协商一班",
    title_size="",
    lines=(
        ("单位", "东城区总工会"),
        ("培训日期", "2026年11月1日 至 2026年11月20日"),
        ("学时", "1.50 学时"),
        ("编号", "BY-2026-ABCD-EFGH-JKLM"),
    ),
    issuer="北京市工会干部学院",
    issued_on="2026年12月2日",
    issued=datetime.date(2026, 12, 2),
    scan="任何人扫码即可查验",
    address=ADDRESS,
)
LONGEST = replace(
    SHEET,
    name="阿卜杜" * 66,
    name_size="longest",
    title="集体协商" * 50,
    title_size="longest",
    lines=(("单位", "东城区建国门街道总工会" * 18), *SHEET.lines[1:]),
    issuer="北京市工会干部学院" * 22,
    remark="已撤销 2027-01-02：" + "误" * 200,
    across="已撤销",
    is_full=True,
)
A4 = (595, 842)
POINTS_PER_MM = 72 / 25.4


def read(sheet: Sheet) -> Any:
    """Its only page, as a library that is not the writer's reads it."""
    document = pypdfium2.PdfDocument(WRITE(sheet))
    assert len(document) == 1
    return document[0]


def text_of(page: Any) -> str:
    """All its text without breaks."""
    return str(page.get_textpage().get_text_range()).replace("\r\n", "")


@pytest.mark.parametrize("sheet", [SHEET, LONGEST], ids=["usual", "longest"])
def test_every_letter_stands_on_one_a4_within_the_frame(sheet: Sheet) -> None:
    page = read(sheet)
    assert tuple(round(side) for side in page.get_size()) == A4
    found = text_of(page).replace(" ", "")
    texts = (sheet.name, sheet.title, sheet.issuer, sheet.remark, sheet.across)
    for text in (*texts, *(text for line in sheet.lines for text in line)):
        assert text.replace(" ", "") in found
    letters = page.get_textpage()
    inside = 14 * POINTS_PER_MM
    for place in range(letters.count_chars()):
        left, bottom, right, top = letters.get_charbox(place)
        assert left >= inside
        assert right <= A4[0] - inside
        assert bottom >= inside
        assert top <= A4[1] - inside


def test_the_longest_lines_end_above_the_code() -> None:
    letters = read(replace(LONGEST, across="")).get_textpage()
    text = letters.get_text_range()
    last = text.rindex("BY-2026", 0, text.index(LONGEST.scan))
    _, bottom, _, _ = letters.get_charbox(last)
    assert bottom > (297 - 231) * POINTS_PER_MM


@pytest.mark.parametrize("sheet", [SHEET, LONGEST], ids=["usual", "longest"])
def test_its_code_leads_to_who_checks_it(sheet: Sheet) -> None:
    drawn = read(sheet).render(scale=2).to_pil()
    assert [found.text for found in zxingcpp.read_barcodes(drawn)] == [ADDRESS]


def test_all_fonts_are_embedded_and_small() -> None:
    written = WRITE(SHEET)
    assert written.count(b"/FontFile2") == 2
    assert len(written) < 80_000


def ink(page: Any, letter: str) -> int:
    """How many dark dots a letter of the page has."""
    letters = page.get_textpage()
    place = letters.get_text_range().index(letter)
    left, bottom, right, top = letters.get_charbox(place)
    crop = (left, bottom, A4[0] - right, A4[1] - top)
    drawn = page.render(scale=3, crop=crop).to_pil().convert("L")
    return sum(drawn.histogram()[:128])


def test_rare_letters_are_drawn_and_differ_from_those_that_are_not_there() -> None:
    page = read(replace(SHEET, name="𠮷䶮𪚥"))
    assert text_of(page).count("𠮷䶮𪚥") == 1
    assert min(ink(page, letter) for letter in "𠮷䶮𪚥") > 20


def test_the_same_sheet_is_the_same_bytes_in_every_process() -> None:
    assert WriteCertificates()(SHEET) == WRITE(SHEET)


def test_twenty_at_once_are_each_their_own() -> None:
    sheets = [replace(SHEET, name=f"学员{number}号") for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        written = list(pool.map(WriteCertificates(turn_seconds=120.0), sheets))
    for sheet, document in zip(sheets, written, strict=True):
        assert sheet.name in text_of(pypdfium2.PdfDocument(document)[0])


def test_who_waits_too_long_for_a_turn_is_told_to_come_again() -> None:
    write = WriteCertificates(turn_seconds=0.01)
    with write._turn, pytest.raises(TooManyAtOnce):
        write(SHEET)
    assert write(SHEET)
