"""Rows that name a person, however they are written, and what is left of them."""

import pytest
from enrollment.domain.change_row import ChangeRow
from enrollment.domain.naming_rows import blank_rows, find_naming, names_person
from enrollment.domain.people import Person
from enrollment.domain.roster import Chunk, Row

NUMBER = "11010519491231002X"
WANG = Person("wang", "王小明", "13800000001", NUMBER, "W@example.com")
IDS = {"east:M1"}


def a_row(**given: str) -> Row:
    empty = {"name": "谁", "member_no": "", "phone": "", "class_id": "c1"}
    return Row(2, **(empty | given))


@pytest.mark.parametrize(
    "given",
    [
        {"phone": "13800000001"},
        {"phone": "+86 138-0000-0001"},
        {"id_number": "11010519491231002x"},
        {"email": " w@EXAMPLE.com "},
        {"member_no": "M1"},
        {"member_no": "M1", "branch_id": "east"},
    ],
)
def test_a_row_names_a_person_by_any_number(given: dict[str, str]) -> None:
    assert names_person(a_row(**given), "east", WANG, IDS)


@pytest.mark.parametrize(
    "given",
    [
        {"name": "王小明"},
        {"phone": "13800000002"},
        {"member_no": "M1", "branch_id": "west"},
        {},
    ],
)
def test_another_row_does_not(given: dict[str, str]) -> None:
    assert not names_person(a_row(**given), "east", WANG, IDS)


def test_only_number_and_class_are_left_of_a_row_that_does() -> None:
    rows = (a_row(phone="13800000001", name="王小明"), Row(3, "李", "M2", "x", "c1"))
    chunk = Chunk("east", "r1", "k1", False, rows, "f", 1.0)
    blank = blank_rows(chunk, WANG, IDS)
    assert blank is not None
    assert blank.rows == (Row(2, "", "", "", "c1"), rows[1])
    assert blank_rows(blank, WANG, IDS) is None


@pytest.mark.parametrize(
    "cells",
    [
        {"member_no": "M1"},
        {"member_no": "M1", "branch_id": "east"},
        {"new_member_no": "M1"},
        {"new_member_no": "M1", "to_branch": "east", "branch_id": "west"},
        {"phone": "138 0000 0001"},
        {"email": "w@example.com"},
        {"id_number": NUMBER},
    ],
)
def test_a_change_that_names_a_person_is_blank_but_for_what_it_did(
    cells: dict[str, str],
) -> None:
    named = ChangeRow(1, "replace", "c1", **cells)
    other = ChangeRow(2, "withdraw", "c1", "M2")
    chunk = Chunk("east", "", "k", False, (), "", 1.0, changes=(named, other))
    assert find_naming(chunk, WANG, IDS) == [named]
    blank = blank_rows(chunk, WANG, IDS)
    assert blank is not None
    assert blank.changes == (ChangeRow(1, "replace", "c1"), other)
    assert blank_rows(blank, WANG, IDS) is None
