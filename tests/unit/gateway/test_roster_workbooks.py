"""What officers fetch can be sent: the template filled in, the result mended."""

import io
import zipfile
from typing import Any

import pytest
from gateway.roster_files.known_heads import SENT
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_file import read_roster
from gateway.roster_files.roster_workbooks import (
    ResultRow,
    write_result,
    write_template,
)
from gateway.roster_files.workbook_file import open_sheet
from gateway.texts import load_translations
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from tests.depth import rounds

ROW = {
    "name": "张三",
    "member_no": "0012",
    "phone": "13812345678",
    "class_id": "c1",
    "id_number": "11010519491231002X",
    "email": "a@b.cn",
    "branch_id": "dongcheng",
}


def cells_of(content: bytes) -> list[list[Any]]:
    return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("is_chinese", [True, False])
def test_the_template_has_every_head_and_its_example_is_nobody(
    is_chinese: bool,
) -> None:
    translate = str if is_chinese else load_translations("en").ugettext
    content = write_template(is_chinese, translate)
    with open_sheet(content) as opened:
        assert len(next(opened.rows)[1]) == len(SENT)
        assert len(next(opened.rows)[1]) == len(SENT) - 1
    with pytest.raises(RosterUnreadable) as refused:
        read_roster(content)
    assert refused.value.fault == "rows-missing"


def test_a_result_has_what_was_sent_and_what_became_of_it() -> None:
    rows = [ResultRow(7, ROW, "未收", "请核对手机号")]
    heads, cells = cells_of(write_result(rows))
    assert heads[:2] == ["姓名", "会员号"]
    assert cells == [*ROW.values(), "未收", "请核对手机号", 7]


def test_a_result_can_be_sent_back_as_it_is() -> None:
    content = write_result([ResultRow(2, ROW, "未收"), ResultRow(9, ROW, "已录取")])
    roster = read_roster(content)
    assert [{**row} for row in roster.rows] == [{"row": 2} | ROW, {"row": 3} | ROW]
    assert roster.notes.ignored == ("结果", "怎么办", "原行")


def test_fields_that_nobody_filled_are_left_out() -> None:
    row = {name: ROW[name] for name in ("name", "member_no", "phone", "class_id")}
    heads, _ = cells_of(write_result([ResultRow(2, row, "未收")]))
    assert heads == ["姓名", "会员号", "手机号", "班级编号", "结果", "怎么办", "原行"]


cells = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=30)


@settings(max_examples=rounds(60, 2_000), deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=20))
def test_no_cell_computes_and_none_is_changed(table: list[tuple[str, str]]) -> None:
    rows = [
        ResultRow(n, ROW | {"name": f"={name}", "email": email}, "未收")
        for n, (name, email) in enumerate(table, 2)
    ]
    content = write_result(rows)
    written = cells_of(content)[1:]
    assert [row[0] for row in written] == [f"={name}" for name, _ in table]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")
