"""Workbooks as rosters: every kind, cells as people mean them, faults by name."""

import datetime
import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_file import RosterFile, read_roster
from gateway.roster_files.workbook_cells import cell_text
from gateway.roster_files.workbook_file import LARGEST_MEMORY, open_sheet
from gateway.roster_files.workbook_parts import column_place
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.depth import rounds
from tests.doubles.workbooks import write_sheets, write_table

OFFICE = Path(__file__).parent / "workbooks"
"""Made by LibreOffice 7.4: the same roster in every kind it writes."""
HEADS = ("姓名", "会员号", "手机号", "班级")
ZHANG = ("张三", "M1", 13812345678, "c1")


def rows_of(*rows: Sequence[Any]) -> list[dict[str, Any]]:
    return list(read_roster(write_table(HEADS, *rows)).rows)


def fault_of(content: bytes, **more: Any) -> str:
    """The code of the fault for which the file is refused."""
    with pytest.raises(RosterUnreadable) as refused:
        read_roster(content, **more)
    return refused.value.fault


def read_office(name: str) -> RosterFile:
    return read_roster((OFFICE / name).read_bytes())


@pytest.mark.parametrize("name", ["plain.xls", "plain.ods", "lo.xlsx", "unicode.txt"])
def test_the_same_roster_is_read_from_every_kind_an_office_writes(name: str) -> None:
    roster = read_office(name)
    zhang, li, wang = roster.rows
    assert zhang == {
        "row": 4,
        "name": "张三",
        "member_no": "M1",
        "phone": "13812345678",
        "class_id": "c1",
        "id_number": "11010519491231002X",
        "email": "a@b.cn",
    }
    assert (li["member_no"], li["phone"]) == ("M2", "13912345678")
    assert li["id_number"].startswith("1.1")
    assert (wang["row"], wang["member_no"]) == (6, "1001")
    assert wang["phone"] == "86-137-1234-5678"
    assert roster.notes.sums == (8,)


def test_of_several_sheets_the_first_roster_is_read_and_the_others_named() -> None:
    for name in ("plain.xls", "plain.ods", "lo.xlsx"):
        notes = read_office(name).notes
        assert (notes.sheet, notes.others) == ("名册", ("说明",))


def test_a_roster_on_the_second_sheet_is_found() -> None:
    content = write_sheets(
        {"说明": [("怎样填",)], "一班": [HEADS, ZHANG], "二班": [HEADS, ZHANG]}
    )
    notes = read_roster(content).notes
    assert (notes.sheet, notes.others) == ("一班", ("说明", "二班"))


def test_a_sheet_that_is_named_is_the_one_that_is_read() -> None:
    second = ("李四", "M2", 13912345678, "c2")
    content = write_sheets({"一班": [HEADS, ZHANG], "二班": [HEADS, second]})
    roster = read_roster(content, sheet="二班")
    assert [row["name"] for row in roster.rows] == ["李四"]
    assert roster.id != read_roster(content).id
    assert fault_of(content, sheet="三班") == "sheet-missing"


def test_a_hidden_sheet_is_neither_read_nor_named() -> None:
    content = write_sheets({"旧": [HEADS, ZHANG], "新": [HEADS, ZHANG]}, hidden=["新"])
    notes = read_roster(content).notes
    assert (notes.sheet, notes.others) == ("旧", ())


def test_hidden_rows_are_read_and_named() -> None:
    roster = read_office("lo.xlsx")
    assert roster.notes.hidden == (6,)
    assert 6 in {row["row"] for row in roster.rows}


def test_row_numbers_are_those_the_spreadsheet_shows() -> None:
    content = write_table((), ("报名表",), (), HEADS, (), ZHANG, (), ZHANG)
    assert [row["row"] for row in read_roster(content).rows] == [6, 8]


def test_a_table_that_does_not_begin_in_the_corner_is_read() -> None:
    content = write_table((), (None, None, *HEADS), (None, None, *ZHANG))
    assert read_roster(content).rows[0]["name"] == "张三"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (13800138000, "13800138000"),
        (110101194912310020, "1.10101E+17"),
        (999_999_999_999_999, "999999999999999"),
        (10**15, "1.00000E+15"),
        (127.0, "127"),
        (0.5, "0.5"),
        (-3, "-3"),
        (float("nan"), "#NUM!"),
        (True, "TRUE"),
        (datetime.date(2026, 3, 1), "2026-03-01"),
        (datetime.datetime.fromisoformat("2026-03-01T08:30"), "2026-03-01 08:30:00"),
        (datetime.time(8, 30), "08:30:00"),
        ("1.38E+10", "1.38E+10"),
        ("１３８", "１３８"),
        ("'138", "'138"),
    ],
)
def test_a_cell_is_what_people_mean(cell: Any, text: str) -> None:
    assert cell_text(cell) == text


