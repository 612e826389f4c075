"""Bodies and queries that come in."""

from typing import Annotated, Literal

import msgspec
from chassis.ids import new_id
from contracts.http.shape import Id, Line, LongText, Name, Shape, Text

from catalog.domain.content import FASTEST, Content, Lesson
from catalog.domain.outline import Area, Module, Project
from catalog.domain.training_class import Quota, TrainingClass

Day = Annotated[str, msgspec.Meta(pattern=r"^20\d\d-\d\d-\d\d\Z")]
NoId = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._:-]{0,79})?\Z")]
"""An id, or none."""
Cursor = Annotated[str, msgspec.Meta(max_length=400)]
"""Longer than any that is given out."""
LongCursor = Annotated[str, msgspec.Meta(max_length=1400)]
"""With a title in it: 200 characters of up to 4 bytes, and a third more as base64."""
Limit = Annotated[int, msgspec.Meta(ge=1, le=200)]
"""A page that is read and sent whole."""
Place = Annotated[int, msgspec.Meta(ge=0, le=1000)]
"""Far more than there are areas or projects: some dozens."""
Ids = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:-]{1,80}(,[A-Za-z0-9._:-]{1,80}){0,99}\Z")
]
"""Up to a hundred ids with commas between: what one page shows."""
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

    def as_area(self, code: str) -> Area:
        """The area as the domain has it."""
        modules = tuple(Module(m.code, m.name, tuple(m.topics)) for m in self.modules)
        return Area(code, self.name, self.place, modules)


class ProjectIn(Shape):
    """A project; its code comes in the path."""

    name: Name
    place: Place
    form: Line
    summary: LongText

    def as_project(self, code: str) -> Project:
        """The project as the domain has it."""
        return Project(code, self.name, self.place, self.form, self.summary)


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

    def as_content(self) -> Content:
        """The content as the domain has it; lessons without an id get one."""
        lessons = tuple(
            Lesson(
                lesson.lesson_id or new_id(10),
                lesson.title,
                lesson.kind,
                lesson.lecture_id,
            )
            for lesson in self.lessons
        )
        return Content(**msgspec.structs.asdict(self) | {"lessons": lessons})


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

    def as_class(self, id_: str) -> TrainingClass:
        """The class as the domain has it."""
        fields = msgspec.structs.asdict(self)
        quotas = tuple(Quota(quota.branch_id, quota.seats) for quota in self.quotas)
        return TrainingClass(id=id_, **(fields | {"quotas": quotas}))


class SearchIn(Shape):
    """A search for courses; `after` is the `next` of the page before.

    With `ids` these courses are read, in their order, and nothing else is looked at.
    """

    ids: Ids | None = None
    q: Text = ""
    module: Text = ""
    after: Cursor = ""
    limit: Limit = 60


class DraftsIn(Shape):
    """Which courses staff look at; `after` is the `next` of the page before.

    Without a state all that is not archived; `changed` is published and edited since.
    """

    state: Literal["", "draft", "published", "changed", "archived"] = ""
    q: Text = ""
    module: Text = ""
    sort: Literal["edited", "title"] = "edited"
    after: LongCursor = ""
    limit: Limit = 60


class ComparisonIn(Shape):
    """Which two editions are compared; 0 is the draft."""

    old: Number
    new: Number = 0


class ProjectsIn(Shape):
    """Which projects are asked for."""

    q: Text = ""


class ClassesIn(Shape):
    """Which classes are asked for; `after` is the `next` of the page before.

    With `ids` these classes are read, in their order, and nothing else is looked at.
    """

    ids: Ids | None = None
    course: Text = ""
    q: Text = ""
    after: Cursor = ""
    limit: Limit = 60
