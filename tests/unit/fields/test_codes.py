"""Phones, identity and member numbers, as people and spreadsheets write them."""

import pytest
from fields import Illegal
from fields.codes import (
    CHECK_DIGITS,
    WEIGHTS,
    masked_phone,
    plain_id_number,
    plain_member_number,
    plain_phone,
)
from fields.texts import is_restored
from hypothesis import given
from hypothesis import strategies as st

PHONE, ID_NUMBER = "13812345678", "11010519491231002X"


@pytest.mark.parametrize(
    "raw",
    [
        PHONE, "138 1234 5678", "138-1234-5678", "(138)12345678",
        "＋８６ １３８１２３４５６７８",
        "+8613812345678", "008613812345678", "86-138-1234-5678", "8613812345678",
        "'13812345678", '="13812345678"', "13812345678.0", "138‑1234‑5678",
    ],
)  # fmt: skip
def test_a_phone_is_eleven_digits_however_it_is_written(raw: str) -> None:
    assert plain_phone(raw) == PHONE


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "phone-invalid"),
        ("1.38E+10", "phone-changed"),
        ("010-62345678", "phone-invalid"),
        ("1381234567", "phone-invalid"),
        ("13812345678\n13912345678", "phone-invalid"),
        ("138١٢٣٤٥٦٧٨", "phone-invalid"),
        ("12812345678", "phone-invalid"),
        ("#N/A", "cell-broken"),
    ],
)
def test_what_is_no_phone_says_why(raw: str, reason: str) -> None:
    with pytest.raises(Illegal) as illegal:
        plain_phone(raw)
    assert illegal.value.reason == reason


@pytest.mark.parametrize(
    "raw", [ID_NUMBER, "11010519491231002x", " 110105 19491231 002X", "'" + ID_NUMBER]
)
def test_an_identity_number_is_plain(raw: str) -> None:
    assert plain_id_number(raw) == ID_NUMBER


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("1.10105E+17", "id-number-changed"),
        ("110105194912310021", "id-number-invalid"),
        ("110105491231002", "id-number-invalid"),
        ("", "id-number-invalid"),
    ],
)
def test_a_wrong_identity_number_says_why(raw: str, reason: str) -> None:
    with pytest.raises(Illegal) as illegal:
        plain_id_number(raw)
    assert illegal.value.reason == reason


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("R-0001", "R-0001"), ("Ｒ－０００１", "R-0001"), (" 12 34 ", "1234"),
        ('="0012"', "0012"), ("'0012", "0012"), ("京工字第12号", "京工字第12号"),
    ],
)  # fmt: skip
def test_a_member_number_is_plain(raw: str, number: str) -> None:
    assert plain_member_number(raw) == number


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "member-number-missing"),
        ("1.10101E+11", "member-number-changed"),
        ("1.1e+11", "member-number-changed"),
        ("127.0", "member-number-changed"),
        ("#REF!", "cell-broken"),
        ("12\u200b34", "member-number-invalid"),
        ("<b>", "member-number-invalid"),
        ("--", "member-number-invalid"),
        ("1" * 61, "member-number-invalid"),
    ],
)
def test_a_wrong_member_number_says_why(raw: str, reason: str) -> None:
    with pytest.raises(Illegal) as illegal:
        plain_member_number(raw)
    assert illegal.value.reason == reason


def test_what_was_undone_is_known() -> None:
    assert is_restored('="0012"')
    assert is_restored("'0012")
    assert is_restored("13812345678.0")
    assert not is_restored(" 0012 ")


@given(st.text(max_size=30))
def test_numbers_are_plain_or_refused_whatever_is_written(raw: str) -> None:
    for read in (plain_phone, plain_id_number, plain_member_number):
        try:
            number = read(raw)
        except Illegal:
            continue
        assert read(number) == number


def is_id_number(raw: str) -> bool:
    try:
        plain_id_number(raw)
    except Illegal:
        return False
    return True


@given(st.text("0123456789", min_size=17, max_size=17))
def test_exactly_one_check_digit_fits(first: str) -> None:
    total = sum(w * int(d) for w, d in zip(WEIGHTS, first, strict=True))
    right = [c for c in "0123456789X" if is_id_number(first + c)]
    assert right == [CHECK_DIGITS[total % 11]]


@given(st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_digit_mistyped_is_noticed(at: int, digit: str) -> None:
    typed = ID_NUMBER[:at] + digit + ID_NUMBER[at + 1 :]
    assert is_id_number(typed) == (typed == ID_NUMBER)


def test_a_masked_phone_shows_seven_digits_at_most() -> None:
    assert masked_phone(PHONE) == "138****5678"
    assert masked_phone("123") == ""
