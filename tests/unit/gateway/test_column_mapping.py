"""Which column is which: guessed with confidence, asked for once, given back."""

from collections.abc import Sequence

import pytest
from gateway.roster_files.column_mapping import (
    LIKELY,
    SURE,
    ColumnMapping,
    MappingNeeded,
    SeenTable,
    compute_mapping,
)
from gateway.roster_files.known_heads import compute_head_fingerprint
from gateway.roster_files.roster_file import RosterFile, read_roster

HEADS = ("名称", "本会编码", "号码", "参加")
ROWS = (
    ("张三", "M1", "13812345678", "c1"),
    ("李四", "M2", "13912345678", "c1"),
    ("王五", "M3", "13712345678", "c2"),
)
CHOSEN = {"name": 0, "member_no": 1, "phone": 2, "class_id": 3}


def csv_of(*lines: Sequence[str]) -> bytes:
    return "\n".join(",".join(line) for line in lines).encode()


def seen_of(
    content: bytes, fault: str, mapping: ColumnMapping | None = None
) -> SeenTable:
    """What was seen of a table about which a person must be asked."""
    with pytest.raises(MappingNeeded) as needed:
        read_roster(content, mapping=mapping)
    assert needed.value.fault == fault
    assert needed.value.translated_text()
    return needed.value.seen


def with_chosen(content: bytes, seen: SeenTable) -> RosterFile:
    return read_roster(content, mapping=compute_mapping(CHOSEN, seen.heads))


def test_unknown_heads_are_shown_with_the_first_rows_and_a_guess() -> None:
    content = csv_of(("报名表",), HEADS, *ROWS * 3)
    seen = seen_of(content, "heads-missing")
    assert (seen.row, seen.heads) == (2, HEADS)
    assert seen.rows == (ROWS * 3)[:5]
    assert seen.guess.columns == {"name": (0,), "phone": (2,)}
    assert dict(seen.confidence) == {"name": LIKELY, "phone": LIKELY}


def test_a_mapping_that_is_given_back_is_used() -> None:
    content = csv_of(("报名表",), HEADS, *ROWS)
    seen = seen_of(content, "heads-missing")
    roster = with_chosen(content, seen)
    assert roster.rows[0] == {
        "row": 3,
        "name": "张三",
        "member_no": "M1",
        "phone": "13812345678",
        "class_id": "c1",
    }
    assert len(roster.rows) == 3


def test_the_same_heads_in_another_file_take_the_same_mapping() -> None:
    seen = seen_of(csv_of(HEADS, *ROWS), "heads-missing")
    later = csv_of(("七月",), (), (" 名 称", "本会编码*", "号码：", "参加"), *ROWS)
    assert with_chosen(later, seen).rows[0]["row"] == 4


def test_other_heads_are_asked_about_again() -> None:
    mapping = compute_mapping(CHOSEN, HEADS)
    seen = seen_of(csv_of(("名称", "号码", "参加"), *ROWS), "heads-changed", mapping)
    assert seen.heads == ("名称", "号码", "参加")


def test_a_table_without_heads_is_read_from_its_first_line() -> None:
    seen = seen_of(csv_of(*ROWS), "heads-missing")
    assert (seen.row, seen.heads, seen.guess.fingerprint) == (0, (), "")
    roster = with_chosen(csv_of(*ROWS), seen)
    assert [row["row"] for row in roster.rows] == [1, 2, 3]


def test_a_likely_column_is_never_taken_unasked() -> None:
    heads = ("姓名", "会员号", "联络用的手机", "班级")
    seen = seen_of(csv_of(heads, *ROWS), "columns-missing")
    assert seen.missing == ("phone",)
    assert seen.confidence["phone"] == LIKELY
    assert seen.guess.columns["phone"] == (2,)
    assert seen.confidence["name"] == SURE


def test_heads_that_stand_twice_are_asked_about() -> None:
    heads = ("姓名", "会员号", "手机", "手机", "班级")
    seen = seen_of(csv_of(heads, ("张三", "M1", "1", "2", "c1")), "heads-equal")
    assert seen.equal == ("手机",)


def test_a_mapping_without_a_needed_field_is_refused() -> None:
    mapping = ColumnMapping({"name": (0,)}, compute_head_fingerprint(HEADS))
    seen_of(csv_of(HEADS, *ROWS), "columns-missing", mapping)


def test_a_column_beyond_the_table_is_empty_in_every_row() -> None:
    chosen = ColumnMapping(
        {name: (9 if name == "phone" else place,) for name, place in CHOSEN.items()},
        compute_head_fingerprint(HEADS),
    )
    rows = read_roster(csv_of(HEADS, *ROWS), mapping=chosen).rows
    assert all("phone" not in row for row in rows)


def test_another_mapping_is_another_roster() -> None:
    content = csv_of(HEADS, *ROWS)
    one = compute_mapping(CHOSEN, HEADS)
    other = compute_mapping(CHOSEN | {"email": 1}, HEADS)
    ids = {read_roster(content, mapping=mapping).id for mapping in (one, other, one)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("heads", "is_same"),
    [
        (("姓 名", "手机（必填）", ""), True),
        (("姓名", "手机", "", ""), True),
        (("手机", "姓名"), False),
        (("姓名", "", "手机"), False),
    ],
)
def test_a_fingerprint_is_that_of_the_heads_in_any_writing(
    heads: Sequence[str], is_same: bool
) -> None:
    same = compute_head_fingerprint(heads) == compute_head_fingerprint(("姓名", "手机"))
    assert same is is_same
