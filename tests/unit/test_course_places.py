"""The places of a field of a course; CONTRIBUTING.md leads through them in order."""

import dataclasses
from collections.abc import Collection
from pathlib import Path

import msgspec
import pytest
from catalog.domain.content import Content
from catalog.domain.course import Course
from catalog.store.documents import CourseDocument
from contracts.http.catalog import ContentOut
from contracts.http.drafts import CourseIn
from gateway.forms.courses import CourseForm
from gateway.pages.staff.course_content import AS_TYPED
from gateway.texts.courses import FIELDS

import gateway
from tests.full_course import FULL

NAMES = CourseIn.__struct_fields__
PLACES: dict[str, Collection[str]] = {
    "tests/full_course.py": FULL,
    "ContentOut of contracts/http/catalog.py": ContentOut.__struct_fields__,
    "Content of catalog/domain/content.py": [
        f.name for f in dataclasses.fields(Content)
    ],
    "Course of catalog/domain/course.py": [f.name for f in dataclasses.fields(Course)],
    "CourseDocument of catalog/store/documents.py": CourseDocument._fields,
    "FIELDS of gateway/texts/courses.py": FIELDS,
}

GATEWAY = Path(gateway.__file__).parent
SHOWN_TO_VISITORS = ("templates/public/courses/show.html", "pages/public/courses.py")
NOT_FOR_VISITORS = {"fastest"}
"""How fast may be watched is for those who watch."""


@pytest.mark.parametrize("place", PLACES)
def test_every_place_has_the_fields_that_staff_write(place: str) -> None:
    missing = [name for name in NAMES if name not in PLACES[place]]
    assert missing == [], f"write {missing} into {place}"


def test_nothing_is_kept_that_nobody_can_write() -> None:
    unwritten = {field.name for field in dataclasses.fields(Content)} - {*NAMES}
    assert unwritten == set(), "write it into CourseIn of contracts/http/drafts.py"


def test_the_form_has_what_is_typed() -> None:
    missing = [name for name in AS_TYPED if not hasattr(CourseForm, name)]
    assert missing == [], "write it into CourseForm of gateway/forms/courses.py"


def test_visitors_are_shown_each_field_or_it_is_known_why_not() -> None:
    shown = "".join((GATEWAY / place).read_text("utf-8") for place in SHOWN_TO_VISITORS)
    missing = [n for n in NAMES if n not in shown and n not in NOT_FOR_VISITORS]
    assert missing == [], f"show {missing} in {SHOWN_TO_VISITORS[0]}"


@pytest.mark.parametrize("field", msgspec.structs.fields(CourseIn))
def test_the_full_course_says_something_in_every_field(
    field: msgspec.structs.FieldInfo,
) -> None:
    default = field.default
    assert FULL.get(field.name) != default, "say something in tests/full_course.py"
