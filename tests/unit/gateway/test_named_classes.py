"""Classes by id or title, and faults with their places."""

import pytest
from gateway.roster_files.cell_faults import (
    CellFault,
    column_letters,
    find_cell_faults,
)
from gateway.roster_files.named_classes import (
    NamedClass,
    resolve_classes,
    with_branch_ids,
    with_class_ids,
)
from gateway.roster_files.roster_file import RosterFile, read_roster
from gateway.roster_files.workbook_parts import column_place
from gateway.texts import load_translations
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.workbooks import write_table

CLASSES = (
    NamedClass("6vgqhwr4zn", "集体协商实务班（第 1 期）"),
    NamedClass("k2", "工会财务班"),
    NamedClass("k3", "工会财务班"),
)
HEADS = ("姓名", "会员号", "手机号", "班级名称", "身份证号", "邮箱", "单位")


def roster_of(*rows: tuple[object, ...]) -> RosterFile:
    return read_roster(write_table(("报名表",), HEADS, *rows))


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("6vgqhwr4zn", "6vgqhwr4zn"),
        ("6VGQHWR4ZN", "6vgqhwr4zn"),
        ("集体协商实务班(第1期)", "6vgqhwr4zn"),
        ("K2", "k2"),
        ("ｋ３", "k3"),
    ],
)
def test_a_class_is_named_by_its_id_or_title_in_any_writing(
    name: str, id_: str
) -> None:
    assert resolve_classes([name], CLASSES)[name].id == id_


def test_an_unknown_class_is_told_with_those_that_are_near() -> None:
    match = resolve_classes(["集体协商实务"], CLASSES)["集体协商实务"]
    assert match.fault == "class-unknown"
    assert match.near == (CLASSES[0],)


def test_a_title_of_two_classes_is_ambiguous() -> None:
    match = resolve_classes(["工会财务班"], CLASSES)["工会财务班"]
    assert match.fault == "class-ambiguous"
    assert {named.id for named in match.near} == {"k2", "k3"}


def test_rows_of_unknown_classes_stay_with_their_fault_and_place() -> None:
    roster = roster_of(
        ("张三", "M1", 13812345678, "集体协商实务班（第 1 期）"),
        ("李四", "M2", 13912345678, "集体协商"),
    )
    resolved, faults = with_class_ids(roster, CLASSES)
    assert [row["class_id"] for row in resolved.rows] == ["6vgqhwr4zn", "集体协商"]
    (fault,) = faults
    assert fault == CellFault(
        4,
        "class_id",
        "class-unknown",
        "Sheet1",
        "D",
        "班级名称",
        ("集体协商实务班（第 1 期）（6vgqhwr4zn）",),
    )
    assert resolved.id != roster.id


def test_what_a_title_means_tomorrow_is_another_roster() -> None:
    roster = roster_of(("张三", "M1", 13812345678, "工会财务班"))
    today, _ = with_class_ids(roster, CLASSES[:2])
    tomorrow, _ = with_class_ids(roster, CLASSES[::2])
    assert today.id != tomorrow.id
    assert today == with_class_ids(roster, CLASSES[:2])[0]


def test_a_roster_with_ids_stays_the_same_roster() -> None:
    roster = roster_of(("张三", "M1", 13812345678, "k2"))
    assert with_class_ids(roster, CLASSES) == (roster, ())


def test_units_named_in_words_get_their_ids_and_others_are_not_sent() -> None:
    roster = roster_of(
        ("张三", "M1", 13812345678, "k2", None, None, "东城区 总工会"),
        ("李四", "M2", 13912345678, "k2", None, None, "某某公司"),
    )
    assert all("branch_id" not in row for row in roster.rows)
    assert "单位" in roster.notes.ignored
    units = [NamedClass("dongcheng", "东城区总工会")]
    resolved, unknown = with_branch_ids(roster, units)
    assert [row.get("branch_id") for row in resolved.rows] == ["dongcheng", None]
    assert unknown == ("某某公司",)


def test_every_fault_of_a_cell_has_code_and_place_before_it_is_sent() -> None:
    roster = roster_of(
        ("张三", "M1", 13812345678, "k2", "11010519491231002X", "a@b.cn"),
        ("李四", "1.1E+11", "1.38E+10", "k2", 110101194912310020, "a@b"),
        ("<b>", "M3", "010-65120001", None, "11010519491231002X"),
        (None, "M4", None, "k2", "#N/A"),
    )
    found = {(f.row, f.column): f.fault for f in find_cell_faults(roster)}
    assert found == {
        (4, "B"): "member-number-changed",
        (4, "C"): "phone-changed",
        (4, "E"): "id-number-changed",
        (4, "F"): "email-invalid",
        (5, "A"): "name-invalid",
        (5, "C"): "phone-invalid",
        (5, "D"): "class-missing",
        (6, "A"): "name-missing",
        (6, "C"): "phone-missing",
        (6, "E"): "cell-broken",
    }


def test_a_fault_is_told_with_its_place_in_both_languages() -> None:
    fault = CellFault(4, "phone", "phone-changed", "名册", "C", "手机号", ("a", "b"))
    english = load_translations("en").ugettext
    assert all(part in fault.translated_text() for part in ("名册", "4", "C", "手机号"))
    assert "row 4, column C" in fault.translated_text(english)


@given(st.integers(0, 20_000))
def test_letters_and_places_of_columns_are_one(place: int) -> None:
    assert column_place(column_letters(place)) == place
