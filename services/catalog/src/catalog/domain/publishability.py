"""What a course lacks before it can be published, or had better have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.domain.content import LECTURE, Content, Lesson
from catalog.domain.lecture import FAILED, READY, Lecture


@dataclass(frozen=True)
class Shortcoming:
    """Something that is missing: its code, and the field or lesson it is missing at.

    `title` is the lesson's or the class's that it is about. One that `is_blocking` must
    be mended before the course can be published; the others are said, no more.
    """

    code: str
    field: str
    lesson_id: str = ""
    title: str = ""
    is_blocking: bool = True


def find_gaps(content: Content) -> list[Shortcoming]:
    """What keeps a content from being published, by what it says itself."""
    if not content.lessons:
        return [Shortcoming("lessons-missing", "lessons")]
    return [
        _of_lesson("lecture-missing", lesson)
        for lesson in content.lessons
        if lesson.kind == LECTURE and not lesson.lecture_id
    ]


def find_doubts(
    content: Content, modules: Iterable[str], lectures: Mapping[str, Lecture]
) -> list[Shortcoming]:
    """What does not keep a content from being published, yet people should know.

    A lecture that is not ready is only a doubt: one is published while the video is
    being made, and while it is made anew its older edition can be watched.
    """
    found = [
        _of_lesson(code, lesson, is_blocking=False)
        for lesson in content.lessons
        for code in _doubts_of_lesson(lesson, lectures)
    ]
    if content.module not in modules:
        found.append(Shortcoming("module-unknown", "module", is_blocking=False))
    if content.picture and not content.picture_alt:
        doubt = Shortcoming("picture-without-alt", "picture_alt", is_blocking=False)
        found.append(doubt)
    return found


def _doubts_of_lesson(lesson: Lesson, lectures: Mapping[str, Lecture]) -> list[str]:
    if not lesson.is_completable:
        return ["lesson-not-completable"]
    if not lesson.lecture_id:
        return []
    lecture = lectures.get(lesson.lecture_id)
    if lecture is None:
        return ["lecture-unknown"]
    if lecture.state == FAILED:
        return ["lecture-failed"]
    return [] if lecture.state == READY else ["lecture-not-ready"]


def _of_lesson(code: str, lesson: Lesson, *, is_blocking: bool = True) -> Shortcoming:
    id_, title = lesson.lesson_id, lesson.title
    return Shortcoming(code, "lessons", id_, title, is_blocking)
