"""What a trainee's first page shows, made of what the services answered."""

from dataclasses import dataclass
from typing import Any

from gateway.clients.parts import Unavailable
from gateway.pages.components.figures import Ring, draw_ring
from gateway.pages.formats import format_clock, format_day, format_hours
from gateway.texts import N_
from gateway.texts.language import gettext

Row = dict[str, Any]


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
    certificate: Row | Unavailable | None
    areas: list[Row] | Unavailable


def view_trainee_home(parts: Row) -> TraineeHome:
    """The page for these answers."""
    certificates = parts["certificates"]
    finished = {one["class_id"] for one in certificates}
    enrolments = parts["enrolments"]
    latest = [*certificates][-1:] or [None]
    return TraineeHome(
        next_lesson=_view_next(parts["next_lesson"]),
        hours=_view_hours(parts["hours_record"]),
        classes=[_view_class(one, one["class_id"] in finished) for one in enrolments],
        unseen=_find_unseen(enrolments),
        certificate=(
            certificates if isinstance(certificates, Unavailable) else latest[0]
        ),
        areas=parts["areas"],
    )


def _view_next(found: Row | Unavailable | None) -> NextLesson | Unavailable | None:
    if found is None or isinstance(found, Unavailable):
        return found
    course, lesson = found["course"], found["lesson"]
    seconds = (lesson.get("lecture") or {}).get("seconds")
    return NextLesson(
        path=f"/learn/{course['id']}/{lesson['lesson_id']}",
        course=course["title"],
        title=lesson["title"],
        place=found["place"],
        percent=found["percent"],
        clock=format_clock(seconds) if seconds else "",
    )


def _view_hours(record: Row | Unavailable) -> HoursShown | Unavailable:
    if isinstance(record, Unavailable):
        return record
    figures = {"h": format_hours(record["hours"]), "t": format_hours(record["target"])}
    return HoursShown(
        ring=draw_ring(record["hours"], record["target"]),
        figure=figures["h"],
        aim=gettext(N_("目标 %(t)s")) % figures,
        label=gettext(N_("本年 %(h)s 学时，目标 %(t)s")) % figures,
    )


def _view_class(enrolment: Row, is_finished: bool) -> ClassLine:
    id_, class_ = enrolment["class_id"], enrolment["class"]
    known = class_ if isinstance(class_, dict) else None
    is_waiting = enrolment["state"] == "waiting"
    state = N_("已结业") if is_finished else N_("候补") if is_waiting else N_("已录取")
    about = ""
    if is_waiting:
        text = gettext(N_("候补第 %(n)s 位 · 有人退出时自动补上，会通知您"))
        about = text % {"n": enrolment["place"]}
    elif known:
        about = f"{format_day(known['starts_on'])} – {format_day(known['ends_on'])}"
    return ClassLine(
        path=f"/classes/{id_}",
        title=known["title"] if known else id_,
        state=gettext(state),
        tone="wait" if is_waiting and not is_finished else "ok",
        about=about,
    )


def _find_unseen(enrolments: list[Row] | Unavailable) -> list[Unavailable]:
    """What the list lacks: all of it, or the names of some classes; said once."""
    if isinstance(enrolments, Unavailable):
        return [enrolments]
    unnamed = [e["class"] for e in enrolments if isinstance(e["class"], Unavailable)]
    return unnamed[:1]