def test_dates_truths_and_values_of_formulas_come_out_of_a_real_workbook() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, [*HEADS, "邮箱"])
        sheet.write_datetime(1, 0, datetime.date(2026, 3, 1), day)
        sheet.write_boolean(1, 1, True)
        sheet.write_formula(1, 2, "=13800000000+138000", None, 13800138000)
        sheet.write_formula(1, 3, '="c"&"1"', None, "c1")
        sheet.write_formula(1, 4, "=NA()", None, "#N/A")
    (row,) = read_roster(out.getvalue()).rows
    assert row == {
        "row": 2,
        "name": "2026-03-01",
        "member_no": "TRUE",
        "phone": "13800138000",
        "class_id": "c1",
        "email": "#N/A",
    }


def test_a_cell_merged_over_rows_counts_for_each_and_over_columns_for_one() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 3, "2026 年报名表")
        sheet.write_row(1, 0, HEADS)
        for line, name in enumerate(("张三", "李四", "王五"), 2):
            sheet.write_row(line, 0, [name, f"M{line}", 13812345670 + line])
        sheet.merge_range(2, 3, 3, 3, "c1")
        sheet.write(4, 3, "c2")
    rows = read_roster(out.getvalue()).rows
    assert [row["class_id"] for row in rows] == ["c1", "c1", "c2"]


@pytest.mark.parametrize("name", ["locked.xls", "locked.xlsx", "locked.ods"])
def test_a_workbook_with_a_password_is_called_so(name: str) -> None:
    assert fault_of((OFFICE / name).read_bytes()) == "workbook-locked"


def test_a_page_under_the_name_of_a_workbook_is_called_so() -> None:
    assert fault_of((OFFICE / "web.xls").read_bytes()) == "file-is-web-page"


@pytest.mark.parametrize("name", ["plain.xls", "lo.xlsx", "plain.ods"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_workbook_that_was_cut_is_damaged(name: str, share: float) -> None:
    content = (OFFICE / name).read_bytes()
    assert fault_of(content[: int(len(content) * share)]) == "workbook-damaged"


def test_another_kind_of_archive_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert fault_of(out.getvalue()) == "workbook-unknown"


def test_an_empty_workbook_is_called_empty() -> None:
    assert fault_of(write_table()) == "file-empty"
    assert fault_of(write_table(HEADS)) == "rows-missing"


def test_a_cell_too_long_is_named_with_its_row() -> None:
    with pytest.raises(RosterUnreadable) as refused:
        read_roster(write_table(HEADS, ZHANG, ("长" * 1_001, "M2", 1, "c1")))
    assert refused.value.fault == "cell-too-long"
    assert refused.value.words["row"] == 3


def test_a_child_that_is_left_early_is_ended() -> None:
    content = write_table(HEADS, *[ZHANG] * 5_000)
    with open_sheet(content) as opened:
        assert next(opened.rows)[0] == 1
    assert fault_of(content[:5_000]) == "workbook-damaged"


def test_columns_have_the_places_of_their_letters() -> None:
    assert [column_place(letters) for letters in ("A", "Z", "AA", "XFD")] == [
        0,
        25,
        26,
        16_383,
    ]


texts = st.text(
    st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20
).filter(lambda text: not text.startswith("示例"))


@settings(max_examples=rounds(15, 300), deadline=None)
@given(st.lists(st.tuples(texts, texts, texts, texts), min_size=1, max_size=40))
def test_whatever_a_workbook_holds_is_read_back(
    table: list[tuple[str, str, str, str]],
) -> None:
    rows = rows_of(*table)
    names = ("name", "member_no", "phone", "class_id")
    assert [tuple(row[n] for n in names) for row in rows] == table


@settings(max_examples=rounds(15, 300), deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0"]))
def test_any_bytes_that_begin_as_a_workbook_are_refused(
    content: bytes, head: bytes
) -> None:
    assert fault_of(head + content) in {"workbook-damaged", "workbook-unknown"}


@settings(max_examples=rounds(20, 1_000), deadline=None)
@given(st.data())
def test_a_workbook_with_bytes_changed_is_read_or_refused_by_name(
    data: st.DataObject,
) -> None:
    name = data.draw(st.sampled_from(["plain.xls", "lo.xlsx", "plain.ods"]))
    content = bytearray((OFFICE / name).read_bytes())
    for at in data.draw(
        st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)
    ):
        content[at] ^= data.draw(st.integers(1, 255))
    with suppress(RosterUnreadable):
        assert read_roster(bytes(content)).rows


def test_the_child_never_gets_more_memory_than_its_bar() -> None:
    assert LARGEST_MEMORY <= 200 * 1024 * 1024
