"""Phones, ID numbers and the one id of a person."""

import pytest
from enrollment.domain.person import (
    CHECK_DIGITS,
    WEIGHTS,
    Membership,
    masked_phone,
    person_id,
    plain_id_number,
    plain_phone,
)
from hypothesis import given
from hypothesis import strategies as st

PHONE = "13812345678"
ID_NUMBER = "11010519491231002X"


@pytest.mark.parametrize(
    "said",
    [
        PHONE,
        "138 1234 5678",
        "138-1234-5678",
        " 13812345678\t",
        "(138)12345678",
        "（138）1234 5678",
        "+8613812345678",
        "+86 138-1234-5678",
        "(+86)13812345678",
        "008613812345678",
        "１３８１２３４５６７８",
        "＋８６ １３８ １２３４ ５６７８",
        "138－1234－5678",
        "138\u00a01234\u00a05678",
        "138１２３４5678",
    ],
)
def test_a_phone_in_any_usual_form_is_eleven_plain_digits(said: str) -> None:
    assert plain_phone(said) == PHONE


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "12812345678",
        "1381234567",
        "138123456789",
        "010-62345678",
        "+1 212 555 0100",
        "+8513812345678",
        "1381234567a",
        "13812345678\n13912345678",
        "13812345678 转 8",
        "138١٢٣٤٥٦٧٨",
        "138१२३४५६७८",
    ],
)
def test_what_is_no_mainland_mobile_is_none(said: str) -> None:
    assert plain_phone(said) is None


@given(st.text(max_size=30))
def test_a_phone_is_plain_digits_or_none_whatever_is_written(said: str) -> None:
    phone = plain_phone(said)
    assert phone is None or (len(phone) == 11 and phone.isascii() and phone.isdigit())


@pytest.mark.parametrize(
    "said",
    [
        ID_NUMBER,
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "11010519491231002ｘ",
    ],
)
def test_an_id_number_in_any_usual_form_is_plain(said: str) -> None:
    assert plain_id_number(said) == ID_NUMBER


@pytest.mark.parametrize(
    "said",
    ["", "110105194912310021", "1101051949123100", "X" * 18, "440524188001010014X"],
)
def test_a_wrong_id_number_is_none(said: str) -> None:
    assert plain_id_number(said) is None


@given(st.text("0123456789", min_size=17, max_size=17))
def test_exactly_one_check_digit_fits(first: str) -> None:
    total = sum(w * int(d) for w, d in zip(WEIGHTS, first, strict=True))
    right = [c for c in "0123456789X" if plain_id_number(first + c)]
    assert right == [CHECK_DIGITS[total % 11]]


@given(st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_digit_mistyped_is_noticed(at: int, digit: str) -> None:
    typed = ID_NUMBER[:at] + digit + ID_NUMBER[at + 1 :]
    assert (plain_id_number(typed) is None) == (typed != ID_NUMBER)


@given(st.text(max_size=24))
def test_an_id_number_is_plain_ascii_or_none_whatever_is_written(said: str) -> None:
    number = plain_id_number(said)
    assert number is None or (len(number) == 18 and number.isascii())


def test_an_id_number_in_other_digits_is_never_another_person() -> None:
    assert plain_id_number("11010519491231００２X") in (None, ID_NUMBER)
    assert plain_id_number("1101051949123١٠٠٢X") in (None, ID_NUMBER)


def test_the_same_person_always_has_the_same_id() -> None:
    assert person_id(b"s", PHONE, "") == person_id(b"s", PHONE, "")
    assert person_id(b"s", PHONE, ID_NUMBER) == person_id(
        b"s", "13900000000", ID_NUMBER
    )


def test_another_phone_another_secret_or_an_id_number_makes_another_id() -> None:
    ids = {
        person_id(b"s", PHONE, ""),
        person_id(b"s", "13812345679", ""),
        person_id(b"t", PHONE, ""),
        person_id(b"s", PHONE, ID_NUMBER),
    }
    assert len(ids) == 4


@given(st.text("0123456789", min_size=11, max_size=11))
def test_a_person_id_is_opaque_and_fits_into_a_path_and_a_token(phone: str) -> None:
    id_ = person_id(b"secret", phone, "")
    assert len(id_) == 21
    assert id_.isascii()
    assert id_.isalnum()
    assert phone not in id_


def test_a_membership_is_named_by_branch_and_member_number() -> None:
    assert Membership("p1", "dc", "M1", "2026-01-01").id == "dc:M1"


def test_a_masked_phone_shows_seven_digits_at_most() -> None:
    assert masked_phone(PHONE) == "138****5678"
    assert masked_phone("123") == ""
