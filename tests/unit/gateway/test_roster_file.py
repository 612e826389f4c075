"""A roster file: read as a whole or refused as a whole."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from gateway.roster_files.known_heads import HEADS
from gateway.roster_files.roster_faults import FAULTS, RosterUnreadable
from gateway.roster_files.roster_file import (
    CHUNK_ROWS,
    LARGEST,
    ReadingNotes,
    guard_formula,
    read_roster,
)
from gateway.roster_files.roster_rows import MOST_ROWS
from hypothesis import given, settings
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
HANDED_IN = Path(__file__).parent / "rosters"


def fault_of(content: bytes | str, class_id: str = "") -> RosterUnreadable:
    """Why the file is refused as a whole."""
    content = content.encode() if isinstance(content, str) else content
    with pytest.raises(RosterUnreadable) as refused:
        read_roster(content, class_id)
    return refused.value


def rows_of(text: str) -> list[dict[str, object]]:
    return list(read_roster(text.encode()).rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
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


def test_what_excel_calls_unicode_text_is_read() -> None:
    text = TEXT.replace(",", "\t")
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert read_roster(mark + text.encode(encoding)).rows[0] == FIRST


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_zeros_without_a_mark_are_no_text(encoding: str) -> None:
    assert fault_of(TEXT.encode(encoding)).fault == "file-not-text"


@pytest.mark.parametrize("head", [b"PK\x03\x04\x14\0", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_what_begins_as_a_workbook_and_is_none_is_damaged(head: bytes) -> None:
    assert fault_of(head + bytes(500)).fault == "workbook-damaged"


def test_utf_8_cut_in_a_character_is_damaged_and_not_another_encoding() -> None:
    fault = fault_of((HANDED_IN / "04-cut-utf8.csv").read_bytes())
    assert (fault.fault, fault.words["line"]) == ("encoding-damaged", 3)


@pytest.mark.parametrize("at", [70_000, -1])
def test_one_bad_byte_in_a_long_file_is_found_in_its_line(at: int) -> None:
    lines = [HEAD, *(f"张三丰{n},M{n},138{n:08d},c1" for n in range(6000)), ""]
    content = bytearray("\n".join(lines).encode())
    at = content.index("丰".encode(), at % len(content) - 100)
    content[at] = 0xFF
    fault = fault_of(bytes(content))
    assert fault.words == {
        "encoding": "UTF-8", "line": 1 + content[:at].count(b"\n"),
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_marked_encoding_that_is_not_kept_is_damage(encoding: str) -> None:
    content = TEXT.encode(encoding)
    bad = content[:-1] if encoding == "utf-16" else content + "王".encode()[:2]
    assert fault_of(bad).fault == "encoding-damaged"


@pytest.mark.parametrize(
    "content",
    [
        "name,member_no,phone,class_id\nMüller,M1,13812345678,c1\n".encode("cp1252"),
        "name,member_no,phone,class_id\n林小姐,M1,13812345678,c1\n".encode("big5"),
        "name,member_no,phone,class_id\n田中さくら,M1,1,c1\n".encode("shift-jis"),
        # It is good UTF-8 as well: ë and ѧ.
        "name,member_no,phone,class_id\n毛学,M1,1,c1\n".encode("gb18030"),
        b"\xff\xff\xff\xff",
    ],
)
def test_an_encoding_that_cannot_be_told_is_asked_for(content: bytes) -> None:
    assert fault_of(content).fault == "encoding-unknown"


@pytest.mark.parametrize("name", ["José", "阿卜杜拉·买买提", "Иван", "Müßig"])
def test_utf_8_without_a_mark_is_read(name: str) -> None:
    text = f"name,member_no,phone,class_id\n{name},M1,13812345678,c1\n"
    assert rows_of(text)[0]["name"] == name


def test_gb18030_is_told_by_common_characters_without_chinese_heads() -> None:
    text = "name,member_no,phone,class_id\n王小明,M1,13812345678,c1\n"
    assert read_roster(text.encode("gb18030")).rows[0]["name"] == "王小明"


def test_a_character_that_moved_within_gb18030_keeps_its_meaning() -> None:
    content = (HANDED_IN / "01-rare-gb18030.csv").read_bytes()
    assert read_roster(content).rows[0]["name"] == "王\u9fb4"


def test_the_heads_branches_write_are_known() -> None:
    heads = "序号,学员姓名,工会会员证号,手机号码,培训班,身份证号码（18 位）*,E-mail"
    row = "1,张三,M1,13812345678,c1,11010519491231002X,a@b.cn"
    roster = read_roster(f"{heads}\n{row}\n".encode())
    more = {"id_number": "11010519491231002X", "email": "a@b.cn"}
    assert roster.rows == (FIRST | more,)
    assert roster.notes.ignored == ("序号",)


@pytest.mark.parametrize("head", [head for heads in HEADS.values() for head in heads])
def test_every_head_is_known_in_any_writing(head: str) -> None:
    spaced = " ".join(head.upper())
    written = [f" {spaced}：" if h == head else h for h in _heads_around(head)]
    line = ",".join("x" for _ in written)
    assert len(read_roster(f"{','.join(written)}\n{line}\n".encode()).rows[0]) > 4


def _heads_around(head: str) -> list[str]:
    """The fields, one of them under this head."""
    return [head if head in heads else name for name, heads in HEADS.items()]


def test_a_title_above_the_heads_is_passed_over() -> None:
    text = f"东城区总工会 2026 年培训班报名表,,,\n\n填表人：李四,,电话,\n{TEXT}"
    roster = read_roster(text.encode())
    assert roster.rows[0] == FIRST | {"row": 5}


def test_the_heads_are_looked_for_in_the_first_ten_lines_only() -> None:
    assert fault_of("说明\n" * 10 + TEXT).fault == "heads-missing"


@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_a_line_that_names_the_separator_is_no_row(mark: str) -> None:
    text = f"sep={mark}\r\n" + TEXT.replace(",", mark)
    assert rows_of(text)[0] == FIRST


@pytest.mark.parametrize("kind", ["phone", "number"])
def test_of_two_columns_for_one_field_an_empty_one_never_wins(kind: str) -> None:
    content = (HANDED_IN / f"02-two-{kind}-columns.csv").read_bytes()
    row = read_roster(content).rows[0]
    assert row["member_no"].startswith("R-00")
    assert row["phone"].startswith("136")


def test_cell_by_cell_the_next_column_stands_in() -> None:
    text = (
        "姓名,会员号,电话,手机,班级编号\n"
        "张三,M1,010-65120001,13812345678,c1\n李四,M2,13912345678,,c1\n"
    )
    assert [row["phone"] for row in rows_of(text)] == ["13812345678", "13912345678"]


def test_two_equal_heads_are_refused_by_name() -> None:
    fault = fault_of("姓名,会员号,手机号,手 机 号,班级编号\n张三,M1,1,2,c1\n")
    assert (fault.fault, fault.words["head"]) == ("heads-equal", "手 机 号")


def test_two_equal_heads_that_mean_nothing_here_are_only_ignored() -> None:
    roster = read_roster(f"备注,备注,,{HEAD}\n,,x,{ROW}\n".encode())
    assert roster.rows == (FIRST,)
    assert roster.notes.ignored == ("备注", "备注")


def test_what_a_spreadsheet_destroyed_is_sent_for_its_row_to_be_judged() -> None:
    rows = read_roster((HANDED_IN / "03-scientific-number.csv").read_bytes()).rows
    assert [row["member_no"] for row in rows] == ["1.10101E+11"] * 2


def test_what_can_be_restored_is_sent_as_written_too() -> None:
    quoted = '"=""0012"""'
    text = f"{HEAD}\n张三,={chr(34)}0012{chr(34)},13812345678,c1\n" + (
        f"李四,{quoted},13912345678,c1\n王五,'0013,13712345678,c1\n{ROW}\n"
    )
    roster = read_roster(text.encode())
    numbers = [row["member_no"] for row in roster.rows]
    assert numbers == ['="0012"', '="0012"', "'0013", "M1"]


