"""How far a person is in a course."""

import datetime

from learning.domain import events
from learning.domain.course import Course
from learning.domain.record import Record

from tests.unit.learning.fakes import a_course

NOON = datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.UTC)


def done(record: Record, course: Course, *lessons: str) -> tuple[Record, list[object]]:
    told: list[object] = []
    for lesson in lessons:
        decided = record.complete_lesson(course, lesson, NOON)
        if decided:
            record, said = decided
            told += said
    return record, told


def test_a_lesson_done_is_told_with_the_edition_it_was_done_on() -> None:
    record, told = done(Record("p", "k1"), a_course("a", "b", edition=3), "s-a")
    assert told == [events.LessonCompleted("p", "k1", "s-a", 3)]
    assert not record.is_complete


def test_the_last_lesson_completes_the_course_in_any_order() -> None:
    record, told = done(Record("p", "k1"), a_course("a", "b"), "s-b", "s-a")
    assert record.completed_edition == 1
    assert told[-1] == events.CourseCompleted("p", "k1", "工会财务", 1)


def test_a_lesson_done_again_changes_nothing() -> None:
    record, _ = done(Record("p", "k1"), a_course("a", "b"), "s-a")
    assert record.complete_lesson(a_course("a", "b"), "s-a", NOON) is None


def test_a_new_edition_takes_nothing_away() -> None:
    record, _ = done(Record("p", "k1"), a_course("a"), "s-a")
    longer = a_course("a", "b", edition=2)
    after, told = done(record, longer, "s-b")
    assert after.completed_edition == 1
    assert told == [events.LessonCompleted("p", "k1", "s-b", 2)]


def test_what_was_done_on_an_older_edition_counts_for_the_newer() -> None:
    record, _ = done(Record("p", "k1"), a_course("a", "b"), "s-a")
    after, _ = done(record, a_course("a", "c", edition=2), "s-c")
    assert after.completed_edition == 2


def test_a_course_is_completed_once() -> None:
    told = done(Record("p", "k1"), a_course("a", "b"), "s-a", "s-b", "s-a", "s-b")[1]
    assert sum(isinstance(event, events.CourseCompleted) for event in told) == 1
