"""What a trainee's first page shows, made of what the services answered."""

from dataclasses import dataclass

from contracts.http.catalog import AreaOut
from contracts.http.learning import CertificateOut, HoursOut

from gateway.clients.parts import Unavailable
from gateway.pages.components.figures import Ring, draw_ring
from gateway.pages.formats import format_clock, format_hours
from gateway.pages.learning_record import view_progress
from gateway.pages.trainee.class_lines import ClassLine, view_class_line
from gateway.pages.trainee.home import TraineeAnswers
from gateway.pages.trainee.own_classes import (
    SEATED,
    TO_DO,
    ClassAnswers,
    LessonToDo,
    OwnClass,
    find_lessons_to_do,
    find_own_classes,
)
from gateway.texts import N_
from gateway.texts.language import gettext

OVER_SHOWN_DAYS = 30
"""So long a class that ended undone is called to do: a month to make up for it."""


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
class TraineeHome:
    """The whole page; Unavailable stands for what nobody can say just now.

    `to_do` are the classes in which something is to do or waited for; `unseen` are the
    parts that this list lacks; `has_seat` says whether there is one in any class.
    """

    next_lesson: NextLesson | Unavailable | None
    hours: HoursShown | Unavailable
    to_do: list[ClassLine]
    has_seat: bool
    unseen: list[Unavailable]
    certificate: CertificateOut | Unavailable | None
    areas: list[AreaOut] | Unavailable


def view_trainee_home(answers: TraineeAnswers) -> TraineeHome:
    """The page for these answers."""
    certificates = answers.own.certificates
    classes = find_own_classes(answers.own)
    return TraineeHome(
        next_lesson=_view_next(answers.own),
        hours=_view_hours(answers.hours),
        to_do=[view_class_line(one) for one in find_to_do(answers.own)],
        has_seat=any(one.enrolment.state == SEATED for one in classes),
        unseen=_find_unseen(answers.own),
        certificate=(
            certificates
            if isinstance(certificates, Unavailable)
            else next(reversed(certificates), None)
        ),
        areas=answers.areas,
    )


def find_to_do(answers: ClassAnswers) -> list[OwnClass]:
    """The classes in which something is to do or waited for, the nearest first."""
    return [one for one in find_own_classes(answers) if _is_to_do(one)]


def _is_to_do(own: OwnClass) -> bool:
    """Whether a class belongs to what is to do: what ended long ago is found among all
    classes alone."""
    is_fresh = own.days is None or own.days >= -OVER_SHOWN_DAYS
    return own.stage in TO_DO and is_fresh


def _view_next(answers: ClassAnswers) -> NextLesson | Unavailable | None:
    """The first lesson not done in the classes with a seat, the nearest one first."""
    for part in (answers.enrolments, answers.record, answers.courses):
        if isinstance(part, Unavailable):
            return part
    to_do = next(find_lessons_to_do(answers), None)
    return _view_lesson(to_do, answers) if to_do else None


def _view_lesson(to_do: LessonToDo, answers: ClassAnswers) -> NextLesson:
    course, lesson = to_do.course, to_do.lesson
    progress = view_progress(answers.record, answers.watched, course)
    seconds = lesson.lecture.seconds if lesson.lecture else 0
    position = progress.positions.get(lesson.lecture_id)
    return NextLesson(
        path=to_do.path,
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


def _find_unseen(answers: ClassAnswers) -> list[Unavailable]:
    """What the list lacks: all of it, or the names of the classes; said once."""
    parts = (answers.enrolments, answers.classes)
    return [part for part in parts if isinstance(part, Unavailable)][:1]
