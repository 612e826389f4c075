"""Open and close training classes, cancel them, and open them again."""

import datetime

from catalog.domain.content import not_completable
from catalog.domain.course import PUBLISHED
from catalog.domain.errors import (
    CancellationFinal,
    CancellationUnderWay,
    CourseNotCompletable,
    UnknownClass,
    UnknownProject,
    WrongState,
)
from catalog.domain.training_class import CANCELLED, TrainingClass
from catalog.usecases.draft_course import require_course
from catalog.usecases.ports import Cancellations, Classes, Courses, Outline


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


def require_project(outline: Outline, code: str) -> None:
    """That there is such a project, if one is named. Raises UnknownProject."""
    if code and all(project.code != code for project in outline.find_projects()):
        raise UnknownProject(f"没有培训项目 {code}：请从项目页开班")


def close_class(classes: Classes, id_: str) -> TrainingClass:
    """Close a class: it takes no more people. Repeating it changes nothing.

    Raises UnknownClass, WrongState.
    """
    require_class(classes, id_)
    return classes.change(id_, TrainingClass.close)


def cancel_class(
    classes: Classes, id_: str, reason: str, today: datetime.date
) -> TrainingClass:
    """Cancel a class for a reason that everybody reads. Again it changes nothing.

    Raises UnknownClass, WrongState.
    """
    require_class(classes, id_)
    return classes.change(id_, lambda known: known.cancel(reason, today))


def reopen_class(
    classes: Classes,
    courses: Courses,
    cancellations: Cancellations,
    id_: str,
    today: datetime.date,
) -> TrainingClass:
    """Have a closed or cancelled class take people again. Again it changes nothing.

    A cancellation is undone only where nobody lost a seat, a place to wait or a request
    by it: whoever was told that a class is off is not brought back unasked.
    Raises UnknownClass, WrongDates, WrongState, CourseNotCompletable,
    CancellationFinal, CancellationUnderWay.
    """
    known = require_class(classes, id_)
    require_completable(courses, known.course_id)
    if known.state == CANCELLED:
        has_leavers = cancellations.has_leavers(id_)
        if has_leavers is None:
            raise CancellationUnderWay("取消还在办理：请过一会儿再试")
        if has_leavers:
            raise CancellationFinal(
                "已有学员因取消失去席位、候补或申请并收到通知，不能撤销：请照这个班再开一期"
            )

    def decide_reopening(
        now_known: TrainingClass,
    ) -> tuple[TrainingClass, list[object]] | None:
        if now_known.revision != known.revision and now_known.state == CANCELLED:
            raise CancellationUnderWay("刚刚有人取消了这个班：请过一会儿再试")
        return now_known.open_again(today)

    return classes.change(id_, decide_reopening)


def require_class(classes: Classes, id_: str) -> TrainingClass:
    """The class with this id. Raises UnknownClass."""
    training_class = classes.get(id_)
    if training_class is None:
        raise UnknownClass(f"没有班级 {id_}")
    return training_class
