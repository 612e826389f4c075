"""The opaque id of a person, and how a membership is named."""

from enrollment.domain.people import Membership, person_id
from hypothesis import given
from hypothesis import strategies as st

PHONE, ID_NUMBER = "13812345678", "11010519491231002X"


def test_the_same_person_of_the_same_branch_always_has_the_same_id() -> None:
    assert person_id(b"s", "dc", PHONE, "") == person_id(b"s", "dc", PHONE, "")
    assert person_id(b"s", "dc", PHONE, ID_NUMBER) == person_id(
        b"s", "dc", "13900000000", ID_NUMBER
    )


def test_another_phone_branch_secret_or_an_id_number_makes_another_id() -> None:
    ids = {
        person_id(b"s", "dc", PHONE, ""),
        person_id(b"s", "xc", PHONE, ""),
        person_id(b"s", "dc", "13812345679", ""),
        person_id(b"t", "dc", PHONE, ""),
        person_id(b"s", "dc", PHONE, ID_NUMBER),
    }
    assert len(ids) == 5


@given(st.text("0123456789", min_size=11, max_size=11))
def test_a_person_id_is_opaque_and_fits_into_a_path_and_a_token(phone: str) -> None:
    id_ = person_id(b"secret", "dc", phone, "")
    assert len(id_) == 21
    assert id_.isascii()
    assert id_.isalnum()
    assert phone not in id_


def test_a_membership_is_named_by_branch_and_member_number() -> None:
    assert Membership("p1", "dc", "M1", "2026-01-01").id == "dc:M1"
