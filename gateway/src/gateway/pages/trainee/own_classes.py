"""The classes of a trainee as they stand on a day: what is to do, and until when."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from chassis.clock import COLLEGE_ZONE, utc_now
from contracts.http.catalog import ClassOut, CourseOut, LessonOut
from contracts.http.enrollment import OwnEnrolmentOut
from contracts.http.learning import CertificateOut, RecordOut
from contracts.http.shape import MOST_IDS

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Part, Unavailable
from gateway.pages.learning_record import (
    Watched,
    find_watched,
    is_completed,
    lessons_done_in,
)

WITHDRAWN, SEATED = "withdrawn", "seated"
COMING, RUNNING, OVER, FINISHED = "coming", "running", "over", "finished"
WAITING, MISSED, LEFT = "waiting", "missed", "left"
"""How a class stands for its trainee. `over` is a seat in a class that ended before all
was done; `missed` a place on the waiting list of a class that is over."""
TO_DO = (RUNNING, COMING, WAITING, OVER)
T = TypeVar("T")
Now = Callable[[], datetime.datetime]


@dataclass(frozen=True)
class ClassAnswers:
    """What the services answered about the trainee's classes; Unavailable stands for
    what nobody can say now.

    `classes` and `courses` are those of the enrolments, by id; `watched` is how far
    the lessons are that learning does not know as done. `today` is the college's day.
    """

    today: datetime.date
    enrolments: list[OwnEnrolmentOut] | Unavailable
    record: RecordOut | Unavailable
    certificates: list[CertificateOut] | Unavailable
    classes: Mapping[str, ClassOut] | Unavailable = field(default_factory=dict)
    courses: Mapping[str, CourseOut] | Unavailable = field(default_factory=dict)
    watched: Watched | Unavailable = field(default_factory=dict)


@dataclass(frozen=True)
class AskedClasses:
    """What is asked first of the trainee's classes."""

    enrolments: Part[list[OwnEnrolmentOut]]
    record: Part[RecordOut]
    certificates: Part[list[CertificateOut]]


@dataclass(frozen=True)
class LessonToDo:
    """A lesson that is not done, and its place in its course."""

    course: CourseOut
    place: int
    lesson: LessonOut

    @property
    def path(self) -> str:
        """Where it is watched."""
        return f"/learn/{self.course.id}/{self.lesson.lesson_id}"


@dataclass(frozen=True)
class OwnClass:
    """A class of the trainee as it stands on a day.

    `days` are those until its last day, below 0 once it is over, and `days_before`
    those until its first; `known`, both of them, `course` and `lessons`, which are not
    done, are None while nobody can say.
    """

    enrolment: OwnEnrolmentOut
    stage: str
    known: ClassOut | None = None
    days: int | None = None
    days_before: int | None = None
    course: CourseOut | None = None
    lessons: Sequence[LessonToDo] | None = None
    certificate: CertificateOut | None = None


def college_today(now: Now = utc_now) -> datetime.date:
    """The day it is at the college, by which classes begin and end."""
    return now().astimezone(COLLEGE_ZONE).date()


def ask_classes(
    services: PageServices, certificates: Part[list[CertificateOut]] | None = None
) -> AskedClasses:
    """The first round, asked beside what else the page asks; a page that has asked for
    the certificates hands them in."""
    learning = services.learning
    return AskedClasses(
        services.ask_part(services.enrollment.list_own_enrolments),
        services.ask_part(learning.show_record),
        certificates or services.ask_part(learning.list_certificates),
    )


def read_classes(
    services: PageServices, asked: AskedClasses, today: datetime.date
) -> ClassAnswers:
    """Six questions in three rounds, for up to a hundred classes."""
    enrolments = asked.enrolments.get_answer()
    if not isinstance(enrolments, Unavailable):
        enrolments = _pick_one_of_each_class(enrolments)
    seated = [one.course_id for one in enrolments if one.state == SEATED]
    catalog = services.catalog
    classes = _ask_by_ids(
        services, catalog.find_classes, [one.class_id for one in enrolments]
    )
    courses = _ask_by_ids(services, catalog.find_courses, seated)
    answers = ClassAnswers(
        today=today,
        enrolments=enrolments,
        record=asked.record.get_answer(),
        certificates=asked.certificates.get_answer(),
        classes=_join_answers(classes),
        courses=_join_answers(courses),
    )
    lectures = [one.lesson.lecture_id for one in find_lessons_to_do(answers)]
    watched = services.ask_part(services.media.find_watched, lectures[:MOST_IDS])
    return replace(answers, watched=find_watched(watched))


def find_own_classes(answers: ClassAnswers) -> list[OwnClass]:
    """The classes in the order of what is nearest: to do by their last day, those
    waited for, those over and not done, finished ones; the latest first of the past."""
    found = [_view_own_class(one, answers) for one in answers.enrolments]
    return sorted(found, key=_nearness)


