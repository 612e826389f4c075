"""A roster file: read as a whole or refused as a whole."""

import csv
import io

import pytest
from gateway.forms.roster_file import CHUNK_ROWS, MOST_ROWS, guarded, read_roster
from gateway.identity.errors import RosterUnreadable
from hypothesis import given
from hypothesis import strategies as st

HEAD = "姓名,会员号,手机号,班级编号"
ROW = "张三,M1,13812345678,c1"
TEXT = f"{HEAD}\r\n{ROW}\r\n李四,M2,13912345678,c1\r\n"
FIRST = {
    "row": 2,
    "name": "张三",
    "member_no": "M1",
    "phone": "13812345678",
    "class_id": "c1",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_roster_is_read_in_the_encodings_branches_use(encoding: str) -> None:
    rows = read_roster(TEXT.encode(encoding)).rows
    assert rows[0] == FIRST
    assert [row["row"] for row in rows] == [2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_roster_is_read_with_any_line_end(end: str) -> None:
    assert len(read_roster(TEXT.replace("\r\n", end).encode()).rows) == 2


def test_a_rare_character_survives_gb18030() -> None:
    text = TEXT.replace("张三", "李䶮𠮷")
    assert read_roster(text.encode("gb18030")).rows[0]["name"] == "李䶮𠮷"


@pytest.mark.parametrize(
    "head",
    [
        "name,member_no,phone,class_id",
        " Name ,MEMBER_NO,Phone,Class",
        "姓名,会员证号,电话,班级",
    ],
)
def test_heads_may_be_chinese_or_english_in_any_case(head: str) -> None:
    assert read_roster(f"{head}\n{ROW}\n".encode()).rows == (FIRST,)


def test_columns_may_come_in_any_order_beside_others() -> None:
    text = "备注,手机号,班级编号,会员号,姓名\n无,13812345678,c1,M1,张三\n"
    assert read_roster(text.encode()).rows == (FIRST,)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_what_some_tables_write_for_a_comma_is_read_too(mark: str) -> None:
    assert read_roster(TEXT.replace(",", mark).encode()).rows[0] == FIRST


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_refused_with_what_to_do(encoding: str) -> None:
    with pytest.raises(RosterUnreadable, match="另存为"):
        read_roster(TEXT.encode(encoding))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n\n",
        b"\xef\xbb\xbf",
        b"\0",
        TEXT.encode().replace(b"M1", b"M\0"),
        b"\xff\xff\xff\xff",
        b"PK\x03\x04\x14\x00\x06\x00",
        HEAD.encode(),
        f"{HEAD}\n,,,\n\n".encode(),
        f"{HEAD}\n{'x' * 200_000},M1,1,c1\n".encode(),
    ],
)
def test_what_is_no_roster_is_refused(content: bytes) -> None:
    with pytest.raises(RosterUnreadable):
        read_roster(content)


@pytest.mark.parametrize("at", range(4))
def test_a_missing_column_is_named(at: int) -> None:
    names, cells = HEAD.split(","), ROW.split(",")
    missing = names.pop(at)
    del cells[at]
    with pytest.raises(RosterUnreadable, match=missing):
        read_roster(f"{','.join(names)}\n{','.join(cells)}\n".encode())


def test_a_class_chosen_on_the_page_stands_in_for_the_column() -> None:
    text = "姓名,会员号,手机号\n张三,M1,13812345678\n"
    assert read_roster(text.encode(), "c9").rows[0]["class_id"] == "c9"


def test_a_class_in_the_file_comes_before_the_one_on_the_page() -> None:
    text = f"{HEAD}\n{ROW}\n李四,M2,13912345678,\n"
    rows = read_roster(text.encode(), "c9").rows
    assert [row["class_id"] for row in rows] == ["c1", "c9"]


