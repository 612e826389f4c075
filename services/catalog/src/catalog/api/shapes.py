"""Bodies in and out."""

from typing import Annotated, Any, Literal

import msgspec
from chassis.http.body import Id, LongText, Name, Shape, Text

from catalog.domain.course import Course, Lesson
from catalog.domain.lecture import Lecture
from catalog.domain.outline import Area, Module, Project
from catalog.domain.training_class import Quota, TrainingClass

Day = Annotated[
    str, msgspec.Meta(pattern=r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")
]
Place = Annotated[int, msgspec.Meta(ge=0, le=1000)]


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
    form: Text
    summary: LongText

    def as_project(self, code: str) -> Project:
        """The project as the domain has it."""
        return Project(code, self.name, self.place, self.form, self.summary)


class LessonIn(Shape):
    """A lesson in its place."""

    lesson_id: Id
    title: Name
    kind: Literal["lecture", "test", "onsite", "live"] = "lecture"
    lecture_id: Text = ""


class CourseIn(Shape):
    """What a course says."""

    title: Name
    module: Id
    summary: LongText = ""
    teacher: Text = ""
    lessons: Annotated[list[LessonIn], msgspec.Meta(max_length=200)] = []

    def as_lessons(self) -> tuple[Lesson, ...]:
        """The lessons as the domain has them."""
        return tuple(Lesson(**msgspec.structs.asdict(one)) for one in self.lessons)


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
    point: Text = ""
    quotas: Annotated[list[QuotaIn], msgspec.Meta(max_length=500)] = []

    def as_class(self, id_: str) -> TrainingClass:
        """The class as the domain has it."""
        fields = msgspec.structs.asdict(self)
        quotas = tuple(Quota(one.branch_id, one.seats) for one in self.quotas)
        return TrainingClass(id=id_, **(fields | {"quotas": quotas}))


class SearchIn(Shape):
    """What courses are asked for."""

    q: Text = ""
    module: Text = ""
    after: Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 60


class ClassesIn(Shape):
    """Which classes are asked for."""

    course: Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 60


def course(one: Course, lectures: dict[str, Lecture]) -> dict[str, Any]:
    """A course with what is known of its lectures."""
    said: dict[str, Any] = msgspec.to_builtins(one)
    for lesson in said["lessons"]:
        lecture = lectures.get(lesson["lecture_id"])
        lesson["lecture"] = msgspec.to_builtins(lecture) if lecture else None
    return said
