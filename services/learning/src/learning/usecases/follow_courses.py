"""Courses are published; what people had watched before counts in them."""

from collections.abc import Sequence

from learning.domain.course import Course
from learning.usecases.ports import MakeUps, Projections


def follow_courses(
    projections: Projections,
    make_ups: MakeUps,
    courses: Sequence[tuple[str, int, Course]],
) -> None:
    """Put rows of courses, and have made up what people have earned of them."""
    projections.put_courses(courses)
    for id_, _, course in courses:
        make_ups.create(id_, course.edition)
