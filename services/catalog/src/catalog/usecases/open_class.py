"""Open and close training classes."""

from catalog.domain.course import PUBLISHED
from catalog.domain.errors import UnknownClass, WrongState
from catalog.domain.training_class import TrainingClass
from catalog.usecases.draft_course import require_course
from catalog.usecases.ports import Classes, Courses


def open_class(
    classes: Classes, courses: Courses, training_class: TrainingClass
) -> TrainingClass:
    """Let people enrol. Raises WrongState unless its course is published."""
    course = require_course(courses, training_class.course_id)
    if course.state != PUBLISHED:
        raise WrongState("课程尚未发布：请先发布课程再开班")
    classes.add(training_class, training_class.open())
    return training_class


def close_class(classes: Classes, id_: str) -> TrainingClass:
    """Take no more people. Repeating it changes nothing."""
    require_class(classes, id_)
    return classes.change(id_, TrainingClass.close)


def require_class(classes: Classes, id_: str) -> TrainingClass:
    """One class. Raises UnknownClass."""
    training_class = classes.get(id_)
    if training_class is None:
        raise UnknownClass(f"没有班级 {id_}")
    return training_class
