"""What a trainee's first page shows, made of what the services answered."""

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.http.catalog import AreaOut, CourseOut, LessonOut
from contracts.http.enrollment import OwnEnrolmentOut
from contracts.http.learning import CertificateOut, HoursOut, RecordOut

from gateway.clients.parts import Unavailable
from gateway.pages.components.figures import Ring, draw_ring
from gateway.pages.formats import format_clock, format_day, format_hours
from gateway.pages.learning_record import lessons_done_in
from gateway.pages.trainee.home import SEATED, TraineeAnswers
from gateway.texts import N_
from gateway.texts.language import gettext


@dataclass(frozen=True)
class HoursShown:
    """The ring of the year's hours, and what it says."""

    ring: Ring
    figure: str
    aim: str
    label: str


@dataclass(frozen=True)
class NextLesson:
    """What to go on with."""

    path: str
    course: str
    title: str
    place: int
    percent: int
    clock: str


@dataclass(frozen=True)
class ClassLine:
    """One class of the trainee, with its state in a word and a line about it."""

    path: str
    title: str
    state: str
    tone: str
    about: str


@dataclass(frozen=True)
class TraineeHome:
    """The whole page; Unavailable stands for what nobody can say just now.

    `unseen` are the parts that the list of classes lacks.
    """

    next_lesson: NextLesson | Unavailable | None
    hours: HoursShown | Unavailable
    classes: list[ClassLine]
    unseen: list[Unavailable]
    certificate: CertificateOut | Unavailable | None
    areas: list[AreaOut] | Unavailable


def view_trainee_home(answers: TraineeAnswers) -> TraineeHome:
    """The page for these answers."""
    certificates = answers.certificates
    finished = {one.class_id for one in certificates}
    return TraineeHome(
        next_lesson=_view_next(answers),
        hours=_view_hours(answers.hours),
        classes=[
            _view_class(one, answers, one.class_id in finished)
            for one in answers.enrolments
        ],
        unseen=_find_unseen(answers),
        certificate=(
            certificates
            if isinstance(certificates, Unavailable)
            else next(reversed(certificates), None)
        ),
        areas=answers.areas,
    )


def _view_next(answers: TraineeAnswers) -> NextLesson | Unavailable | None:
    """The first lesson not done in the classes with a seat."""
    for part in (answers.enrolments, answers.record, answers.courses):
        if isinstance(part, Unavailable):
            return part
    return next(_lessons_to_do(answers), None)


def _lessons_to_do(answers: TraineeAnswers) -> Iterator[NextLesson]:
    record, courses = answers.record, answers.courses
    if isinstance(record, Unavailable) or isinstance(courses, Unavailable):
        return
    for enrolment in answers.enrolments:
        course = courses.get(enrolment.course_id)
        if enrolment.state != SEATED or course is None:
            continue
        done = lessons_done_in(record.courses, course.id)
        for place, lesson in enumerate(course.lessons, 1):
            if lesson.is_completable and lesson.lesson_id not in done:
                yield _view_lesson(course, place, lesson, record)


def _view_lesson(
    course: CourseOut, place: int, lesson: LessonOut, record: RecordOut
) -> NextLesson:
    seconds = lesson.lecture.seconds if lesson.lecture else 0
    return NextLesson(
        path=f"/learn/{course.id}/{lesson.lesson_id}",
        course=course.title,
        title=lesson.title,
        place=place,
        percent=record.watched.get(lesson.lecture_id, 0),
        clock=format_clock(seconds) if seconds else "",
    )


def _view_hours(hours: HoursOut | Unavailable) -> HoursShown | Unavailable:
    if isinstance(hours, Unavailable):
        return hours
    figures = {"h": format_hours(hours.hours), "t": format_hours(hours.target)}
    return HoursShown(
        ring=draw_ring(hours.hours, hours.target),
        figure=figures["h"],
        aim=gettext(N_("目标 %(t)s")) % figures,
        label=gettext(N_("本年 %(h)s 学时，目标 %(t)s")) % figures,
    )


def _view_class(
    enrolment: OwnEnrolmentOut, answers: TraineeAnswers, is_finished: bool
) -> ClassLine:
    classes = answers.classes
    known = None
    if not isinstance(classes, Unavailable):
        known = classes.get(enrolment.class_id)
    is_waiting = enrolment.state != SEATED
    state = N_("已结业") if is_finished else N_("候补") if is_waiting else N_("已录取")
    about = ""
    if is_waiting:
        text = gettext(N_("候补第 %(n)s 位 · 有人退出时自动补上，会通知您"))
        about = text % {"n": enrolment.place}
    elif known:
        about = f"{format_day(known.starts_on)} – {format_day(known.ends_on)}"
    return ClassLine(
        path=f"/classes/{enrolment.class_id}",
        title=known.title if known else enrolment.class_id,
        state=gettext(state),
        tone="wait" if is_waiting and not is_finished else "ok",
        about=about,
    )


def _find_unseen(answers: TraineeAnswers) -> list[Unavailable]:
    """What the list lacks: all of it, or the names of the classes; said once."""
    parts = (answers.enrolments, answers.classes)
    return [part for part in parts if isinstance(part, Unavailable)][:1]
