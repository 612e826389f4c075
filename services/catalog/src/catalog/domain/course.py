"""Courses: draft, published, archived; lessons in order."""

from dataclasses import asdict, dataclass, replace

from catalog.domain import events
from catalog.domain.errors import (
    LectureMisplaced,
    LessonIdTaken,
    NotPublishable,
    WrongState,
)

DRAFT, PUBLISHED, ARCHIVED = "draft", "published", "archived"
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
class PublishedEdition:
    """A course as it was last published; this is what everybody but staff sees."""

    title: str
    module: str
    lessons: tuple[Lesson, ...]
    summary: str = ""
    teacher: str = ""
    fastest: float = FASTEST


@dataclass(frozen=True)
class Course:
    """A course. `edition` rises with every publication.

    `published` is the last edition as it was published; edits after it are not in it.
    Watching is paid at no more than `fastest` times the time that passes.
    """

    id: str
    title: str
    module: str
    summary: str
    teacher: str
    lessons: tuple[Lesson, ...]
    state: str = DRAFT
    edition: int = 0
    published: PublishedEdition | None = None
    fastest: float = FASTEST

    @property
    def has_unpublished_edits(self) -> bool:
        """Whether the draft says something else than the published edition."""
        return self.published is not None and self.published != self._as_it_is()

    def edit(
        self,
        title: str,
        summary: str,
        teacher: str,
        lessons: tuple[Lesson, ...],
        fastest: float = FASTEST,
    ) -> "Course":
        """Another wording of the course; what is archived stays as it was.

        Raises WrongState, LessonIdTaken, LectureMisplaced.
        """
        if self.state == ARCHIVED:
            raise WrongState("课程已归档：请另建一门课")
        edited = replace(
            self,
            title=title,
            summary=summary,
            teacher=teacher,
            lessons=lessons,
            fastest=fastest,
            published=self.published,
        )
        edited.require_own_lessons()
        return edited

    def publish(self) -> tuple["Course", list[object]]:
        """A new edition that can be found and run.

        Raises WrongState, NotPublishable, LessonIdTaken, LectureMisplaced.
        """
        if self.state == ARCHIVED:
            raise WrongState("课程已归档：请另建一门课")
        if not self.lessons:
            raise NotPublishable("课程还没有课时：请先加上课时再发布")
        for lesson in self.lessons:
            if lesson.kind == LECTURE and not lesson.lecture_id:
                raise NotPublishable(f"课时《{lesson.title}》还没有视频：请先上传")
        self.require_own_lessons()
        published = replace(
            self,
            state=PUBLISHED,
            edition=self.edition + 1,
            published=self._as_it_is(),
        )
        return published, published.to_snapshot()

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

    def _as_it_is(self) -> PublishedEdition:
        return PublishedEdition(
            self.title,
            self.module,
            self.lessons,
            self.summary,
            self.teacher,
            self.fastest,
        )

    def to_snapshot(self) -> list[object]:
        """The event of the last publication; none before the first one."""
        edition = self.published
        if edition is None:
            return []
        lessons = tuple(asdict(lesson) for lesson in edition.lessons)
        return [
            events.CoursePublished(
                self.id,
                self.edition,
                edition.title,
                edition.module,
                lessons,
                edition.fastest,
            )
        ]

    def archive(self) -> tuple["Course", list[object]] | None:
        """Close it to new classes; None if it was."""
        if self.state == ARCHIVED:
            return None
        return replace(self, state=ARCHIVED), [events.CourseArchived(self.id)]
