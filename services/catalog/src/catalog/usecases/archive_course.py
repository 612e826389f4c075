"""Archive courses, and take that back. Repeating either changes nothing."""

from collections.abc import Callable, Sequence
from functools import partial

from catalog.domain.course import Course
from catalog.domain.stamp import Stamp
from catalog.usecases.draft_course import require_course
from catalog.usecases.ports import Courses

Turned = tuple[Course, Sequence[object]] | None
"""A course that is archived or comes back, with its events; None if it was so."""


def archive_course(
    courses: Courses, id_: str, stamp: Stamp, seen: int | None
) -> Course:
    """Close it to new classes.

    `seen` is the revision that the editor saw, None for whichever there is.
    Raises UnknownCourse, EditConflict.
    """
    return _turn_course(courses, id_, seen, partial(Course.archive, stamp=stamp))


def unarchive_course(
    courses: Courses, id_: str, stamp: Stamp, seen: int | None
) -> Course:
    """Open it again as it was; `seen` and what it raises are as above."""
    return _turn_course(courses, id_, seen, partial(Course.unarchive, stamp=stamp))


def _turn_course(
    courses: Courses, id_: str, seen: int | None, turn: Callable[[Course], Turned]
) -> Course:
    require_course(courses, id_)

    def decide(course: Course) -> Turned:
        turned = turn(course)
        if turned is not None:
            course.require_revision(seen)
        return turned

    return courses.change(id_, decide)
