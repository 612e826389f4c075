"""Publish and archive courses."""

import datetime

from catalog.domain.course import Course, not_completable
from catalog.domain.errors import CourseNotCompletable
from catalog.usecases.draft_course import require_course
from catalog.usecases.ports import Classes, Courses


def publish_course(
    courses: Courses, classes: Classes, id_: str, today: datetime.date
) -> Course:
    """Make what the course says now its next edition.

    Raises CourseNotCompletable where a class is not over that could be completed and
    no longer would be; and what the course raises.
    """
    course = require_course(courses, id_)
    could_be = course.published is not None and not not_completable(
        course.published.lessons
    )
    blocking = not_completable(course.publish()[0].lessons)
    learning = classes.get_unfinished(id_, today.isoformat()) if could_be else None
    if blocking and learning is not None:
        raise CourseNotCompletable(
            f"班级《{learning.title}》正在用这门课，课时《{blocking[0].title}》"
            "暂不计学时，学员将无法结业：请去掉它，或等这个班结束后再发布"
        )
    return courses.change(id_, Course.publish)


def archive_course(courses: Courses, id_: str) -> Course:
    """Close it to new classes. Repeating it changes nothing."""
    require_course(courses, id_)
    return courses.change(id_, Course.archive)