def test_a_quoted_newline_belongs_to_its_cell_and_lines_stay_counted() -> None:
    text = f'{HEAD}\n"张\n三",M1,13812345678,c1\n李四,M2,13912345678,c1\n'
    rows = read_roster(text.encode()).rows
    assert [row["name"] for row in rows] == ["张三", "李四"]
    assert rows[1]["row"] == 4


def test_a_quote_that_is_never_closed_swallows_nobody() -> None:
    text = f'{HEAD}\n"张三,M1,13812345678,c1\n李四,M2,13912345678,c1\n{ROW}\n'
    with pytest.raises(RosterUnreadable):
        read_roster(text.encode())


def test_a_quoted_comma_and_a_doubled_quote_are_read() -> None:
    text = f'{HEAD}\n"张,""三""",M1,13812345678,c1\n'
    assert read_roster(text.encode()).rows[0]["name"] == '张,"三"'


def test_blank_lines_are_passed_over_and_short_rows_are_kept() -> None:
    rows = read_roster(f"{HEAD}\n\n,,,\n张三\n".encode(), "c1").rows
    assert rows == ({"row": 4, "name": "张三", "class_id": "c1"},)


def test_a_cell_loses_control_characters_and_what_is_too_long() -> None:
    text = f"{HEAD}\n张\x07三\u202e{'长' * 400},M1,13812345678,c1\n"
    name = read_roster(text.encode()).rows[0]["name"]
    assert name.startswith("张三长")
    assert len(name) == 200


def test_a_roster_of_the_most_rows_is_read_and_one_more_is_refused() -> None:
    lines = [f"张{at},M{at},138{at:08d},c1" for at in range(MOST_ROWS)]
    roster = read_roster("\n".join([HEAD, *lines]).encode())
    assert len(roster.rows) == MOST_ROWS == 50_000
    assert len(roster.chunks()) == 250
    with pytest.raises(RosterUnreadable, match="50000"):
        read_roster("\n".join([HEAD, *lines, ROW]).encode())


def test_a_file_beyond_eight_megabytes_is_refused() -> None:
    with pytest.raises(RosterUnreadable, match="8 MB"):
        read_roster(TEXT.encode() + b" " * 8 * 1024 * 1024)


def test_the_same_bytes_have_the_same_id_and_chunk_keys() -> None:
    first, again = read_roster(TEXT.encode()), read_roster(TEXT.encode())
    assert first.id == again.id
    assert first.chunks() == again.chunks()


def test_other_bytes_or_another_class_have_another_id() -> None:
    ids = {
        read_roster(TEXT.encode()).id,
        read_roster(TEXT.encode(), "c2").id,
        read_roster(TEXT.encode() + b"\n").id,
    }
    assert len(ids) == 3


@given(st.integers(1, 1000))
def test_chunks_hold_every_row_once_in_order(count: int) -> None:
    lines = [f"张{at},M{at},1,c1" for at in range(count)]
    roster = read_roster("\n".join([HEAD, *lines]).encode())
    chunks = roster.chunks()
    assert [row for _, rows in chunks for row in rows] == list(roster.rows)
    assert all(len(rows) <= CHUNK_ROWS for _, rows in chunks)
    assert len({key for key, _ in chunks}) == len(chunks)


@pytest.mark.parametrize("begin", list("=+-@\t\r\n＝＋－＠"))
def test_what_a_spreadsheet_would_compute_is_shown_instead(begin: str) -> None:
    assert guarded(f"{begin}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize("cell", ["", "张三", "已录取", "1=1", "a@b.cn", "'='"])
def test_an_honest_cell_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        roster = read_roster(content)
    except RosterUnreadable:
        return
    assert roster.rows


cells = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=20))
def test_whatever_a_spreadsheet_writes_is_read_back(
    table: list[tuple[str, str, str, str]],
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEAD.split(","), *table])
    rows = read_roster(out.getvalue().encode("utf-8-sig")).rows
    names = ("name", "member_no", "phone", "class_id")
    assert [tuple(row[n] for n in names) for row in rows] == table
