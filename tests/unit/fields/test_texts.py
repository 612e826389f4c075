"""Titles, texts, addresses, ids and dates."""

import pytest
from fields import Illegal
from fields.codes import plain_code, plain_date, plain_email, plain_id
from fields.texts import plain_text, written_line, written_text
from hypothesis import given
from hypothesis import strategies as st


def test_a_title_is_one_line() -> None:
    assert written_line("  集体协商\u3000实务  ") == "集体协商 实务"
    for raw in ("一\n二", "一\r二", "一\x1b[0m", "一\u2029二"):
        with pytest.raises(Illegal) as illegal:
            written_line(raw)
        assert illegal.value.reason == "text-control"


def test_what_nobody_sees_is_refused_in_a_title() -> None:
    with pytest.raises(Illegal) as illegal:
        written_line("工会\u202e法")
    assert illegal.value.reason == "text-invisible"


def test_a_text_keeps_its_lines() -> None:
    assert written_text("一\r\n\r\n二\t三 👩‍🏫") == "一\n\n二 三 👩‍🏫"


def test_nothing_is_cut_in_silence() -> None:
    with pytest.raises(Illegal) as illegal:
        written_line("长" * 201)
    assert illegal.value.reason == "text-too-long"


@pytest.mark.parametrize(
    ("one", "other"),
    [("ＡＩ与工会工作２０２６", "ai与工会工作2026"), ("手 机 号", "手机号"),
     ("STRASSE", "straße"),
     ("Ａ\u200bI", "ai"), ("一\n二", "一 二")],
)  # fmt: skip
def test_two_writings_have_one_plain_form(one: str, other: str) -> None:
    assert plain_text(one) == plain_text(other)


@given(st.text(max_size=60))
def test_every_text_has_a_plain_form_that_is_its_own(raw: str) -> None:
    assert plain_text(plain_text(raw)) == plain_text(raw)


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("zhengyi＠biyong.example", "zhengyi@biyong.example"),
        ("zheng.wu+class@BIYONG.example", "zheng.wu+class@biyong.example"),
        (" a@b。cn ", "a@b.cn"),
    ],
)
def test_an_address_is_brought_into_its_plain_form(raw: str, address: str) -> None:
    assert plain_email(raw) == address


@pytest.mark.parametrize(
    "raw",
    ["not-an-email", "a@b.cn;c@d.cn", "a@b", "a b@c.cn", "@b.cn", "a@b..cn", "a@-b.cn",
     "a\r\nBcc: x@y.cn", "王@b.cn", "a" * 65 + "@b.cn", ".a@b.cn", "a@b.cn\n"],
)  # fmt: skip
def test_what_cannot_be_written_to_is_refused(raw: str) -> None:
    if raw == "a@b.cn\n":
        assert plain_email(raw) == "a@b.cn"
        return
    with pytest.raises(Illegal):
        plain_email(raw)


def test_ids_are_ascii_and_given_ones_in_lower_case() -> None:
    assert plain_id(" ＤＣ-１ ") == "DC-1"
    assert plain_code("6VGQHWR4ZN") == "6vgqhwr4zn"
    for raw in ("", "a b", "a/b", "../x", "%25", "王", "-a", "x" * 81):
        with pytest.raises(Illegal):
            plain_id(raw)


@pytest.mark.parametrize(
    "raw", ["2026-02-30", "2026-13-01", "26-01-01", "2026/01/01", ""]
)
def test_a_day_that_is_in_no_calendar_is_refused(raw: str) -> None:
    with pytest.raises(Illegal):
        plain_date(raw)
    assert plain_date("２０２６-02-28") == "2026-02-28"
