"""Archive courses, and take that back."""

from collections.abc import Sequence

from catalog.domain.course import Course
from catalog.domain.stamp import Stamp
from catalog.usecases.draft_course import require_course
from catalog.usecases.ports import Courses


def archive_course(
    courses: Courses, id_: str, stamp: Stamp, seen: int | None
) -> Course:
    """Close it to new classes. Repeating it changes nothing.

    `seen` is the revision that the editor saw, None for whichever there is.
    Raises UnknownCourse, EditConflict.
    """
    require_course(courses, id_)

    def archive(course: Course) -> tuple[Course, Sequence[object]] | None:
        archived = course.archive(stamp)
        if archived is not None:
            course.require_revision(seen)
        return archived

    return courses.change(id_, archive)


def unarchive_course(
    courses: Courses, id_: str, stamp: Stamp, seen: int | None
) -> Course:
    """Open it again as it was. Repeating it changes nothing.

    `seen` is the revision that the editor saw, None for whichever there is.
    Raises UnknownCourse, EditConflict.
    """
    require_course(courses, id_)

    def unarchive(course: Course) -> tuple[Course, Sequence[object]] | None:
        opened = course.unarchive(stamp)
        if opened is not None:
            course.require_revision(seen)
        return opened

    return courses.change(id_, unarchive)
