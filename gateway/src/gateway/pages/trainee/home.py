"""What a trainee's first page asks of the services."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from contracts.http.catalog import AreaOut, ClassOut, CourseOut, LessonOut
from contracts.http.enrollment import OwnEnrolmentOut
from contracts.http.learning import CertificateOut, HoursOut, RecordOut
from contracts.http.shape import MOST_IDS

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.pages.learning_record import (
    Watched,
    find_watched,
    is_completed,
    lessons_done_in,
)

WITHDRAWN, SEATED = "withdrawn", "seated"


@dataclass(frozen=True)
class TraineeAnswers:
    """What the services answered; Unavailable stands for what nobody can say now.

    `classes` and `courses` are those of the enrolments, by id; `watched` is how far
    the lessons are that learning does not know as done.
    """

    enrolments: list[OwnEnrolmentOut] | Unavailable
    record: RecordOut | Unavailable
    hours: HoursOut | Unavailable
    certificates: list[CertificateOut] | Unavailable
    areas: list[AreaOut] | Unavailable
    classes: Mapping[str, ClassOut] | Unavailable = field(default_factory=dict)
    courses: Mapping[str, CourseOut] | Unavailable = field(default_factory=dict)
    watched: Watched | Unavailable = field(default_factory=dict)


@dataclass(frozen=True)
class LessonToDo:
    """A lesson that is not done, and its place in its course."""

    course: CourseOut
    place: int
    lesson: LessonOut


def read_trainee_answers(services: PageServices) -> TraineeAnswers:
    """Eight questions at most, in three rounds, however many classes there are."""
    learning, catalog = services.learning, services.catalog
    own = services.ask_part(services.enrollment.list_own_enrolments)
    record = services.ask_part(learning.show_record)
    hours = services.ask_part(learning.show_hours)
    certificates = services.ask_part(learning.list_certificates)
    areas = services.ask_part(catalog.list_areas)
    enrolments = own.get_answer()
    if not isinstance(enrolments, Unavailable):
        enrolments = [one for one in enrolments if one.state != WITHDRAWN]
    class_ids = list(dict.fromkeys(one.class_id for one in enrolments))
    seated = [one.course_id for one in enrolments if one.state == SEATED]
    classes = services.ask_part(catalog.find_classes, class_ids)
    courses = services.ask_part(catalog.find_courses, list(dict.fromkeys(seated)))
    answers = TraineeAnswers(
        enrolments=enrolments,
        record=record.get_answer(),
        hours=hours.get_answer(),
        certificates=certificates.get_answer(),
        areas=areas.get_answer(),
        classes=classes.get_answer(),
        courses=courses.get_answer(),
    )
    lectures = [one.lesson.lecture_id for one in find_lessons_to_do(answers)]
    watched = services.ask_part(services.media.find_watched, lectures[:MOST_IDS])
    return replace(answers, watched=find_watched(watched))


def find_lessons_to_do(answers: TraineeAnswers) -> Iterator[LessonToDo]:
    """The lessons not done in the classes with a seat, by learning and by media."""
    record, courses = answers.record, answers.courses
    if isinstance(record, Unavailable) or isinstance(courses, Unavailable):
        return
    watched = {} if isinstance(answers.watched, Unavailable) else answers.watched
    for enrolment in answers.enrolments:
        course = courses.get(enrolment.course_id)
        if enrolment.state != SEATED or course is None:
            continue
        done = lessons_done_in(record.courses, course.id)
        for place, lesson in enumerate(course.lessons, 1):
            is_done = lesson.lesson_id in done or is_completed(
                watched, lesson.lecture_id
            )
            if lesson.is_completable and not is_done:
                yield LessonToDo(course, place, lesson)
