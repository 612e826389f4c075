"""Of what lies parked nothing is shown but what is known to name nobody."""

import json
import time
from collections.abc import Callable

import pytest
from chassis.telemetry.masking import (
    HEAD,
    HIDDEN,
    NotMendable,
    mask_value,
    masked_text,
    mended_text,
    shown_text,
    unmask_value,
)

import contracts

NAME, LATIN, PHONE, MAIL = "司马相如", "Zhang Sanfeng", "13512349999", "z.s@u.example"
ID = "11010519491231002X"
VALUES = (NAME, LATIN, PHONE, ID, MAIL)


def test_the_golden_events_show_what_they_are_and_nobody_in_them() -> None:
    for type_ in contracts.all_types():
        event = contracts.example_of(type_)
        shown = mask_value(event)
        for field in ("id", "type", "time", "partitionkey", "sequence", "source"):
            assert shown[field] == event[field]
        assert unmask_value(shown, event) == event
    [row] = mask_value(contracts.example_of("branch.roster.sent.v1"))["data"]["rows"]
    assert (row["row"], row["class_id"]) == (2, "cls7h2k")
    assert HIDDEN in row["name"]
    assert HIDDEN in row["phone"]


@pytest.mark.parametrize("value", [*VALUES, int(PHONE)])
@pytest.mark.parametrize(
    "shape",
    [
        lambda v: {"data": {"rows": [{"name": v}]}},
        lambda v: {"data": {"姓名": v}},
        lambda v: {"data": {"mobile": v, "full_name": [v], "more": {"x": v}}},
        lambda v: {"data": {str(v): 1}},
        lambda v: {"subject": v, "id": v, "class_id": v, "row": v, "kind": [v]},
        lambda v: {"subject": f"about {v}", "source": f"/branches/{v}"},
        lambda v: [v],
        lambda v: v,
    ],
)
def test_no_field_shows_a_person_whatever_it_is_called(
    shape: Callable[[object], object], value: object
) -> None:
    whole = shape(value)
    raw = json.dumps(whole, ensure_ascii=False).encode()
    for shown in (shown_text(raw), shown_text(raw + b" broken")):
        assert str(value) not in shown
    assert unmask_value(mask_value(whole), whole) == whole


def test_a_text_that_cannot_be_read_shows_only_where_which_field_began() -> None:
    shown = shown_text(f'{{"name": "{LATIN}", "phone": {PHONE}, "row": broken'.encode())
    assert '"name"' in shown
    assert '"row"' in shown
    assert not [value for value in (*LATIN.split(), PHONE) if value in shown]
    with pytest.raises(NotMendable):
        mended_text(shown, b"broken")


def test_a_reason_keeps_its_words_and_loses_numbers_and_addresses() -> None:
    said = masked_text(f"no class of {MAIL}, {PHONE}, 138-0000 1111, {NAME} in 3 of 40")
    assert said == "no class of •••, •••, •••, 〇〇〇〇 in 3 of 40"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "a." * 100_000 + "@",
        "@" * 200_000,
        "1 " * 100_000,
        "1" * 200_000 + "x",
        '{"a": "' + "a.b" * 60_000 + '"',
        "[" * 100_000,
        '{"subject": "' + "1" * 200_000 + '"}',
        "\\u1234" * 30_000,
    ],
)
def test_masking_takes_no_longer_than_it_takes_to_read(text: str) -> None:
    began = time.process_time()
    shown = shown_text(text.encode())
    masked_text(text)
    assert time.process_time() - began < 1.0
    assert len(shown) <= 2 * HEAD
