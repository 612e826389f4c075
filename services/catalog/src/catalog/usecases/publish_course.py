"""Publish and archive courses."""

from catalog.domain.course import Course
from catalog.usecases.draft_course import require_course
from catalog.usecases.ports import Courses


def publish_course(courses: Courses, id_: str) -> Course:
    """Make what the course says now its next edition."""
    require_course(courses, id_)
    return courses.change(id_, Course.publish)


def archive_course(courses: Courses, id_: str) -> Course:
    """Close it to new classes. Repeating it changes nothing."""
    require_course(courses, id_)
    return courses.change(id_, Course.archive)