@pytest.mark.parametrize("said", ["合计", "合 计：3 人", "总计3", "小计", "Total: 3"])
def test_a_row_of_sums_is_nobody_and_noted(said: str) -> None:
    for line in (f"{said},,,", f",,,\n,{said},,"):
        roster = read_roster(f"{HEAD}\n{ROW}\n{line}\n".encode())
        assert roster.rows == (FIRST,)
        assert len(roster.notes.sums) == 1


@pytest.mark.parametrize("row", ["合计,M2,13912345678,c1", "Summer Li,M2,,c1"])
def test_a_person_is_never_taken_for_a_sum(row: str) -> None:
    roster = read_roster(f"{HEAD}\n{row}\n".encode())
    assert (len(roster.rows), roster.notes) == (1, ReadingNotes())


def test_a_row_that_holds_only_a_serial_number_is_nobody_and_noted() -> None:
    roster = read_roster(f"序号,{HEAD}\n1,{ROW}\n2,,,,\n3,,,,\n".encode(), "c9")
    assert (roster.rows, roster.notes.empty) == ((FIRST,), 2)


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
    fault = fault_of(f"{','.join(names)}\n{','.join(cells)}\n")
    assert (fault.fault, fault.words["heads"]) == ("columns-missing", missing)


def test_every_fault_has_its_text_with_all_that_it_names() -> None:
    words = {
        name: name
        for name in ("row", "line", "encoding", "heads", "head", "length", "most")
    }
    assert all(RosterUnreadable(fault, **words).translated_text() for fault in FAULTS)


