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

Day = Annotated[str, msgspec.Meta(pattern=r"^20\d\d-\d\d-\d\d\Z")]
Limit = Annotated[int, msgspec.Meta(ge=1, le=200)]
"""A page that is read and sent whole."""
ClassState = Literal["", "coming", "running", "over", "closed", "cancelled"]
"""How far a class is on the day of the question; every class is at one of these."""
Place = Annotated[int, msgspec.Meta(ge=0, le=1000)]
"""Far more than there are areas or projects: some dozens."""


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


class QuotaIn(Shape):
    """A cap for a branch and those below it."""

    branch_id: Id
    seats: Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class ClassIn(Shape):
    """A class to open; with `admission` open people may enrol themselves, else their
    branch does; `project` is the code of the training project it is part of."""

    course_id: Id
    title: Name
    capacity: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    starts_on: Day
    ends_on: Day
    form: Literal["online", "onsite", "blended"]
    point: Line = ""
    quotas: Annotated[list[QuotaIn], msgspec.Meta(max_length=500)] = []
    admission: Literal["branch", "open"] = "branch"
    project: NoId = ""


class CancellationIn(Shape):
    """Why a class is cancelled, for everybody to read."""

    reason: Name


class ClassEditIn(Shape):
    """What of a class can be changed, as a whole."""

    title: Name
    starts_on: Day
    ends_on: Day
    form: Literal["online", "onsite", "blended"]
    point: Line = ""


class CoursesQuery(Query):
    """A search for courses; `after` is the `next` of the page before.

    With `ids` these courses are read, in their order, and nothing else is looked at.
    """

    ids: Ids = []
    q: Text = ""
    module: Text = ""
    after: Cursor = ""
    limit: Limit = 60


class ProjectsQuery(Query):
    """Which projects are asked for."""

    q: Text = ""


class ClassesQuery(Query):
    """Which classes are asked for; `after` is the `next` of the page before.

    With `ids` these classes are read, in their order, and nothing else is looked at.
    A `state` narrows to classes that are still to come, that run, that are over, or
    that were closed before their end or cancelled; empty it means those that run and
    those to come. A `project` narrows to its classes.
    """

    ids: Ids = []
    state: ClassState = ""
    course: Text = ""
    project: Text = ""
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
    """What a course says.

    `language` is the language of instruction (zh, en, other); empty where nobody said.
    """

    title: str
    module: str
    summary: str
    teacher: str
    fastest: float
    picture: str
    picture_alt: str
    language: str = ""
    lessons: list[LessonOut]


class CourseOut(ContentOut):
    """A course as everybody sees it: its published edition."""

    id: str
    state: str
    edition: int


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
    """A class as it stands today, with those quotas that the caller may see; with
    `admission` open people may enrol themselves, with branch their branch does.

    `reason` says why it was cancelled, `project` is the code of its training project;
    empty where there is none.
    """

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
    reason: str = ""
    project: str = ""
    quotas: list[QuotaOut] | msgspec.UnsetType = msgspec.UNSET
    admission: str = "branch"
