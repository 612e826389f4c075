"""Every field of a course on its pages: none of them drops what was written."""

from typing import Any

import msgspec
import pytest
from contracts.http.drafts import CourseIn
from gateway.forms.rules import AtMost
from gateway.pages.staff.versions import VersionPages
from gateway.texts import load_translations
from gateway.texts.courses import FIELDS

from tests.full_course import FULL
from tests.unit.gateway.course_scene import (
    CONFLICT,
    CONTENT,
    DRAFT,
    LESSON,
    editor,
    send,
)
from tests.unit.gateway.sent_form import read_form

PATH = "/staff/courses/k1"
NAMES = CourseIn.__struct_fields__
TEXTS = [
    field.name
    for field in msgspec.inspect.type_info(CourseIn).fields  # type: ignore[attr-defined]
    if getattr(field.type, "max_length", None) and isinstance(FULL.get(field.name), str)
]
"""Those that staff type, with the length that the contract lets them have."""
WRITTEN = FULL | {"lessons": [LESSON | one for one in FULL["lessons"]]}
"""As the catalogue answers what staff wrote in full."""
FULL_DRAFT = DRAFT | WRITTEN
WHOLE = msgspec.convert(FULL, CourseIn)


def is_saved(name: str, shown: Any, form: dict[str, list[str]]) -> bool:
    """Whether the catalogue is sent this field whole when this form is."""
    answer = send(shown, PATH, **form)
    assert answer.status_code == 303, "the form is not taken as the page shows it"
    sent = msgspec.convert(shown.services["catalog"].bodies[-1], CourseIn)
    return bool(getattr(sent, name) == getattr(WHOLE, name))


@pytest.mark.parametrize("name", NAMES)
def test_a_field_has_a_name_in_both_languages(name: str) -> None:
    assert name in FIELDS, f"name {name} in gateway/texts/courses.py"
    assert load_translations("en").gettext(FIELDS[name]) not in ("", FIELDS[name])


@pytest.mark.parametrize("name", NAMES)
def test_who_saves_the_editor_as_it_is_changes_nothing(name: str) -> None:
    shown = editor(**{"drafts/k1": FULL_DRAFT, "courses/k1": FULL_DRAFT})
    form = read_form(shown.get(PATH).text)
    assert is_saved(name, shown, form), f"{name}: staff/courses/edit.html"


@pytest.mark.parametrize("name", NAMES)
def test_who_comes_late_may_save_a_field_as_it_was_typed(name: str) -> None:
    theirs = DRAFT | {"version": 4}
    late = editor(**{"drafts/k1": theirs, "courses/k1": CONFLICT})
    typed = read_form(editor(**{"drafts/k1": FULL_DRAFT}).get(PATH).text)
    clash = send(late, PATH, **typed)
    assert clash.status_code == 412
    assert f'name="take-{name}"' in clash.text
    form = read_form(clash.text) | {"action": ["merge"], f"take-{name}": ["mine"]}
    merging = editor(**{"drafts/k1": theirs, "courses/k1": theirs})
    assert is_saved(name, merging, form), f"{name}: conflict.html"


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_too_long_is_a_fault_at_its_field(name: str) -> None:
    shown = editor(**{"drafts/k1": FULL_DRAFT})
    most = AtMost.of(CourseIn, name).count
    long = "长" * (most + 1)
    refused = send(shown, PATH, **read_form(shown.get(PATH).text) | {name: [long]})
    assert (refused.status_code, f'href="#{name}"' in refused.text) == (422, True)
    assert long in refused.text
    assert f'maxlength="{most}"' in refused.text
    assert f"最多 {most} 个字" in refused.text, f"{name}: AtMost in forms/courses.py"


@pytest.mark.parametrize("name", [name for name in NAMES if name != "lessons"])
def test_a_change_of_a_field_is_told_between_two_versions(name: str) -> None:
    number = {"number": 1, "published_by": "a1", "published_at": ""}
    found = {"fields": [name], "added": [], "removed": [], "changed": [], "moved": []}
    shown = editor(
        VersionPages,
        **{
            "drafts/k1": FULL_DRAFT,
            "courses/k1/editions": {"items": [], "next": ""},
            "courses/k1/editions/1": CONTENT | number,
            "courses/k1/comparison": found,
        },
    )
    assert f"<dt>{FIELDS[name]}</dt>" in shown.get(f"{PATH}/versions?old=1&new=0").text
