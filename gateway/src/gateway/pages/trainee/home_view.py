"""What a trainee's first page shows, made of what the services answered."""

from dataclasses import dataclass

from contracts.http.catalog import AreaOut
from contracts.http.enrollment import OwnEnrolmentOut
from contracts.http.learning import CertificateOut, HoursOut

from gateway.clients.parts import Unavailable
from gateway.pages.components.figures import Ring, draw_ring
from gateway.pages.formats import format_clock, format_day, format_hours
from gateway.pages.learning_record import view_progress
from gateway.pages.trainee.home import (
    SEATED,
    LessonToDo,
    TraineeAnswers,
    find_lessons_to_do,
)
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
    """What to go on with; `reached` is where, empty at the beginning. `away` is media
    while it does not say: it may have been watched further than is shown."""

    path: str
    course: str
    title: str
    place: int
    percent: int
    clock: str
    reached: str
    away: Unavailable | None = None


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
    to_do = next(find_lessons_to_do(answers), None)
    return _view_lesson(to_do, answers) if to_do else None


def _view_lesson(to_do: LessonToDo, answers: TraineeAnswers) -> NextLesson:
    course, lesson = to_do.course, to_do.lesson
    progress = view_progress(answers.record, answers.watched, course)
    seconds = lesson.lecture.seconds if lesson.lecture else 0
    position = progress.positions.get(lesson.lecture_id)
    return NextLesson(
        path=f"/learn/{course.id}/{lesson.lesson_id}",
        course=course.title,
        title=lesson.title,
        place=to_do.place,
        percent=progress.watched.get(lesson.lecture_id, 0),
        clock=format_clock(seconds) if seconds else "",
        reached=format_clock(position) if position else "",
        away=answers.watched if isinstance(answers.watched, Unavailable) else None,
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
