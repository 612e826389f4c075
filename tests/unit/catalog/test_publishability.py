"""What a course lacks before it is published, said before anybody tries."""

import datetime
from dataclasses import replace

import pytest
from catalog.domain.content import Content, Lesson
from catalog.domain.course import ARCHIVED, Course
from catalog.domain.lecture import FAILED, MAKING, READY, Lecture
from catalog.domain.outline import Area, Module
from catalog.domain.stamp import UNSTAMPED
from catalog.domain.training_class import TrainingClass
from catalog.usecases.find_shortcomings import find_shortcomings

from tests.unit.catalog.fakes import FakeClasses, FakeLectures, FakeOutline

TODAY = datetime.date(2026, 11, 28)
LESSON = Lesson("l1", "第一讲", "lecture", "v1")
ONSITE = Lesson("l2", "参观", "onsite")
CONTENT = Content("工会财务", "m1", (LESSON,))
MADE = Lecture("v1", 1, READY, 100, 60.0)
OUTLINE = FakeOutline(Area("a1", "方向", 1, (Module("m1", "模块", ()),)))
CLASS = TrainingClass(
    "c1", "k1", "一班", 30, (), "2026-12-01", "2026-12-31", "", "online"
)


def lacking(
    course: Course, *lectures: Lecture, classes: FakeClasses | None = None
) -> list[tuple[str, str, bool]]:
    """Codes, lessons, and whether they keep it from being published."""
    found = find_shortcomings(
        course, classes or FakeClasses(), OUTLINE, FakeLectures(*lectures), TODAY
    )
    return [(one.code, one.lesson_id, one.is_blocking) for one in found]


def a_course(**changed: object) -> Course:
    return Course.of("k1", replace(CONTENT, **changed), UNSTAMPED)  # type: ignore[arg-type]


def test_a_whole_course_lacks_nothing() -> None:
    assert lacking(a_course(), MADE) == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"lessons": ()}, ("lessons-missing", "", True)),
        (
            {"lessons": (replace(LESSON, lecture_id=""),)},
            ("lecture-missing", "l1", True),
        ),
        ({"lessons": (LESSON, ONSITE)}, ("lesson-not-completable", "l2", False)),
        ({"module": "gone"}, ("module-unknown", "", False)),
        ({"picture": "p1"}, ("picture-without-alt", "", False)),
    ],
)
def test_what_is_missing_is_named_with_its_place(
    changed: dict[str, object], found: tuple[str, str, bool]
) -> None:
    assert lacking(a_course(**changed), MADE) == [found]


@pytest.mark.parametrize(
    ("lectures", "code"),
    [
        ([], "lecture-unknown"),
        ([replace(MADE, state=MAKING, percent=40)], "lecture-not-ready"),
        ([replace(MADE, state=FAILED, reason="坏")], "lecture-failed"),
    ],
)
def test_a_lecture_that_is_not_ready_is_said_and_keeps_nothing_back(
    lectures: list[Lecture], code: str
) -> None:
    assert lacking(a_course(), *lectures) == [(code, "l1", False)]
    assert a_course().publish()[0].edition == 1


def test_a_class_that_could_be_completed_no_longer_keeps_it_back() -> None:
    live = a_course().publish()[0]
    edited = live.edit(replace(CONTENT, lessons=(LESSON, ONSITE))) or live
    found = lacking(edited, MADE, classes=FakeClasses(CLASS))
    assert found == [
        ("class-not-completable", "l2", True),
        ("lesson-not-completable", "l2", False),
    ]
    assert lacking(live, MADE, classes=FakeClasses(CLASS)) == []


def test_what_is_archived_is_not_published() -> None:
    archived = replace(a_course(), state=ARCHIVED)
    assert lacking(archived, MADE) == [("archived", "", True)]
