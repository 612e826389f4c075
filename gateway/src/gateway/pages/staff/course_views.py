"""What the editor shows of lessons, and of two edits of one course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.http.catalog import LectureOut
from contracts.http.drafts import CourseIn, DraftOut, LessonIn

from gateway.forms.lessons import LessonRow
from gateway.pages.formats import format_clock
from gateway.pages.staff.merging import BOTH, Clash, merge_lessons
from gateway.texts import N_
from gateway.texts.courses import FIELDS, KINDS, LANGUAGES
from gateway.texts.language import gettext


@dataclass(frozen=True)
class ShownRow:
    """A lesson in the editor; `place` counts from 1, `note` tells of its video."""

    row: LessonRow
    place: int
    note: str
    tone: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Side:
    """One of the values to choose from: its lines, or a picture."""

    name: str
    title: str
    lines: list[str]
    picture: str
    is_chosen: bool


@dataclass(frozen=True)
class ShownClash:
    """A field that two edits say otherwise."""

    field: str
    label: str
    note: str
    sides: list[Side]


def view_rows(rows: Sequence[LessonRow], draft: DraftOut) -> list[ShownRow]:
    """The lessons in their places, with how far the video of each is."""
    lectures = {lesson.lecture_id: lesson.lecture for lesson in draft.lessons}
    shown = []
    for place, row in enumerate(rows, 1):
        note, tone = _view_lecture(row, lectures.get(row.lecture_id))
        is_last = place == len(rows)
        shown.append(ShownRow(row, place, note, tone, place == 1, is_last))
    return shown


def _view_lecture(row: LessonRow, lecture: LectureOut | None) -> tuple[str, str]:
    """What is known of a lesson's video, and the tone of it."""
    if row.kind != "lecture":
        return gettext(N_("暂不计学时")), ""
    if not row.lecture_id:
        return gettext(N_("还没有视频")), "wait"
    if lecture is None:
        return gettext(N_("视频还没有传完")), "wait"
    if lecture.state == "ready":
        return gettext(N_("视频 %(t)s")) % {"t": format_clock(lecture.seconds)}, "ok"
    if lecture.state == "failed":
        return gettext(N_("视频没有做成")), "no"
    return gettext(N_("制作中 %(p)s%%")) % {"p": lecture.percent}, "info"


def view_clashes(
    clashes: Sequence[Clash], base: CourseIn | None, modules: Mapping[str, str]
) -> list[ShownClash]:
    """The fields to choose for, with names of modules for their codes."""
    return [_view_clash(clash, base, modules) for clash in clashes]


def _view_clash(
    clash: Clash, base: CourseIn | None, modules: Mapping[str, str]
) -> ShownClash:
    values = {
        "mine": (gettext(N_("我写的")), clash.mine),
        "theirs": (gettext(N_("现在保存着的")), clash.theirs),
    }
    if clash.field == "lessons":
        merged = merge_lessons(
            base.lessons if base else [],
            clash.mine,  # type: ignore[arg-type]
            clash.theirs,  # type: ignore[arg-type]
        )
        values[BOTH] = (gettext(N_("合在一起")), merged)
    note = _note_of(clash)
    sides = [
        Side(
            name,
            title,
            _lines_of(clash.field, value, modules),
            str(value) if clash.field == "picture" else "",
            name == clash.choice,
        )
        for name, (title, value) in values.items()
    ]
    return ShownClash(clash.field, gettext(FIELDS[clash.field]), note, sides)


def _note_of(clash: Clash) -> str:
    if clash.is_both:
        return gettext(N_("两边都改过"))
    if clash.choice == "mine":
        return gettext(N_("只有您改过"))
    return gettext(N_("只有对方改过"))


def _lines_of(field: str, value: object, modules: Mapping[str, str]) -> list[str]:
    """A value in lines; nothing for an empty one."""
    if isinstance(value, list):
        return [line_of(place, one) for place, one in enumerate(value, 1)]
    if field == "picture":
        return []
    text = str(value)
    if field == "module":
        text = modules.get(text, text)
    elif field == "language" and text:
        text = gettext(LANGUAGES.get(text, text))
    return text.splitlines()


def line_of(place: int, lesson: LessonIn) -> str:
    """A lesson as a line of a list."""
    return f"{place}. {lesson.title} · {gettext(KINDS[lesson.kind])}"