def test_a_class_chosen_on_the_page_stands_in_for_the_column() -> None:
    text = "姓名,会员号,手机号\n张三,M1,13812345678\n"
    assert read_roster(text.encode(), "c9").rows[0]["class_id"] == "c9"


def test_a_class_in_the_file_comes_before_the_one_on_the_page() -> None:
    text = f"{HEAD}\n{ROW}\n李四,M2,13912345678,\n"
    rows = read_roster(text.encode(), "c9").rows
    assert [row["class_id"] for row in rows] == ["c1", "c9"]


def test_a_quoted_newline_belongs_to_its_cell_and_rows_count_as_spreadsheets_do() -> (
    None
):
    text = f'{HEAD}\n"张\n三",M1,13812345678,c1\n\n李四,M2,13912345678,c1\n'
    rows = rows_of(text)
    assert [row["name"] for row in rows] == ["张\n三", "李四"]
    assert [row["row"] for row in rows] == [2, 4]


@pytest.mark.parametrize(
    "rest",
    [
        "",
        '"王五",M3,13712345678,c1\n',  # closes it where no separator follows
        f"{'x' * 200_000}\n",
        "x\n" * 200,
    ],
)
def test_a_quote_that_is_never_closed_swallows_nobody(rest: str) -> None:
    text = f'{HEAD}\n{ROW}\n"张三,M1,13812345678,c1\n李四,M2,13912345678,c1\n{rest}'
    fault = fault_of(text)
    assert fault.fault in {"quote-open", "row-too-wide"}
    assert fault.words["row"] == 3


def test_a_quote_closed_rows_later_swallows_nobody_not_even_in_a_remark() -> None:
    text = (
        f'{HEAD},备注\n{ROW},好\n{ROW},"迟到\n'
        '李四,M2,13912345678,c1,"\n王五,M3,13712345678,c1,好\n'
    )
    fault = fault_of(text)
    assert (fault.fault, fault.words["row"]) == ("quote-open", 3)


def test_a_quoted_comma_and_a_doubled_quote_are_read() -> None:
    text = f'{HEAD}\n"张,""三""",M1,13812345678,c1\n'
    assert read_roster(text.encode()).rows[0]["name"] == '张,"三"'


def test_blank_lines_are_passed_over_and_short_rows_are_kept() -> None:
    rows = read_roster(f"{HEAD}\n\n,,,\n张三\n".encode(), "c1").rows
    assert rows == ({"row": 4, "name": "张三", "class_id": "c1"},)


