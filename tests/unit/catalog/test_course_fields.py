"""Every field of a course, from what staff write to what an old edition brings back."""

from typing import Any

import pytest
from contracts.http.drafts import CourseIn

from tests.full_course import FULL
from tests.unit.catalog.catalogue import Catalogue

PATH = "/courses/k1"
PLAIN = {"title": "别的", "module": "m1", "lessons": FULL["lessons"]}
FIELDS = CourseIn.__struct_fields__
EDITABLE = [name for name in FIELDS if name not in ("module", "lessons")]
"""A course stays in its module; its lessons have tests of their own."""


@pytest.fixture
def catalogue() -> Catalogue:
    """One where the course was written in full."""
    made = Catalogue()
    assert ask(made, method="PUT", body=FULL)["version"] > 1
    return made


def ask(catalogue: Catalogue, path: str = "", role: str = "staff", **more: Any) -> Any:
    status, said = catalogue.ask(role, f"{PATH}{path}", **more)
    assert status == 200, said
    return said


def publish(catalogue: Catalogue) -> int:
    """The number of the edition."""
    return int(ask(catalogue, "/publication", method="POST")["edition"])


def as_written(said: dict[str, Any], name: str) -> Any:
    if name != "lessons":
        return said[name]
    return [{part: one[part] for part in FULL["lessons"][0]} for one in said["lessons"]]


@pytest.mark.parametrize("name", FIELDS)
def test_staff_read_what_was_written_and_visitors_once_it_is_published(
    catalogue: Catalogue, name: str
) -> None:
    assert as_written(ask(catalogue), name) == FULL[name]
    publish(catalogue)
    assert as_written(ask(catalogue, role="visitor"), name) == FULL[name]


@pytest.mark.parametrize("name", EDITABLE)
def test_a_field_alone_is_an_edit_that_is_not_published_yet(
    catalogue: Catalogue, name: str
) -> None:
    publish(catalogue)
    without = {**FULL, name: ask(Catalogue())[name]}
    assert ask(catalogue, method="PUT", body=without)["has_unpublished_edits"] is True
    assert ask(catalogue, role="visitor")[name] == FULL[name]


@pytest.mark.parametrize("name", EDITABLE)
def test_an_edition_keeps_a_field_is_compared_by_it_and_brings_it_back(
    catalogue: Catalogue, name: str
) -> None:
    old = publish(catalogue)
    ask(catalogue, method="PUT", body=PLAIN)
    new = publish(catalogue)
    assert ask(catalogue, f"/editions/{old}")[name] == FULL[name]
    assert name in ask(catalogue, f"/comparison?old={old}&new={new}")["fields"]
    ask(catalogue)
    path, seen = f"/editions/{old}/restoration", catalogue.tag
    assert ask(catalogue, path, method="POST", match=seen)[name] == FULL[name]
