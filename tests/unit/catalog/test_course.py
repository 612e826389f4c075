"""Courses and classes: what may be published, edited, archived, opened."""

import datetime
from dataclasses import replace

import pytest
from catalog.domain import events
from catalog.domain.content import Content, Lesson
from catalog.domain.course import ARCHIVED, PUBLISHED, Course
from catalog.domain.errors import (
    LectureMisplaced,
    LessonIdTaken,
    NotPublishable,
    QuotaRepeated,
    WrongDates,
    WrongState,
)
from catalog.domain.training_class import CLOSED, OPEN, OVER, Quota, TrainingClass

from tests.unit.catalog.fakes import after_edit

LESSON = Lesson("s1", "第一讲", "lecture", "lec1")
DRAFT = Course("k1", "工会财务", "m1", "", "李老师", (LESSON,))
CLASS = TrainingClass(
    "c1", "k1", "一班", 30, (Quota("dc", 5),), "2026-12-01", "2026-12-05", "", "online"
)
TODAY = datetime.date(2026, 11, 28)
TWICE = (LESSON, Lesson("s1", "第二讲", "lecture", "lec2"))


def rates(told: list[object]) -> list[events.CoursePublished]:
    return [event for event in told if isinstance(event, events.CoursePublished)]


def test_publishing_makes_the_first_edition_and_tells_its_lessons() -> None:
    published, told = DRAFT.publish()
    assert (published.state, published.edition) == (PUBLISHED, 1)
    lesson = {
        "lesson_id": "s1",
        "title": "第一讲",
        "kind": "lecture",
        "lecture_id": "lec1",
    }
    assert told == [events.CoursePublished("k1", 1, "工会财务", "m1", (lesson,), 2.0)]


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
    edited = after_edit(DRAFT.publish()[0], "新题目", "简介", "王老师", (LESSON,))
    assert (edited.id, edited.module, edited.edition) == ("k1", "m1", 1)
    assert edited.title == "新题目"


def test_what_is_edited_is_not_shown_before_it_is_published() -> None:
    published = DRAFT.publish()[0]
    assert published.published == Content("工会财务", "m1", (LESSON,), "", "李老师")
    assert not published.has_unpublished_edits
    edited = after_edit(published, "新题目", "简介", "王老师", ())
    assert edited.published == published.published
    assert edited.has_unpublished_edits
    again = after_edit(edited, "新题目", "简介", "王老师", (LESSON,)).publish()[0]
    assert again.published == Content("新题目", "m1", (LESSON,), "简介", "王老师")


def test_the_fastest_rate_is_told_with_the_edition_it_is_published_in() -> None:
    published, told = replace(DRAFT, fastest=1.5).publish()
    edited = after_edit(published, "工会财务", "", "李老师", (LESSON,), 1.0)
    assert edited.has_unpublished_edits
    assert [event.fastest for event in rates(told + edited.to_snapshot())] == [1.5, 1.5]
    again, told = edited.publish()
    assert [event.fastest for event in rates(told + again.to_snapshot())] == [1.0, 1.0]


def test_of_a_course_that_was_never_published_nothing_is_shown() -> None:
    assert DRAFT.published is None
    assert not DRAFT.has_unpublished_edits


def test_two_lessons_of_one_id_are_refused_at_draft_edit_and_publication() -> None:
    with pytest.raises(LessonIdTaken, match="s1"):
        after_edit(DRAFT, "x", "", "", TWICE)
    double = replace(DRAFT, lessons=TWICE)
    for refused in (double.content.require_own_lessons, double.publish):
        with pytest.raises(LessonIdTaken, match="s1"):
            refused()


def test_only_a_lecture_names_a_lecture() -> None:
    onsite = Lesson("s2", "参观", "onsite", "lec1")
    with pytest.raises(LectureMisplaced, match="参观"):
        after_edit(DRAFT, "x", "", "", (onsite,))


@pytest.mark.parametrize("kind", ["test", "onsite", "live"])
def test_nothing_completes_a_lesson_that_is_no_lecture(kind: str) -> None:
    assert LESSON.is_completable
    assert not Lesson("s2", "参观", kind).is_completable


def test_what_is_archived_is_neither_edited_nor_published() -> None:
    archived, told = DRAFT.archive() or (DRAFT, [])
    assert archived.state == ARCHIVED
    assert told == [events.CourseArchived("k1")]
    assert archived.archive() is None
    with pytest.raises(WrongState):
        after_edit(archived, "x", "", "", ())
    with pytest.raises(WrongState):
        archived.publish()


def test_opening_a_class_tells_seats_and_quotas() -> None:
    (told,) = CLASS.open(TODAY)
    assert isinstance(told, events.ClassOpened)
    assert told.capacity == 30
    assert told.quotas == ({"branch_id": "dc", "seats": 5},)


def test_a_class_may_end_on_the_day_it_starts_but_not_before() -> None:
    assert replace(CLASS, ends_on="2026-12-01").open(TODAY)
    with pytest.raises(WrongDates):
        replace(CLASS, ends_on="2026-11-30").open(TODAY)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-02-30", "2026-12-05"),
        ("2026-12-01", "2026-12-32"),
        ("2027-02-29", "2027-03-01"),
        ("2026-13-01", "2026-12-05"),
        ("", "2026-12-05"),
    ],
)
def test_a_day_that_is_not_in_the_calendar_is_refused(first: str, last: str) -> None:
    with pytest.raises(WrongDates):
        replace(CLASS, starts_on=first, ends_on=last).open(TODAY)


def test_a_class_that_is_over_is_not_opened() -> None:
    past = replace(CLASS, starts_on="2026-11-01")
    assert replace(past, ends_on="2026-11-28").open(TODAY)
    with pytest.raises(WrongDates):
        replace(past, ends_on="2026-11-27").open(TODAY)


def test_two_quotas_for_one_branch_are_refused() -> None:
    with pytest.raises(QuotaRepeated, match="dc"):
        replace(CLASS, quotas=(Quota("dc", 5), Quota("dc", 6))).open(TODAY)


def test_a_class_is_over_after_its_last_day() -> None:
    day = datetime.date(2026, 12, 5)
    assert CLASS.state_on(day) == OPEN
    assert CLASS.state_on(day + datetime.timedelta(days=1)) == OVER
    closed = replace(CLASS, state=CLOSED)
    assert closed.state_on(day) == CLOSED
    assert closed.state_on(day + datetime.timedelta(days=1)) == OVER


def test_a_class_is_closed_once() -> None:
    closed, told = CLASS.close() or (CLASS, [])
    assert closed.state == CLOSED
    assert told == [events.ClassClosed("c1")]
    assert closed.close() is None
