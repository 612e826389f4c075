"""Courses are published; what people had watched before counts in them."""

from collections.abc import Sequence

from learning.domain.course import Course
from learning.usecases.complete_lecture import CompleteLecture
from learning.usecases.ports import Copies


def follow_courses(
    copies: Copies,
    complete: CompleteLecture,
    courses: Sequence[tuple[str, int, Course]],
) -> None:
    """Keep courses, each with its id and version; make up what is earned already."""
    copies.put_courses(courses)
    for id_, _, course in courses:
        for persons in copies.seated_in(id_):
            complete.make_up(course, persons)
