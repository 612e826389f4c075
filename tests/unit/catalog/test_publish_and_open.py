"""What may be drafted, edited, published and opened, by the use cases."""

import datetime
from dataclasses import replace

import pytest
from catalog.domain.content import Content, Lesson
from catalog.domain.course import ARCHIVED, Course
from catalog.domain.errors import (
    BadCode,
    CourseNotCompletable,
    LessonIdTaken,
    ModuleCodeTaken,
    ModuleFixed,
    UnknownModule,
    WrongState,
)
from catalog.domain.outline import Area, Module, Project
from catalog.domain.stamp import UNSTAMPED
from catalog.domain.training_class import CLOSED, TrainingClass
from catalog.usecases.draft_course import draft_course, edit_course
from catalog.usecases.open_class import open_class
from catalog.usecases.publish_course import publish_course
from catalog.usecases.put_area import put_area, put_project

from tests.unit.catalog.fakes import (
    FakeClasses,
    FakeCourses,
    FakeEditions,
    FakeOutline,
    after_edit,
)

TODAY = datetime.date(2026, 11, 28)


def publish(courses: FakeCourses, classes: FakeClasses, today: datetime.date) -> Course:
    return publish_course(
        courses, classes, FakeEditions(), "k1", today, UNSTAMPED, None
    )


LECTURE = Lesson("l1", "第一讲", "lecture", "v1")
ONSITE = Lesson("l2", "参观", "onsite")
DRAFT = Course("k1", "工会财务", "m1", "", "", (LECTURE,))
AREA = Area("a1", "方向", 1, (Module("m1", "模块", ()),))
CLASS = TrainingClass(
    "c1", "k1", "一班", 30, (), "2026-12-01", "2026-12-31", "", "online"
)


def test_a_draft_with_two_lessons_of_one_id_is_not_kept() -> None:
    courses, double = FakeCourses(), (LECTURE, replace(LECTURE, title="第二讲"))
    with pytest.raises(LessonIdTaken):
        draft_course(courses, FakeOutline(AREA), replace(DRAFT, lessons=double))
    with pytest.raises(UnknownModule):
        draft_course(courses, FakeOutline(), DRAFT)
    assert courses.rows == {}
    draft_course(courses, FakeOutline(AREA), DRAFT)
    with pytest.raises(LessonIdTaken):
        edit_course(courses, "k1", Content("x", "m1", double), UNSTAMPED, None)
    assert courses.rows == {"k1": DRAFT}


def test_a_course_is_not_moved_to_another_module_in_silence() -> None:
    courses = FakeCourses(DRAFT)
    with pytest.raises(ModuleFixed):
        edit_course(courses, "k1", Content("x", "m2", (LECTURE,)), UNSTAMPED, None)
    assert courses.rows == {"k1": DRAFT}


@pytest.mark.parametrize("kind", ["onsite", "live", "test"])
def test_no_class_opens_on_a_course_that_nobody_can_complete(kind: str) -> None:
    lessons = (LECTURE, Lesson("l2", "参观", kind))
    courses = FakeCourses(replace(DRAFT, lessons=lessons).publish()[0])
    classes = FakeClasses()
    with pytest.raises(CourseNotCompletable, match="参观"):
        open_class(classes, courses, CLASS, TODAY)
    assert classes.rows == {}
    assert classes.told == []


def test_what_is_edited_and_not_published_keeps_no_class_from_opening() -> None:
    course = after_edit(DRAFT.publish()[0], "x", "", "", (LECTURE, ONSITE))
    classes = FakeClasses()
    assert open_class(classes, FakeCourses(course), CLASS, TODAY) == CLASS
    only_edited = replace(DRAFT, lessons=(ONSITE,)).publish()[0]
    edited = after_edit(only_edited, "x", "", "", (LECTURE,))
    with pytest.raises(CourseNotCompletable):
        open_class(classes, FakeCourses(edited), CLASS, TODAY)


def test_no_class_opens_on_a_draft() -> None:
    with pytest.raises(WrongState):
        open_class(FakeClasses(), FakeCourses(DRAFT), CLASS, TODAY)


def test_no_class_opens_on_a_course_that_is_no_longer_offered() -> None:
    classes, archived = FakeClasses(), replace(DRAFT.publish()[0], state=ARCHIVED)
    with pytest.raises(WrongState):
        open_class(classes, FakeCourses(archived), CLASS, TODAY)
    assert (classes.rows, classes.told) == ({}, [])


@pytest.mark.parametrize("state", ["open", CLOSED])
def test_an_edition_nobody_can_complete_waits_until_the_classes_are_over(
    state: str,
) -> None:
    edited = after_edit(DRAFT.publish()[0], "x", "", "", (LECTURE, ONSITE))
    courses = FakeCourses(edited)
    classes = FakeClasses(replace(CLASS, state=state))
    with pytest.raises(CourseNotCompletable, match="一班"):
        publish(courses, classes, TODAY)
    assert courses.told == []
    after = datetime.date(2027, 1, 1)
    assert publish(courses, classes, after).edition == 2


def test_a_course_that_never_could_be_completed_is_published_again() -> None:
    courses = FakeCourses(replace(DRAFT, lessons=(ONSITE,)).publish()[0])
    assert publish(courses, FakeClasses(CLASS), TODAY).edition == 2


def test_a_module_code_names_one_module() -> None:
    outline = FakeOutline(AREA)
    other = Area("a2", "另一方向", 2, (Module("m1", "又一", ()),))
    twice = Area("a2", "另一方向", 2, (Module("m2", "甲", ()), Module("m2", "乙", ())))
    for wrong in (other, twice):
        with pytest.raises(ModuleCodeTaken):
            put_area(outline, wrong, UNSTAMPED, None)
    assert outline.find_areas() == [AREA]
    again = replace(AREA, name="改名")
    assert put_area(outline, again, UNSTAMPED, None).name == again.name


@pytest.mark.parametrize("code", ["", "a b", "一", "a/b", "a\n", "ａ", "-a", "x" * 81])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    outline = FakeOutline()
    with pytest.raises(BadCode):
        put_area(outline, replace(AREA, code=code), UNSTAMPED, None)
    with pytest.raises(BadCode):
        put_project(outline, Project(code, "项目", 1, "", ""), UNSTAMPED, None)
    assert outline.find_areas() == outline.find_projects() == []
