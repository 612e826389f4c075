"""The lessons of a course as its form sends them: four fields a lesson, in their order.

Without scripts each button sends the form, and the lessons come back changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.ids import new_id
from werkzeug.datastructures import MultiDict

from gateway.texts.courses import KINDS

ID, TITLE, KIND, LECTURE = "lesson_id", "lesson_title", "lesson_kind", "lesson_lecture"
REMOVED, ACTION = "lesson_removed", "action"
MOST_LESSONS = 200
"""As the catalogue takes them."""


@dataclass(frozen=True)
class LessonRow:
    """A lesson as it is edited; one that is removed can come back until it is saved."""

    lesson_id: str
    title: str = ""
    kind: str = "lecture"
    lecture_id: str = ""
    is_removed: bool = False
    is_wrong: bool = False


@dataclass(frozen=True)
class LessonAction:
    """What a button asks: `save`, `add`, or one thing of one lesson."""

    name: str
    lesson_id: str = ""


def read_action(sent: MultiDict[str, str]) -> LessonAction:
    """Which button sent the form."""
    name, _, lesson_id = sent.get(ACTION, "save").partition(":")
    return LessonAction(name, lesson_id)


def read_lessons(sent: MultiDict[str, str]) -> list[LessonRow]:
    """The lessons in the order in which they stood; an unknown kind is a lecture."""
    removed = set(sent.getlist(REMOVED))
    columns = [sent.getlist(name) for name in (ID, TITLE, KIND, LECTURE)]
    return [
        LessonRow(
            lesson_id or new_id(),
            title,
            kind if kind in KINDS else "lecture",
            lecture_id,
            is_removed=lesson_id in removed,
        )
        for lesson_id, title, kind, lecture_id in zip(*columns, strict=False)
    ]


def change_lessons(
    lessons: Sequence[LessonRow], action: LessonAction
) -> list[LessonRow] | None:
    """The lessons after a button that changes them; None for any other button."""
    ids = [lesson.lesson_id for lesson in lessons]
    if action.name == "add":
        return [*lessons, LessonRow(new_id())]
    if action.lesson_id not in ids:
        return None
    place = ids.index(action.lesson_id)
    match action.name:
        case "up":
            return _move_lesson(lessons, place, place - 1)
        case "down":
            return _move_lesson(lessons, place, place + 1)
        case "remove" | "restore":
            row = replace(lessons[place], is_removed=action.name == "remove")
            return [*lessons[:place], row, *lessons[place + 1 :]]
    return None


def mark_untitled(lessons: Sequence[LessonRow]) -> list[LessonRow]:
    """Lessons that stay and have no title are marked as wrong."""
    return [
        replace(row, is_wrong=not row.is_removed and not row.title.strip())
        for row in lessons
    ]


def _move_lesson(
    lessons: Sequence[LessonRow], place: int, target: int
) -> list[LessonRow]:
    moved = list(lessons)
    row = moved.pop(place)
    moved.insert(max(target, 0), row)
    return moved
