"""Courses: draft, published, archived; lessons in order."""

from dataclasses import asdict, dataclass, replace

from catalog.domain import facts
from catalog.domain.errors import NotPublishable, WrongState

DRAFT, PUBLISHED, ARCHIVED = "draft", "published", "archived"
LECTURE = "lecture"


@dataclass(frozen=True)
class Lesson:
    """One lesson; a lecture names what is recorded in media."""

    lesson_id: str
    title: str
    kind: str
    lecture_id: str = ""


@dataclass(frozen=True)
class Published:
    """What was said of a course when it was last published."""

    title: str
    module: str
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class Course:
    """What can be learnt. `edition` rises with every publication.

    `published` is the last edition as it was told; edits after it are not in it.
    """

    id: str
    title: str
    module: str
    summary: str
    teacher: str
    lessons: tuple[Lesson, ...]
    state: str = DRAFT
    edition: int = 0
    published: Published | None = None

    def edit(
        self, title: str, summary: str, teacher: str, lessons: tuple[Lesson, ...]
    ) -> "Course":
        """Another wording of the course; what is archived stays as it was."""
        if self.state == ARCHIVED:
            raise WrongState("课程已归档：请另建一门课")
        return replace(
            self,
            title=title,
            summary=summary,
            teacher=teacher,
            lessons=lessons,
            published=self._last_published(),
        )

    def publish(self) -> tuple["Course", list[object]]:
        """A new edition that can be found and run."""
        if self.state == ARCHIVED:
            raise WrongState("课程已归档：请另建一门课")
        if not self.lessons:
            raise NotPublishable("课程还没有课时：请先加上课时再发布")
        for lesson in self.lessons:
            if lesson.kind == LECTURE and not lesson.lecture_id:
                raise NotPublishable(f"课时《{lesson.title}》还没有视频：请先上传")
        published = replace(
            self,
            state=PUBLISHED,
            edition=self.edition + 1,
            published=Published(self.title, self.module, self.lessons),
        )
        return published, published.restate()

    def _last_published(self) -> Published | None:
        """Of a course that an earlier release published, what it was until now."""
        if self.published or not self.edition:
            return self.published
        return Published(self.title, self.module, self.lessons)

    def restate(self) -> list[object]:
        """What its last publication told; nothing before the first one."""
        told = self._last_published()
        if told is None:
            return []
        lessons = tuple(asdict(lesson) for lesson in told.lessons)
        return [
            facts.CoursePublished(
                self.id, self.edition, told.title, told.module, lessons
            )
        ]

    def archive(self) -> tuple["Course", list[object]] | None:
        """Close it to new classes; None if it was."""
        if self.state == ARCHIVED:
            return None
        return replace(self, state=ARCHIVED), [facts.CourseArchived(self.id)]
