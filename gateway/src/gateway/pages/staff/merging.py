"""Two edits of one course: where they clash, and what each choice gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from contracts.http.drafts import CourseIn, LessonIn

MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True)
class Clash:
    """A field that the two say otherwise; `choice` is what to take if nobody objects.

    `is_both` says that both changed it, as far as is known.
    """

    field: str
    mine: object
    theirs: object
    choice: str
    is_both: bool


def find_clashes(
    base: CourseIn | None, mine: CourseIn, theirs: CourseIn
) -> list[Clash]:
    """The fields in which two contents differ; what only one changed is taken from it.

    Without a base nobody knows who changed what: then both did.
    """
    return [
        _find_clash(name, base, mine, theirs)
        for name in CourseIn.__struct_fields__
        if getattr(mine, name) != getattr(theirs, name)
    ]


def merge_contents(
    base: CourseIn | None,
    mine: CourseIn,
    theirs: CourseIn,
    choices: Mapping[str, str],
) -> CourseIn:
    """The content by what was chosen for each field; where nothing was, mine."""
    merged = {
        name: getattr(theirs if choices.get(name) == THEIRS else mine, name)
        for name in CourseIn.__struct_fields__
    }
    if choices.get("lessons") == BOTH:
        began = base.lessons if base else []
        merged["lessons"] = merge_lessons(began, mine.lessons, theirs.lessons)
    return CourseIn(**merged)


def merge_lessons(
    base: Iterable[LessonIn], mine: Sequence[LessonIn], theirs: Sequence[LessonIn]
) -> list[LessonIn]:
    """The lessons of both, in their order, what is new of mine behind.

    Mine win where I changed one; one that I removed goes unless they changed it.
    """
    began, own = _by_id(base), _by_id(mine)
    merged = []
    for lesson in theirs:
        id_ = lesson.lesson_id
        if id_ in own:
            is_mine = own[id_] != began.get(id_)
            merged.append(own[id_] if is_mine else lesson)
        elif began.get(id_) != lesson:
            merged.append(lesson)
    there = {lesson.lesson_id for lesson in merged}
    removed = began.keys() - _by_id(theirs).keys()
    return merged + [
        lesson
        for lesson in mine
        if lesson.lesson_id not in there
        and (lesson.lesson_id not in removed or lesson != began[lesson.lesson_id])
    ]


def _find_clash(
    name: str, base: CourseIn | None, mine: CourseIn, theirs: CourseIn
) -> Clash:
    one, other = getattr(mine, name), getattr(theirs, name)
    began = getattr(base, name) if base else msgspec.UNSET
    is_both = began not in (one, other)
    choice = THEIRS if began == one else MINE
    if is_both and name == "lessons":
        choice = BOTH
    return Clash(name, one, other, choice, is_both)


def _by_id(lessons: Iterable[LessonIn]) -> dict[str, LessonIn]:
    return {lesson.lesson_id: lesson for lesson in lessons}