def find_lessons_to_do(answers: ClassAnswers) -> Iterator[LessonToDo]:
    """The lessons not done in the classes with a seat, by learning and by media, those
    of the nearest class first."""
    for own in find_own_classes(answers):
        yield from own.lessons or ()


def _pick_one_of_each_class(
    enrolments: Sequence[OwnEnrolmentOut],
) -> list[OwnEnrolmentOut]:
    """Of each class the enrolment that stands, else the one that was last withdrawn."""
    of_class: dict[str, OwnEnrolmentOut] = {}
    for enrolment in enrolments:
        before = of_class.get(enrolment.class_id)
        if before is None or _strength(enrolment) >= _strength(before):
            of_class[enrolment.class_id] = enrolment
    return list(of_class.values())


def _strength(enrolment: OwnEnrolmentOut) -> int:
    """A seat before a place on the waiting list, and both before none."""
    return {SEATED: 2, WITHDRAWN: 0}.get(enrolment.state, 1)


def _ask_by_ids(
    services: PageServices, find: Callable[[list[str]], dict[str, T]], ids: list[str]
) -> list[Part[dict[str, T]]]:
    """A batch read, in as many batches as it takes."""
    once = list(dict.fromkeys(ids))
    return [
        services.ask_part(find, once[start : start + MOST_IDS])
        for start in range(0, len(once), MOST_IDS)
    ]


def _join_answers(parts: Sequence[Part[dict[str, T]]]) -> dict[str, T] | Unavailable:
    joined: dict[str, T] = {}
    for part in parts:
        found = part.get_answer()
        if isinstance(found, Unavailable):
            return found
        joined |= found
    return joined


def _view_own_class(enrolment: OwnEnrolmentOut, answers: ClassAnswers) -> OwnClass:
    known = course = certificate = None
    if not isinstance(answers.classes, Unavailable):
        known = answers.classes.get(enrolment.class_id)
    if not isinstance(answers.courses, Unavailable) and enrolment.state == SEATED:
        course = answers.courses.get(enrolment.course_id)
    for issued in answers.certificates:
        if issued.class_id == enrolment.class_id:
            certificate = issued
    own = OwnClass(
        enrolment,
        RUNNING,
        known,
        days=_count_days(answers.today, known.ends_on if known else ""),
        days_before=_count_days(answers.today, known.starts_on if known else ""),
        course=course,
        lessons=_find_lessons(course, answers),
        certificate=certificate,
    )
    return replace(own, stage=_find_stage(own, answers.record))


def _count_days(today: datetime.date, iso_date: str) -> int | None:
    """Days from today to a day, below 0 for one that has passed."""
    if not iso_date:
        return None
    return (datetime.date.fromisoformat(iso_date) - today).days


def _find_stage(own: OwnClass, record: RecordOut | Unavailable) -> str:
    is_over = own.days is not None and own.days < 0
    if own.enrolment.state == WITHDRAWN:
        return LEFT
    if own.enrolment.state != SEATED:
        return MISSED if is_over else WAITING
    if _is_done(own, record):
        return FINISHED
    if is_over:
        return OVER
    return COMING if (own.days_before or 0) > 0 else RUNNING


def _is_done(own: OwnClass, record: RecordOut | Unavailable) -> bool:
    """Whether there is a certificate, or nothing left of what can be done.

    A course that was completed stays so, whatever a later edition adds.
    """
    if own.certificate is not None:
        return True
    if not isinstance(record, Unavailable) and any(
        one.completed_edition and one.course_id == own.enrolment.course_id
        for one in record.courses
    ):
        return True
    if own.course is None or own.lessons is None:
        return False
    can_be_done = any(lesson.is_completable for lesson in own.course.lessons)
    return can_be_done and not own.lessons


def _find_lessons(
    course: CourseOut | None, answers: ClassAnswers
) -> list[LessonToDo] | None:
    """The lessons of a course that are not done."""
    if course is None or isinstance(answers.record, Unavailable):
        return None
    watched = {} if isinstance(answers.watched, Unavailable) else answers.watched
    done = lessons_done_in(answers.record.courses, course.id)
    return [
        LessonToDo(course, place, lesson)
        for place, lesson in enumerate(course.lessons, 1)
        if lesson.is_completable
        and lesson.lesson_id not in done
        and not is_completed(watched, lesson.lecture_id)
    ]


def _nearness(own: OwnClass) -> tuple[int, int]:
    """What is to do by the nearest last day; what is past by the latest one."""
    days = 0 if own.days is None else own.days
    if own.stage in (RUNNING, COMING):
        return (0 if own.days is not None else 1), days
    order = (WAITING, OVER, FINISHED, MISSED, LEFT)
    place = 2 + order.index(own.stage)
    return place, days if own.stage == WAITING else -days
