"""Courses and classes: what may be published, edited, archived, opened."""

from dataclasses import replace

import pytest
from catalog.domain import facts
from catalog.domain.course import ARCHIVED, PUBLISHED, Course, Lesson
from catalog.domain.errors import NotPublishable, WrongDates, WrongState
from catalog.domain.training_class import CLOSED, Quota, TrainingClass

LESSON = Lesson("s1", "第一讲", "lecture", "lec1")
DRAFT = Course("k1", "工会财务", "m1", "", "李老师", (LESSON,))
CLASS = TrainingClass(
    "c1", "k1", "一班", 30, (Quota("dc", 5),), "2026-12-01", "2026-12-05", "", "online"
)


def test_publishing_makes_the_first_edition_and_tells_its_lessons() -> None:
    published, told = DRAFT.publish()
    assert (published.state, published.edition) == (PUBLISHED, 1)
    lesson = {
        "lesson_id": "s1",
        "title": "第一讲",
        "kind": "lecture",
        "lecture_id": "lec1",
    }
    assert told == [facts.CoursePublished("k1", 1, "工会财务", "m1", (lesson,))]


def test_every_publication_is_a_new_edition() -> None:
    assert DRAFT.publish()[0].publish()[0].edition == 2


def test_a_course_without_lessons_is_not_published() -> None:
    with pytest.raises(NotPublishable):
        replace(DRAFT, lessons=()).publish()


def test_a_lecture_lesson_without_its_video_is_not_published() -> None:
    with pytest.raises(NotPublishable, match="第一讲"):
        replace(DRAFT, lessons=(replace(LESSON, lecture_id=""),)).publish()


def test_a_lesson_that_is_no_lecture_needs_no_video() -> None:
    onsite = Lesson("s2", "参观", "onsite")
    assert replace(DRAFT, lessons=(onsite,)).publish()[0].edition == 1


def test_editing_keeps_id_module_and_edition() -> None:
    edited = DRAFT.publish()[0].edit("新题目", "简介", "王老师", (LESSON,))
    assert (edited.id, edited.module, edited.edition) == ("k1", "m1", 1)
    assert edited.title == "新题目"


def test_what_is_archived_is_neither_edited_nor_published() -> None:
    archived, told = DRAFT.archive() or (DRAFT, [])
    assert archived.state == ARCHIVED
    assert told == [facts.CourseArchived("k1")]
    assert archived.archive() is None
    with pytest.raises(WrongState):
        archived.edit("x", "", "", ())
    with pytest.raises(WrongState):
        archived.publish()


def test_opening_a_class_tells_seats_and_quotas() -> None:
    (told,) = CLASS.open()
    assert isinstance(told, facts.ClassOpened)
    assert told.capacity == 30
    assert told.quotas == ({"branch_id": "dc", "seats": 5},)


def test_a_class_may_end_on_the_day_it_starts_but_not_before() -> None:
    assert replace(CLASS, ends_on="2026-12-01").open()
    with pytest.raises(WrongDates):
        replace(CLASS, ends_on="2026-11-30").open()


def test_a_class_is_closed_once() -> None:
    closed, told = CLASS.close() or (CLASS, [])
    assert closed.state == CLOSED
    assert told == [facts.ClassClosed("c1")]
    assert closed.close() is None
