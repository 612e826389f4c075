"""Publish courses."""

import datetime
from collections.abc import Sequence

from catalog.domain.content import Lesson, not_completable
from catalog.domain.course import Course
from catalog.domain.errors import CourseNotCompletable
from catalog.domain.stamp import Stamp
from catalog.domain.training_class import TrainingClass
from catalog.usecases.draft_course import require_course
from catalog.usecases.ports import Classes, Courses, Editions


def publish_course(
    courses: Courses,
    classes: Classes,
    editions: Editions,
    id_: str,
    today: datetime.date,
    stamp: Stamp,
    seen: int | None,
) -> Course:
    """Make what the draft says now the course's next edition.

    The edition before is put away first, under the version of the course that the next
    one is then written under: whatever dies in between, each edition is in the course
    or among those put away. `seen` is the revision that the editor saw, None for
    whichever there is. Raises UnknownCourse, EditConflict, CourseNotCompletable where
    learning classes could be completed no longer; and what the course raises.
    """
    require_course(courses, id_)

    def publish(course: Course) -> tuple[Course, Sequence[object]]:
        course.require_revision(seen)
        published = course.publish(stamp)
        _require_completable(course, classes, today)
        if course.last_edition is not None:
            editions.put(course.last_edition)
        return published

    return courses.change(id_, publish)


def find_stranded(
    course: Course, classes: Classes, today: datetime.date
) -> tuple[TrainingClass, Lesson] | None:
    """A class that is not over, could be completed and could no longer be, and why.

    None where the draft can be published without such harm.
    """
    blocking = not_completable(course.lessons)
    if not blocking or course.published is None:
        return None
    if not_completable(course.published.lessons):
        return None
    learning = classes.get_unfinished(course.id, today.isoformat())
    return None if learning is None else (learning, blocking[0])


def _require_completable(
    course: Course, classes: Classes, today: datetime.date
) -> None:
    if stranded := find_stranded(course, classes, today):
        learning, lesson = stranded
        raise CourseNotCompletable(
            f"班级《{learning.title}》正在用这门课，课时《{lesson.title}》"
            "暂不计学时，学员将无法结业：请去掉它，或等这个班结束后再发布"
        )
