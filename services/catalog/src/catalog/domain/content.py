"""What a course says: the same fields as it is edited and as it is published."""

from dataclasses import dataclass

from catalog.domain.errors import LectureMisplaced, LessonIdTaken

LECTURE = "lecture"
FASTEST = 2.0
"""The fastest rate of a course that names none: faster, few follow what is said."""


@dataclass(frozen=True)
class Lesson:
    """A lesson; a lecture names what is recorded in media."""

    lesson_id: str
    title: str
    kind: str
    lecture_id: str = ""

    @property
    def is_completable(self) -> bool:
        """Whether a lesson can be completed: so far only a watched lecture can."""
        return self.kind == LECTURE


def not_completable(lessons: tuple[Lesson, ...]) -> list[Lesson]:
    """The lessons of these that nothing can complete yet."""
    return [lesson for lesson in lessons if not lesson.is_completable]


@dataclass(frozen=True)
class Content:
    """What a course says.

    Watching is paid at no more than `fastest` times the time that passes. `picture` is
    a picture in media, or empty; `picture_alt` says what is on it. `language` is what
    it is taught in, or empty.
    """

    title: str
    module: str
    lessons: tuple[Lesson, ...]
    summary: str = ""
    teacher: str = ""
    fastest: float = FASTEST
    picture: str = ""
    picture_alt: str = ""
    language: str = ""

    def require_own_lessons(self) -> None:
        """Every lesson has an id of its own, and only lectures name a lecture.

        What is done is counted by lesson, so two of one id would be done as one.
        Raises LessonIdTaken, LectureMisplaced.
        """
        seen: dict[str, Lesson] = {}
        for lesson in self.lessons:
            if lesson.lesson_id in seen:
                first = seen[lesson.lesson_id].title
                raise LessonIdTaken(
                    f"课时编号 {lesson.lesson_id} 用了两次"
                    f"（《{first}》和《{lesson.title}》）：请给每个课时一个自己的编号"
                )
            seen[lesson.lesson_id] = lesson
            if lesson.lecture_id and lesson.kind != LECTURE:
                raise LectureMisplaced(
                    f"课时《{lesson.title}》不是视频课时，却写了视频编号："
                    "请去掉视频编号，或把种类改为 lecture"
                )
