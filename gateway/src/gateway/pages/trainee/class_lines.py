"""A class of the trainee in a line: how it stands, until when, and what to do next."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.pages.formats import format_day
from gateway.pages.trainee.own_classes import (
    COMING,
    FINISHED,
    LEFT,
    MISSED,
    OVER,
    RUNNING,
    WAITING,
    OwnClass,
)
from gateway.texts import N_
from gateway.texts.language import gettext

URGENT_DAYS = 3
"""From then on the days left are red: what takes a weekend still gets done."""
NEAR_DAYS = 7
"""From then on they are yellow: the last week."""
STAGES = {
    RUNNING: N_("已录取"),
    COMING: N_("已录取"),
    OVER: N_("已结束"),
    FINISHED: N_("已学完"),
    MISSED: N_("没有候补上"),
    LEFT: N_("已退出"),
}
"""How a class stands where no number says it."""
TONES = {RUNNING: "info", COMING: "info", OVER: "no", FINISHED: "ok", WAITING: "wait"}


@dataclass(frozen=True)
class Way:
    """Where a line leads on, and what one does there; `label` says of which class."""

    path: str
    text: str
    label: str


@dataclass(frozen=True)
class ClassLine:
    """One class of the trainee, with its state in a word and a line about it."""

    path: str
    title: str
    state: str
    tone: str
    about: str
    ways: tuple[Way, ...]


def view_class_line(own: OwnClass) -> ClassLine:
    """The line of a class."""
    class_id = own.enrolment.class_id
    title = own.known.title if own.known else class_id
    return ClassLine(
        path=f"/classes/{class_id}",
        title=title,
        state=_name_state(own),
        tone=_pick_tone(own),
        about=" · ".join(_tell_about(own)),
        ways=tuple(
            Way(path, text, f"{text} · {title}") for path, text in _find_ways(own)
        ),
    )


def _is_cancelled(own: OwnClass) -> bool:
    """Whether the class was cancelled, for who had not finished it."""
    is_off = own.known is not None and own.known.state == "cancelled"
    return is_off and own.stage != FINISHED


def _name_state(own: OwnClass) -> str:
    if _is_cancelled(own):
        return gettext(N_("班级已取消"))
    if own.stage == WAITING:
        return gettext(N_("候补第 %(n)s 位")) % {"n": own.enrolment.place}
    if own.stage == COMING:
        return _name_days(own.days_before, N_("明天开班"), N_("%(n)s 天后开班"))
    if own.stage == RUNNING and own.days is not None:
        if own.days == 0:
            return gettext(N_("今天到期"))
        return _name_days(own.days, N_("明天到期"), N_("还有 %(n)s 天"))
    if own.stage == FINISHED and own.certificate:
        is_revoked = own.certificate.revoked_on
        return gettext(N_("证书已撤销") if is_revoked else N_("已结业"))
    return gettext(STAGES[own.stage])


def _name_days(days: int | None, tomorrow: str, later: str) -> str:
    return gettext(tomorrow if days == 1 else later) % {"n": days}


def _pick_tone(own: OwnClass) -> str:
    if _is_cancelled(own):
        return "no"
    if own.stage == RUNNING and own.days is not None:
        if own.days <= URGENT_DAYS:
            return "no"
        return "wait" if own.days <= NEAR_DAYS else "info"
    if own.certificate and own.certificate.revoked_on:
        return "no"
    return TONES.get(own.stage, "")


def _tell_about(own: OwnClass) -> Iterator[str]:
    left = len(own.lessons or ())
    if _is_cancelled(own) and own.known:
        yield own.known.reason
    elif own.stage == WAITING:
        yield gettext(N_("有人退出时自动补上，会通知您"))
    elif own.stage == OVER and left:
        yield gettext(N_("还有 %(n)s 讲没学完，仍可以学")) % {"n": left}
    elif own.stage in (RUNNING, COMING) and left:
        yield gettext(N_("还有 %(n)s 讲没学完")) % {"n": left}
    if own.known:
        first, last = format_day(own.known.starts_on), format_day(own.known.ends_on)
        yield f"{first} – {last}"


def _find_ways(own: OwnClass) -> Iterator[tuple[str, str]]:
    if own.stage in (RUNNING, COMING, OVER) and own.lessons:
        yield own.lessons[0].path, gettext(N_("去学"))
    if own.stage != FINISHED:
        return
    if own.certificate:
        yield f"/verify/{own.certificate.number}", gettext(N_("看证书"))
    if own.course:
        for lesson in own.course.lessons:
            if lesson.is_completable:
                path = f"/learn/{own.course.id}/{lesson.lesson_id}"
                yield path, gettext(N_("回看"))
                return
