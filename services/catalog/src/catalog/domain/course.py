"""Courses: draft, published, archived; a draft beside the last edition."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from catalog.domain import events
from catalog.domain.comparison import differing_fields
from catalog.domain.content import FASTEST, Content, Lesson
from catalog.domain.edition import Edition
from catalog.domain.errors import EditConflict, ModuleFixed, NotPublishable, WrongState
from catalog.domain.publishability import Shortcoming, find_gaps
from catalog.domain.stamp import UNSTAMPED, Stamp

DRAFT, PUBLISHED, ARCHIVED = "draft", "published", "archived"
MOST_EDITS = 20
"""Edits that a course remembers: more than are made while somebody reads a list."""
OF_CONTENT = tuple(field.name for field in fields(Content))
"""The fields of a course that its content has too."""
SENTENCES = {
    "lessons-missing": "课程还没有课时：请先加上课时再发布",
    "lecture-missing": "课时《{title}》还没有视频：请先上传",
}
"""What to do about each gap, in order of the codes of `publishability`."""


@dataclass(frozen=True)
class Course:
    """A course. `edition` rises with every publication, `revision` with all that people
    do to the course; `edits` are the last of these, `issued` is the last publication.

    `published` is the last edition as it was published; edits after it are not in it.
    The other fields are the draft: what staff edit.
    """

    id: str
    title: str
    module: str
    summary: str
    teacher: str
    lessons: tuple[Lesson, ...]
    state: str = DRAFT
    edition: int = 0
    published: Content | None = None
    fastest: float = FASTEST
    picture: str = ""
    picture_alt: str = ""
    language: str = ""
    revision: int = 1
    edits: tuple[Stamp, ...] = ()
    issued: Stamp = UNSTAMPED

    @classmethod
    def of(cls, id_: str, content: Content, stamp: Stamp) -> "Course":
        """A new course that says this."""
        return cls(id_, **_fields_of(content), edits=(stamp,))

    @property
    def edited(self) -> Stamp:
        """The last edit."""
        return self.edits[-1] if self.edits else UNSTAMPED

    def edited_until(self, moment: str) -> str | None:
        """When it was last edited by then; None if it was not there, as we know."""
        times = [edit.at for edit in self.edits or (UNSTAMPED,) if edit.at <= moment]
        return times[-1] if times else None

    @property
    def content(self) -> Content:
        """What the draft says."""
        return Content(**{name: getattr(self, name) for name in OF_CONTENT})

    @property
    def has_unpublished_edits(self) -> bool:
        """Whether the draft says something else than the published edition."""
        return self.published is not None and self.published != self.content

    @property
    def last_edition(self) -> Edition | None:
        """The edition published last, or None."""
        if self.published is None:
            return None
        return Edition(self.id, self.edition, self.published, self.issued)

    def require_revision(self, seen: int | None, wanted: Content | None = None) -> None:
        """Raises EditConflict unless the course is as its editor saw it.

        `wanted` is what the editor would have it say. `seen` is None for whoever takes
        the course as it is.
        """
        if seen not in (None, self.revision):
            differing = differing_fields(self.content, wanted) if wanted else ()
            raise EditConflict(self, self.revision, self.edited, differing)

    def edit(
        self, content: Content, stamp: Stamp = UNSTAMPED, seen: int | None = None
    ) -> "Course | None":
        """The course with another content; None where it says just that already.

        So an edit that is sent again is no conflict with itself. What is archived stays
        as it was. Raises EditConflict, WrongState, ModuleFixed, LessonIdTaken,
        LectureMisplaced.
        """
        if content == self.content:
            return None
        self.require_revision(seen, content)
        self._require_open()
        if content.module != self.module:
            raise ModuleFixed("课程不能换模块：请按原来的模块保存，或另建一门课")
        content.require_own_lessons()
        return replace(self._rise(stamp), **_fields_of(content))

    def publish(self, stamp: Stamp = UNSTAMPED) -> tuple["Course", list[object]]:
        """A new edition that can be found and run.

        Raises WrongState, NotPublishable, LessonIdTaken, LectureMisplaced.
        """
        self._require_open()
        if gaps := find_gaps(self.content):
            raise NotPublishable(_to_sentence(gaps[0]), gaps)
        self.content.require_own_lessons()
        published = replace(
            self._rise(stamp),
            state=PUBLISHED,
            edition=self.edition + 1,
            published=self.content,
            issued=stamp,
        )
        return published, published.to_snapshot()

    def archive(self, stamp: Stamp = UNSTAMPED) -> tuple["Course", list[object]] | None:
        """Close it to new classes; None if it was."""
        if self.state == ARCHIVED:
            return None
        archived = replace(self._rise(stamp), state=ARCHIVED)
        return archived, [events.CourseArchived(self.id)]

    def unarchive(
        self, stamp: Stamp = UNSTAMPED
    ) -> tuple["Course", list[object]] | None:
        """Open it again as it was; None if it was not archived.

        That it can be found and run again is the event of its last publication.
        """
        if self.state != ARCHIVED:
            return None
        state = DRAFT if self.published is None else PUBLISHED
        opened = replace(self._rise(stamp), state=state)
        return opened, opened.to_snapshot()

    def to_snapshot(self) -> list[object]:
        """The event of the last publication; none before the first one."""
        shown = self.published
        if shown is None:
            return []
        lessons = tuple(asdict(lesson) for lesson in shown.lessons)
        return [
            events.CoursePublished(
                self.id, self.edition, shown.title, shown.module, lessons, shown.fastest
            )
        ]

    def _rise(self, stamp: Stamp) -> "Course":
        edits = (*self.edits, stamp)[-MOST_EDITS:]
        return replace(self, revision=self.revision + 1, edits=edits)

    def _require_open(self) -> None:
        if self.state == ARCHIVED:
            raise WrongState("课程已归档：请先恢复，或另建一门课")


def _fields_of(content: Content) -> dict[str, Any]:
    """The fields of a content by name, its lessons as they are."""
    return dict(vars(content))


def _to_sentence(gap: Shortcoming) -> str:
    return SENTENCES[gap.code].format(title=gap.title)
