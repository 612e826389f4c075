"""Open and close training classes."""

import datetime

from catalog.domain.content import not_completable
from catalog.domain.course import PUBLISHED
from catalog.domain.errors import CourseNotCompletable, UnknownClass, WrongState
from catalog.domain.training_class import TrainingClass
from catalog.usecases.draft_course import require_course
from catalog.usecases.ports import Classes, Courses


def open_class(
    classes: Classes,
    courses: Courses,
    training_class: TrainingClass,
    today: datetime.date,
) -> TrainingClass:
    """Open a class, so that people can enrol.

    Raises WrongState unless its course is published, CourseNotCompletable while a
    lesson of the published edition cannot be completed, WrongDates, QuotaRepeated.
    """
    require_completable(courses, training_class.course_id)
    classes.create(training_class, training_class.open(today))
    return training_class


def require_completable(courses: Courses, course_id: str) -> None:
    """That a course can be completed by who enrols now. Raises UnknownCourse,
    WrongState unless it is published, CourseNotCompletable."""
    course = require_course(courses, course_id)
    if course.state != PUBLISHED or course.published is None:
        raise WrongState("课程尚未发布：请先发布课程再开班")
    if blocking := not_completable(course.published.lessons):
        raise CourseNotCompletable(
            f"课时《{blocking[0].title}》暂不计学时，学员无法结业："
            "请先发布一版只有视频课时的课程再开班"
        )


def close_class(classes: Classes, id_: str) -> TrainingClass:
    """Close a class: it takes no more people. Repeating it changes nothing."""
    require_class(classes, id_)
    return classes.change(id_, TrainingClass.close)


def require_class(classes: Classes, id_: str) -> TrainingClass:
    """The class with this id. Raises UnknownClass."""
    training_class = classes.get(id_)
    if training_class is None:
        raise UnknownClass(f"没有班级 {id_}")
    return training_class
