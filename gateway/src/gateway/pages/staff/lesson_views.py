"""What the page of a lesson shows: its video in the making, its captions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.http.problem import Problem
from contracts.http.catalog import LessonOut
from contracts.http.drafts import DraftOut
from contracts.http.media import CaptionsOut, DropOffOut, MakingOut

from gateway.pages.components.figures import Chart, draw_line
from gateway.pages.formats import format_clock, format_moment
from gateway.texts import N_
from gateway.texts.captions import CAPTION_FAULTS, CAPTION_WARNINGS, LANGUAGES
from gateway.texts.courses import LECTURE_STATES, UNDER_WAY
from gateway.texts.language import gettext, translate_refusal


@dataclass(frozen=True)
class ShownMaking:
    """How far a video is; `why` says what was wrong."""

    text: str
    tone: str
    percent: int
    about: str
    why: str
    is_under_way: bool
    is_ready: bool
    can_retry: bool
    can_cancel: bool


@dataclass(frozen=True)
class ShownCaptions:
    """Captions in one language."""

    language: str
    label: str
    about: str
    warnings: list[str]
    version: int


def require_lesson(draft: DraftOut, lesson_id: str) -> LessonOut:
    """A lesson of a draft. Raises Problem 404."""
    for lesson in draft.lessons:
        if lesson.lesson_id == lesson_id:
            return lesson
    raise Problem(404, "not-found", "这门课里没有这一讲")


def view_making(making: MakingOut | None) -> ShownMaking | None:
    """The making of a lecture; None for one of which nothing has come."""
    if making is None:
        return None
    text, tone = LECTURE_STATES.get(making.state, (making.state, ""))
    state = making.state
    why = translate_refusal(making.reason, making.detail) if making.reason else ""
    return ShownMaking(
        gettext(text),
        tone,
        100 if state == "ready" else making.percent,
        _about_making(making),
        why,
        is_under_way=state in UNDER_WAY,
        is_ready=state == "ready",
        can_retry=state == "failed",
        can_cancel=state in ("accepted", "waiting", "transcoding", "checking"),
    )


def _about_making(making: MakingOut) -> str:
    """Its length once it is ready, its place where it waits."""
    if making.state == "ready":
        long = gettext(N_("时长 %(t)s，第 %(n)s 个文件"))
        return long % {"t": format_clock(making.seconds), "n": making.edition}
    if making.place:
        return gettext(N_("排在第 %(n)s 位")) % {"n": making.place}
    if making.state == "transcoding":
        return f"{making.percent}%"
    return ""


def view_captions(
    found: Iterable[CaptionsOut], names: Mapping[str, str]
) -> list[ShownCaptions]:
    """Captions by language, with the names of who changed them."""
    return [
        ShownCaptions(
            one.language,
            one.label or LANGUAGES.get(one.language, one.language),
            _about_captions(one, names.get(one.account, "")),
            [gettext(CAPTION_WARNINGS.get(code, code)) for code in one.warnings],
            one.version,
        )
        for one in found
    ]


def _about_captions(one: CaptionsOut, who: str) -> str:
    count = gettext(N_("%(n)s 条")) % {"n": one.cues}
    return " · ".join(filter(None, (count, format_moment(one.changed), who)))


def list_caption_faults(members: Mapping[str, Any]) -> list[str]:
    """What is wrong with a captions file, a sentence for each fault, by line."""
    lines = [_fault_line(fault) for fault in members.get("faults", ())]
    if more := members.get("more"):
        lines.append(gettext(N_("还有 %(n)s 处")) % {"n": more})
    return lines


def _fault_line(fault: Mapping[str, Any]) -> str:
    text = gettext(CAPTION_FAULTS.get(fault["code"], fault.get("detail", "")))
    if not fault.get("line"):
        return text
    at = gettext(N_("第 %(n)s 行：%(text)s"))
    return at % {"n": fault["line"], "text": text}


def draw_drop_off(found: DropOffOut) -> Chart:
    """How many people have watched each slice of a lecture, by where it begins."""
    length = found.seconds / len(found.slices)
    return draw_line(
        [
            (format_clock(place * length), float(watchers))
            for place, watchers in enumerate(found.slices)
        ]
    )
