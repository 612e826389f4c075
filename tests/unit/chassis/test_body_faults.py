"""A body that is refused says which of its fields is at fault."""

from typing import Any

import msgspec
import pytest
from chassis.http.body import name_fault
from contracts.http.shape import Answer, Line, Name, Shape


class RowIn(Shape):
    """A part of a body."""

    name: Name


class BodyIn(Shape):
    """A body with a field that has a default before one that has none."""

    note: Line = ""
    title: Name
    rows: list[RowIn] = []


class NoteOut(Answer):
    """An answer that gained a field."""

    note: str = ""


class TitledOut(NoteOut):
    """One that inherits it, and has a field that must be there."""

    title: str


RIGHT: dict[str, Any] = {"title": "题"}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/title"]),
        (RIGHT | {"note": "长" * 201}, ["/note"]),
        (RIGHT | {"note": 1}, ["/note"]),
        (RIGHT | {"note": "一\n二"}, ["/note"]),
        ({"title": "\u202e"}, ["/title"]),
        (RIGHT | {"rows": [{}]}, ["/rows"]),
        (RIGHT | {"rows": [{"name": "\u202e"}]}, ["/rows"]),
        (RIGHT | {"gone": 1}, []),
        ([], []),
    ],
)
def test_the_field_at_fault_is_named_by_its_pointer(
    body: object, pointers: list[str]
) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(body, BodyIn)
    errors = name_fault(refused.value).get("errors", [])
    assert [one["pointer"] for one in errors] == pointers
    assert {one["code"] for one in errors} <= {"field-illegal"}


def test_a_field_with_a_default_may_stand_before_one_without() -> None:
    assert msgspec.convert(RIGHT, BodyIn).note == ""
    assert msgspec.convert(RIGHT, TitledOut) == TitledOut(title="题")
