"""A class gets another title, other days, another place."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from catalog.domain.course import Course
from catalog.domain.errors import (
    CourseNotCompletable,
    EditConflict,
    WrongDates,
    WrongState,
)
from catalog.domain.events import ClassChanged
from catalog.domain.training_class import CLOSED, Particulars, TrainingClass
from catalog.events.to_events import to_event
from catalog.usecases.edit_class import edit_class

from tests.unit.catalog.catalogue import CLASS, EDITED, LECTURE, SECRET, Catalogue
from tests.unit.catalog.fakes import FakeClasses, FakeCourses

TODAY = datetime.date(2026, 11, 28)
BODY = {
    "title": "二班", "starts_on": "2026-12-01", "ends_on": "2026-12-24",
    "form": "onsite", "point": "东城",
}  # fmt: skip
WANTED = Particulars("二班", "2026-12-01", "2026-12-24", "东城", "onsite")


def edited(
    known: TrainingClass, seen: int | None = None, **wanted: str
) -> tuple[TrainingClass, list[object]] | None:
    return known.edit(replace(known.particulars, **wanted), TODAY, seen)


def test_a_class_has_what_was_written_and_tells_it_whole() -> None:
    found = CLASS.edit(WANTED, TODAY, 1)
    assert found is not None
    now, told = found
    assert (now.particulars, now.revision) == (WANTED, 2)
    assert (now.capacity, now.quotas, now.state) == (30, CLASS.quotas, CLASS.state)
    assert told == [
        ClassChanged("c1", "k1", "二班", "2026-12-01", "2026-12-24", "东城", "onsite")
    ]
    public = to_event(told[0])
    assert (public.type, public.subject) == ("catalog.class.changed.v1", "c1")


def test_what_is_so_already_is_no_edit_whatever_its_editor_saw() -> None:
    for seen in (None, 1, 7):
        assert edited(CLASS, seen) is None


def test_who_saw_another_version_is_told_what_differs() -> None:
    with pytest.raises(EditConflict) as raised:
        edited(replace(CLASS, revision=4), 3, title="新名", point="东城")
    members = raised.value.members
    assert (members["version"], members["fields"]) == (4, ["title", "point"])


@pytest.mark.parametrize(
    "days",
    [
        {"ends_on": "2026-10-31"},
        {"starts_on": "2027-01-01"},
        {"ends_on": "2026-11-27"},
        {"ends_on": "2026-02-30"},
    ],
)
def test_days_that_can_not_be_change_nothing(days: dict[str, str]) -> None:
    with pytest.raises(WrongDates):
        edited(CLASS, **days)


def test_a_class_that_is_over_gets_another_title_or_more_days_but_no_other_end() -> (
    None
):
    over = replace(CLASS, ends_on="2026-11-27", state=CLOSED)
    assert edited(over, title="新名") is not None
    longer = edited(over, ends_on="2026-11-28")
    assert longer is not None
    assert longer[0].state_on(TODAY) == CLOSED
    with pytest.raises(WrongDates):
        edited(over, ends_on="2026-11-26")


def put(catalogue: Catalogue, **more: Any) -> tuple[int, Any]:
    return catalogue.ask("staff", "/classes/c1", method="PUT", body=BODY, **more)


def test_an_edit_at_the_door_is_of_one_version_and_repeated_without_harm() -> None:
    catalogue = Catalogue()
    assert put(catalogue, match="")[0] == 428
    catalogue.ask("staff", "/classes/c1")
    tag = catalogue.tag
    for _ in range(2):
        status, answer = put(catalogue, match=tag)
        assert (status, answer["title"], answer["version"]) == (200, "二班", 2)
    assert len(catalogue.classes.told) == 1
    other = BODY | {"title": "三班"}
    status, answer = catalogue.ask(
        "staff", "/classes/c1", method="PUT", body=other, match=tag
    )
    assert (status, answer["current"]["title"]) == (412, "二班")


def test_a_class_that_is_not_there_is_not_edited() -> None:
    catalogue = Catalogue()
    status, _ = catalogue.ask(
        "staff", "/classes/c9", method="PUT", body=BODY, match="*"
    )
    assert status == 404


def test_a_class_that_was_over_takes_people_again_only_of_a_course_for_them() -> None:
    over = replace(CLASS, ends_on="2026-11-27")
    draft = Course("k1", "课", "m1", "", "王老师", (LECTURE,))
    onsite = Course("k1", "课", "m1", "", "王老师", (SECRET,)).publish()[0]
    longer = replace(over.particulars, ends_on="2026-12-31")
    renamed = replace(over.particulars, title="新名")
    for course, fault in ((draft, WrongState), (onsite, CourseNotCompletable)):
        classes, courses = FakeClasses(over), FakeCourses(course)
        with pytest.raises(fault):
            edit_class(classes, courses, "c1", longer, TODAY, None)
        assert edit_class(classes, courses, "c1", renamed, TODAY, None).title == "新名"
    classes = FakeClasses(over)
    made = edit_class(classes, FakeCourses(EDITED), "c1", longer, TODAY, None)
    assert made.ends_on == "2026-12-31"
