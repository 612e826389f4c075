"""What the catalogue is asked and answers: courses, drafts, classes, the outline."""

from typing import Annotated, Literal

import msgspec

from contracts.http.shape import (
    Answer,
    Cursor,
    Id,
    Ids,
    Line,
    LongText,
    Name,
    NoId,
    Query,
    Shape,
    Text,
)

FASTEST = 2.0
"""The rate up to which watching counts, unless a course says less."""
Day = Annotated[str, msgspec.Meta(pattern=r"^20\d\d-\d\d-\d\d\Z")]
LongCursor = Annotated[str, msgspec.Meta(max_length=1400)]
"""With a title in it: 200 characters of up to 4 bytes, and a third more as base64."""
Limit = Annotated[int, msgspec.Meta(ge=1, le=200)]
"""A page that is read and sent whole."""
Place = Annotated[int, msgspec.Meta(ge=0, le=1000)]
"""Far more than there are areas or projects: some dozens."""
Number = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
"""Of an edition; 0 stands for the draft."""
Rate = Annotated[float, msgspec.Meta(ge=1, le=2)]
"""Times the speed of speech: not slower than it was said, within the event's bounds."""


class ModuleIn(Shape):
    """A module of an area."""

    code: Id
    name: Name
    topics: Annotated[list[Name], msgspec.Meta(max_length=50)]


class AreaIn(Shape):
    """An area with its modules; its code comes in the path."""

    name: Name
    place: Place
    modules: Annotated[list[ModuleIn], msgspec.Meta(max_length=50)]


class ProjectIn(Shape):
    """A project; its code comes in the path."""

    name: Name
    place: Place
    form: Line
    summary: LongText


class LessonIn(Shape):
    """A lesson in its place; one that is new may come without an id and gets one."""

    title: Name
    lesson_id: NoId = ""
    kind: Literal["lecture", "test", "onsite", "live"] = "lecture"
    lecture_id: NoId = ""


class CourseIn(Shape):
    """The content of a course, as staff write it."""

    title: Name
    module: Id
    summary: LongText = ""
    teacher: Line = ""
    lessons: Annotated[list[LessonIn], msgspec.Meta(max_length=200)] = []
    fastest: Rate = FASTEST
    picture: NoId = ""
    picture_alt: Line = ""


class QuotaIn(Shape):
    """A cap for a branch and those below it."""

    branch_id: Id
    seats: Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class ClassIn(Shape):
    """A class to open."""

    course_id: Id
    title: Name
    capacity: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    starts_on: Day
    ends_on: Day
    form: Literal["online", "onsite", "blended"]
    point: Line = ""
    quotas: Annotated[list[QuotaIn], msgspec.Meta(max_length=500)] = []


class CoursesQuery(Query):
    """A search for courses; `after` is the `next` of the page before.

    With `ids` these courses are read, in their order, and nothing else is looked at.
    """

    ids: Ids = []
    q: Text = ""
    module: Text = ""
    after: Cursor = ""
    limit: Limit = 60


class DraftsQuery(Query):
    """Which courses staff look at; `after` is the `next` of the page before.

    Without a state all that is not archived; `changed` is published and edited since.
    """

    state: Literal["", "draft", "published", "changed", "archived"] = ""
    q: Text = ""
    module: Text = ""
    sort: Literal["edited", "title"] = "edited"
    after: LongCursor = ""
    limit: Limit = 60


class EditionsQuery(Query):
    """Which editions are listed; `after` is the `next` of the page before."""

    after: Cursor = ""
    limit: Limit = 60


class ComparisonQuery(Query):
    """Which two editions are compared; 0 is the draft."""

    old: Number
    new: Number = 0


class ProjectsQuery(Query):
    """Which projects are asked for."""

    q: Text = ""


class ClassesQuery(Query):
    """Which classes are asked for; `after` is the `next` of the page before.

    With `ids` these classes are read, in their order, and nothing else is looked at.
    """

    ids: Ids = []
    course: Text = ""
    q: Text = ""
    after: Cursor = ""
    limit: Limit = 60


class LectureOut(Answer):
    """A lecture as media published it."""

    id: str
    edition: int
    state: str
    percent: int
    seconds: float
    reason: str


class LessonOut(Answer):
    """A lesson; `lecture` is what is known of the one it shows."""

    lesson_id: str
    title: str
    kind: str
    lecture_id: str
    is_completable: bool
    lecture: LectureOut | None


class ContentOut(Answer):
    """What a course says."""

    title: str
    module: str
    summary: str
    teacher: str
    fastest: float
    picture: str
    picture_alt: str
    lessons: list[LessonOut]


class CourseOut(ContentOut):
    """A course as everybody sees it: its published edition."""

    id: str
    state: str
    edition: int


class DraftOut(CourseOut):
    """A course as staff edit it, and beside it what is published."""

    version: int
    edited_by: str
    edited_at: str
    published: ContentOut | None
    published_by: str
    published_at: str
    has_unpublished_edits: bool


class StateCounts(Answer):
    """How many courses there are in each state; `changed` are published ones too."""

    draft: int = 0
    published: int = 0
    changed: int = 0
    archived: int = 0


class DraftsOut(Answer):
    """A page of courses as staff edit them, and how many there are in each state."""

    items: list[DraftOut]
    next: str
    counts: StateCounts


class ShortcomingOut(Answer):
    """Something a course lacks, at a field or a lesson of it."""

    code: str
    field: str
    lesson_id: str
    title: str
    is_blocking: bool


class PublishabilityOut(Answer):
    """Whether a course can be published as it was in this version, and what lacks."""

    version: int
    is_publishable: bool
    items: list[ShortcomingOut]


class EditionLine(Answer):
    """An edition in a list: without what it says."""

    number: int
    title: str
    lessons: int
    published_by: str
    published_at: str


class EditionOut(ContentOut):
    """An edition with all that it says."""

    number: int
    published_by: str
    published_at: str


class LessonPlain(Answer):
    """A lesson as it was written."""

    lesson_id: str
    title: str
    kind: str
    lecture_id: str


class LessonChangeOut(Answer):
    """A lesson as it was and as it is, and which of its fields differ."""

    old: LessonPlain
    new: LessonPlain
    fields: list[str]


class ComparisonOut(Answer):
    """What one edition says otherwise than another."""

    fields: list[str]
    added: list[LessonPlain]
    removed: list[LessonPlain]
    changed: list[LessonChangeOut]
    moved: list[LessonPlain]


class ModuleOut(Answer):
    """A module, and how many courses are published in it."""

    code: str
    name: str
    topics: list[str]
    courses: int


class AreaOut(Answer):
    """An area with its modules; who edited it last is for staff."""

    code: str
    name: str
    place: int
    modules: list[ModuleOut]
    version: int
    edited_by: str | msgspec.UnsetType = msgspec.UNSET
    edited_at: str | msgspec.UnsetType = msgspec.UNSET


class ProjectOut(Answer):
    """A project; who edited it last is for staff."""

    code: str
    name: str
    place: int
    form: str
    summary: str
    version: int
    edited_by: str | msgspec.UnsetType = msgspec.UNSET
    edited_at: str | msgspec.UnsetType = msgspec.UNSET


class QuotaOut(Answer):
    """A cap for a branch and those below it."""

    branch_id: str
    seats: int


class ClassOut(Answer):
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
