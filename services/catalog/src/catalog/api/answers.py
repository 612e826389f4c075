"""What the catalogue answers, as structs."""

from collections.abc import Sequence

import msgspec


class LectureOut(msgspec.Struct, kw_only=True):
    """A lecture as media published it."""

    id: str
    edition: int
    state: str
    percent: int
    seconds: float
    reason: str


class LessonOut(msgspec.Struct, kw_only=True):
    """A lesson; `lecture` is what is known of the one it shows."""

    lesson_id: str
    title: str
    kind: str
    lecture_id: str
    is_completable: bool
    lecture: LectureOut | None


class ContentOut(msgspec.Struct, kw_only=True):
    """What a course says."""

    title: str
    module: str
    summary: str
    teacher: str
    fastest: float
    picture: str
    picture_alt: str
    lessons: list[LessonOut]


class CourseOut(ContentOut, kw_only=True):
    """A course as everybody sees it: its published edition."""

    id: str
    state: str
    edition: int


class DraftOut(CourseOut, kw_only=True):
    """A course as staff edit it, and beside it what is published."""

    version: int
    edited_by: str
    edited_at: str
    published: ContentOut | None
    published_by: str
    published_at: str
    has_unpublished_edits: bool


class CoursesOut(msgspec.Struct, kw_only=True):
    """A page of courses; those read by their ids come as staff or others see them."""

    courses: Sequence[CourseOut]
    next: str = ""


class StateCounts(msgspec.Struct, kw_only=True):
    """How many courses there are in each state; `changed` are published ones too."""

    draft: int = 0
    published: int = 0
    changed: int = 0
    archived: int = 0


class DraftsOut(msgspec.Struct, kw_only=True):
    """A page of courses as staff edit them, and how many there are in each state."""

    items: list[DraftOut]
    next: str
    counts: StateCounts


class ShortcomingOut(msgspec.Struct, kw_only=True):
    """Something a course lacks, at a field or a lesson of it."""

    code: str
    field: str
    lesson_id: str
    title: str
    is_blocking: bool


class PublishabilityOut(msgspec.Struct, kw_only=True):
    """Whether a course can be published as it was in this version, and what lacks."""

    version: int
    is_publishable: bool
    items: list[ShortcomingOut]


class EditionLine(msgspec.Struct, kw_only=True):
    """An edition in a list: without what it says."""

    number: int
    title: str
    lessons: int
    published_by: str
    published_at: str


class EditionsOut(msgspec.Struct, kw_only=True):
    """All editions of a course, the last one first."""

    items: list[EditionLine]
    next: str = ""


class EditionOut(ContentOut, kw_only=True):
    """An edition with all that it says."""

    number: int
    published_by: str
    published_at: str


class LessonPlain(msgspec.Struct, kw_only=True):
    """A lesson as it was written."""

    lesson_id: str
    title: str
    kind: str
    lecture_id: str


class LessonChangeOut(msgspec.Struct, kw_only=True):
    """A lesson as it was and as it is, and which of its fields differ."""

    old: LessonPlain
    new: LessonPlain
    fields: list[str]


class ComparisonOut(msgspec.Struct, kw_only=True):
    """What one edition says otherwise than another."""

    fields: list[str]
    added: list[LessonPlain]
    removed: list[LessonPlain]
    changed: list[LessonChangeOut]
    moved: list[LessonPlain]


class ModuleOut(msgspec.Struct, kw_only=True):
    """A module, and how many courses are published in it."""

    code: str
    name: str
    topics: list[str]
    courses: int


class AreaOut(msgspec.Struct, kw_only=True):
    """An area with its modules; who edited it last is for staff."""

    code: str
    name: str
    place: int
    modules: list[ModuleOut]
    version: int
    edited_by: str | msgspec.UnsetType = msgspec.UNSET
    edited_at: str | msgspec.UnsetType = msgspec.UNSET


class ProjectOut(msgspec.Struct, kw_only=True):
    """A project; who edited it last is for staff."""

    code: str
    name: str
    place: int
    form: str
    summary: str
    version: int
    edited_by: str | msgspec.UnsetType = msgspec.UNSET
    edited_at: str | msgspec.UnsetType = msgspec.UNSET


class QuotaOut(msgspec.Struct, kw_only=True):
    """A cap for a branch and those below it."""

    branch_id: str
    seats: int


class ClassOut(msgspec.Struct, kw_only=True):
    """A class as it stands today, with those quotas that the caller may see."""

    id: str
    course_id: str
    title: str
    capacity: int
    starts_on: str
    ends_on: str
    point: str
    form: str
    state: str
    version: int
    quotas: list[QuotaOut] | msgspec.UnsetType = msgspec.UNSET


class ClassesOut(msgspec.Struct, kw_only=True):
    """A page of classes."""

    classes: list[ClassOut]
    next: str = ""
