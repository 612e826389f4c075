"""What a course lacks before it can be published, or had better have."""

import datetime

from catalog.domain.course import ARCHIVED, Course
from catalog.domain.publishability import Shortcoming, find_doubts, find_gaps
from catalog.usecases.draft_course import find_modules
from catalog.usecases.ports import Classes, Lectures, Outline
from catalog.usecases.publish_course import find_stranded


def find_shortcomings(
    course: Course,
    classes: Classes,
    outline: Outline,
    lectures: Lectures,
    today: datetime.date,
) -> list[Shortcoming]:
    """All that a draft lacks, what is blocking first."""
    found = [Shortcoming("archived", "state")] if course.state == ARCHIVED else []
    found += find_gaps(course.content)
    if stranded := find_stranded(course, classes, today):
        learning, lesson = stranded
        code, id_of_lesson = "class-not-completable", lesson.lesson_id
        found.append(Shortcoming(code, "lessons", id_of_lesson, learning.title))
    shown = lectures.find_by_ids([lesson.lecture_id for lesson in course.lessons])
    return found + find_doubts(course.content, find_modules(outline), shown)
