"""Rows are read alike at every door; what is wrong in one is left for its outcome."""

import json
from typing import Any

import pytest
from enrollment.domain.errors import RowsRefused
from enrollment.domain.roster_message import read_rows

GOOD = {"name": "乙", "member_no": "2", "phone": "13700000002", "class_id": "c1"}


def test_a_whole_number_may_be_written_as_json_has_it() -> None:
    written = '[{"row": 2.0, "name": "乙"}, {"row": 3}, {"row": 4e0}]'
    assert [row.number for row in read_rows(json.loads(written))] == [2, 3, 4]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (13700000002, "13700000002"),
        (13700000002.0, "13700000002.0"),
        (1.1e20, "1.1e+20"),
        (None, ""),
        (True, "True"),
        (["1370000", "0002"], "{}"),
        ({"value": "x"}, "{}"),
        ("x" * 5_000, "x" * 255),
    ],
)
def test_a_field_of_another_kind_is_text_that_its_outcome_can_judge(
    written: object, read: str
) -> None:
    first, second = read_rows(
        [{"row": 1, **GOOD}, {"row": 2, **GOOD, "phone": written}]
    )
    assert first.phone == GOOD["phone"]
    assert second.phone == read


@pytest.mark.parametrize(
    ("rows", "place", "rule"),
    [
        ([], "rows", "rows-none"),
        ([{"row": n} for n in range(1, 202)], "rows", "rows-too-many"),
        ([{"row": 1}, "乙"], "rows/1", "row-unreadable"),
        ([{"row": 1}, None], "rows/1", "row-unreadable"),
        ([{"row": 1, "张三": 1}], "rows/0", "row-field-unknown"),
        ([{"row": 1, "Name": 1, "x": 2}], "rows/0/Name", "row-field-unknown"),
        ([{"row": 1, "Zhang San": 1}], "rows/0", "row-field-unknown"),
        ([{"row": 1, "x" * 31: 1}], "rows/0", "row-field-unknown"),
        ([{"name": "乙"}], "rows/0/row", "row-number-invalid"),
        *(
            ([{"row": 1}, {"row": wrong}], "rows/1/row", "row-number-invalid")
            for wrong in (0, -1, 2.5, "2", True, None, 1_000_001, float("nan"), 1e300)
        ),
        ([{"row": 5}, {"row": 6}, {"row": 5.0}], "rows/2/row", "row-number-twice"),
    ],
)
def test_what_could_have_no_outcome_is_refused_with_its_place(
    rows: list[Any], place: str, rule: str
) -> None:
    with pytest.raises(RowsRefused) as refused:
        read_rows(rows)
    assert refused.value.members == {"place": place, "rule": rule}
    assert refused.value.slug == "rows-refused"