@pytest.mark.parametrize(
    "odd", ["张\u202e三\x85\u200b😀\ufffd\ue000", "张\x07三", "长" * 1_000]
)
def test_no_cell_is_ever_shortened_or_changed(odd: str) -> None:
    assert rows_of(f"{HEAD}\n{odd},M1,13812345678,c1\n")[0]["name"] == odd


def test_a_cell_longer_than_any_text_is_named_with_its_row() -> None:
    fault = fault_of(f"{HEAD}\n{ROW}\n{'长' * 1_001},M1,13812345678,c1\n")
    assert fault.fault == "cell-too-long"
    assert (fault.words["row"], fault.words["head"]) == (3, "姓名")


def test_a_roster_of_the_most_rows_is_read_and_one_more_is_refused() -> None:
    lines = [f"张{at},M{at},138{at:08d},c1" for at in range(MOST_ROWS)]
    roster = read_roster("\n".join([HEAD, *lines]).encode())
    assert len(roster.rows) == MOST_ROWS == 50_000
    assert len(roster.split_into_chunks()) == 250
    fault = fault_of("\n".join([HEAD, *lines, ROW]))
    assert fault.fault == "rows-too-many"


def test_a_file_beyond_eight_megabytes_is_refused() -> None:
    assert fault_of(TEXT.encode() + b" " * LARGEST).fault == "file-too-large"


def test_the_same_bytes_have_the_same_id_and_chunk_keys() -> None:
    first, again = read_roster(TEXT.encode()), read_roster(TEXT.encode())
    assert first.id == again.id
    assert first.split_into_chunks() == again.split_into_chunks()


def test_other_bytes_or_another_class_have_another_id() -> None:
    ids = {
        read_roster(TEXT.encode()).id,
        read_roster(TEXT.encode(), "c2").id,
        read_roster(TEXT.encode() + b"\n").id,
    }
    assert len(ids) == 3


LINES = [f"张{at},M{at},1,c1" for at in range(1000)]
LONG = read_roster("\n".join([HEAD, *LINES]).encode())
"""Read once: the search is for how rows are split, not for how they are read."""


@given(st.integers(1, 1000))
def test_chunks_hold_every_row_once_in_order(count: int) -> None:
    roster = replace(LONG, rows=LONG.rows[:count])
    chunks = roster.split_into_chunks()
    assert [row for _, rows in chunks for row in rows] == list(roster.rows)
    assert all(len(rows) <= CHUNK_ROWS for _, rows in chunks)
    assert len({key for key, _ in chunks}) == len(chunks)


@pytest.mark.parametrize("begin", list("=+-@\t\r\n＝＋－＠"))
def test_what_a_spreadsheet_would_compute_is_shown_instead(begin: str) -> None:
    assert guard_formula(f"{begin}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize("cell", ["", "张三", "已录取", "1=1", "a@b.cn", "'='"])
def test_an_honest_cell_stays_as_it_is(cell: str) -> None:
    assert guard_formula(cell) == cell


@settings(deadline=None)  # what may be a workbook is read by a child that is started
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        roster = read_roster(content)
    except RosterUnreadable:
        return
    assert roster.rows


SIGNS = st.characters(exclude_categories=["C", "Z"])
SIGNS.validate()
"""It makes a table of all signs, which would count as time of the first example."""
CELLS = 4


def deal(text: str) -> tuple[str, ...]:
    """The signs of a text, dealt to the cells of a row: one draw is less than four."""
    return tuple(text[place::CELLS] for place in range(CELLS))


rows_of_cells = st.text(SIGNS, min_size=CELLS, max_size=20 * CELLS).map(deal)


@given(st.lists(rows_of_cells, min_size=1, max_size=20))
def test_whatever_a_spreadsheet_writes_is_read_back(
    table: list[tuple[str, ...]],
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEAD.split(","), *table])
    rows = read_roster(out.getvalue().encode("utf-8-sig")).rows
    names = ("name", "member_no", "phone", "class_id")
    assert [tuple(row[n] for n in names) for row in rows] == table
