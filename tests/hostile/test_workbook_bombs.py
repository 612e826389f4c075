"""A stranger's workbook costs little, whatever stands in it, and is refused by name."""

import io
import resource
import zipfile
from collections.abc import Callable, Iterator, Mapping

import pytest
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_file import LARGEST, read_roster

from tests.doubles.workbooks import MAIN, sheet_of, zip_parts

MEGABYTE = 1024 * 1024
HEADS = (
    '<row r="1">'
    + "".join(
        f'<c r="{column}1" t="inlineStr"><is><t>{head}</t></is></c>'
        for column, head in zip(
            "ABCD", ("姓名", "会员号", "手机号", "班级"), strict=True
        )
    )
    + "</row>"
)
STRINGS = f'<sst xmlns="{MAIN}">'.encode()


def zeros(megabytes: int) -> Iterator[bytes]:
    """A sheet that is nothing but blanks."""
    yield f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
    yield from (b" " * MEGABYTE for _ in range(megabytes))
    yield b"</sheetData></worksheet>"


def strings(megabytes: int) -> Iterator[bytes]:
    """Shared strings, a million of them in every fourteen megabytes."""
    yield STRINGS
    yield from (b"<si><t>x</t></si>" * 61_000 for _ in range(megabytes))
    yield b"</sst>"


def rows(count: int, cells: str) -> Iterator[bytes]:
    yield f'<worksheet xmlns="{MAIN}"><sheetData>{HEADS}'.encode()
    for number in range(2, count, 1_000):
        yield "".join(
            f'<row r="{n}">{cells.replace("#", str(n))}</row>'
            for n in range(number, number + 1_000)
        ).encode()
    yield b"</sheetData></worksheet>"


def lying() -> bytes:
    """A zip whose directory says that a gigabyte is ten bytes."""
    bomb = bytearray(zip_parts(zeros(600)))
    with zipfile.ZipFile(io.BytesIO(bytes(bomb))) as archive:
        largest = max(archive.infolist(), key=lambda part: part.file_size)
    size = largest.file_size.to_bytes(4, "little")
    place = bomb.rindex(size)
    bomb[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(bomb)


def nested() -> bytes:
    """Zips within a zip, as the one of 42 kilobytes has them."""
    inner = zip_parts(zeros(100))
    return zip_parts(sheet_of(HEADS), **{f"xl/{n}.zip": inner for n in range(50)})


CELL = '<c r="{0}"><v>1</v></c>'.format
LARGE, DAMAGED = "workbook-too-large", "workbook-damaged"
BOMBS: Mapping[str, tuple[Callable[[], bytes], set[str]]] = {
    "gigabytes of blanks": (lambda: zip_parts(zeros(2_000)), {LARGE}),
    "a directory that lies": (lying, {LARGE}),
    "just below the weight": (lambda: zip_parts(zeros(126)), {"file-empty", LARGE}),
    "shared strings": (
        lambda: zip_parts(sheet_of(HEADS), strings=strings(126)),
        {LARGE},
    ),
    "one long string": (
        lambda: zip_parts(
            sheet_of(HEADS),
            strings=[
                STRINGS,
                b"<si><t>",
                *([b"x" * MEGABYTE] * 120),
                b"</t></si></sst>",
            ],
        ),
        {LARGE, "rows-missing"},
    ),
    "cells far apart": (
        lambda: zip_parts(
            sheet_of(HEADS, f'<row r="1048576">{CELL("XFD1048576")}</row>')
        ),
        {LARGE, DAMAGED},
    ),
    "one cell far below": (
        lambda: zip_parts(sheet_of(HEADS, f'<row r="900000">{CELL("H900000")}</row>')),
        {LARGE, "sheet-too-long"},
    ),
    "one cell far right": (
        lambda: zip_parts(sheet_of(HEADS, f'<row r="2">{CELL("XFD2")}</row>')),
        {"sheet-too-wide"},
    ),
    "one part as many sheets": (
        lambda: zip_parts(rows(5_000, CELL("A#")), sheets=1_900),
        {DAMAGED},
    ),
    "a deep nest of elements": (
        lambda: zip_parts(sheet_of(HEADS, "<a>" * 2_000_000)),
        {DAMAGED, LARGE, "rows-missing"},
    ),
    "entities that multiply": (
        lambda: zip_parts(
            [
                b'<!DOCTYPE x [<!ENTITY a "xxxxxxxxxx">',
                *(
                    f'<!ENTITY {b} "{f"&{a};" * 10}">'.encode()
                    for a, b in zip("abcdefghi", "bcdefghij", strict=True)
                ),
                b"]>",
                *sheet_of(HEADS, '<row r="2"><c r="A2"><v>&j;</v></c></row>'),
            ]
        ),
        {DAMAGED, LARGE, "rows-missing"},
    ),
    "many merges": (
        lambda: zip_parts(
            [
                *sheet_of(HEADS)[0].partition(b"</worksheet>")[:1],
                b"<mergeCells>",
                *([b'<mergeCell ref="A1:XFD1048576"/>' * 30_000] * 100),
                b"</mergeCells></worksheet>",
            ]
        ),
        {DAMAGED, LARGE, "rows-missing"},
    ),
    "rows beyond the last": (
        lambda: zip_parts(rows(400_000, CELL("A#") + CELL("B#"))),
        {LARGE, "rows-too-many", "sheet-too-long"},
    ),
    "zips within a zip": (nested, {"rows-missing"}),
}
"""By their kinds, written when they are needed, and how they may be refused."""
CPU_SECONDS = 2.0


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_by_name_within_two_seconds_of_a_processor(kind: str) -> None:
    make, faults = BOMBS[kind]
    content = make()
    assert len(content) < LARGEST
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(RosterUnreadable) as refused:
        read_roster(content)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert refused.value.fault in faults
    assert _cpu_seconds(after) - _cpu_seconds(before) < CPU_SECONDS


def _cpu_seconds(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime
