"""Bodies in and out."""

import datetime
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import msgspec
from contracts.http.shape import Id, Line, LongText, Name, Shape, Text

from catalog.domain.course import FASTEST, Course, Lesson, PublishedEdition
from catalog.domain.lecture import Lecture
from catalog.domain.outline import Area, Module, Project
from catalog.domain.training_class import Quota, TrainingClass

Day = Annotated[str, msgspec.Meta(pattern=r"^20\d\d-\d\d-\d\d\Z")]
NoId = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._:-]{0,79})?\Z")]
"""An id, or none."""
Cursor = Annotated[str, msgspec.Meta(max_length=400)]
"""Longer than any that is given out."""
Limit = Annotated[int, msgspec.Meta(ge=1, le=200)]
"""A page that is read and sent whole."""
Place = Annotated[int, msgspec.Meta(ge=0, le=1000)]
"""Far more than there are areas or projects: some dozens."""
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
    """A lesson in its place."""

    lesson_id: Id
    title: Name
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

    def as_lessons(self) -> tuple[Lesson, ...]:
        """The lessons as the domain has them."""
        return tuple(
            Lesson(**msgspec.structs.asdict(lesson)) for lesson in self.lessons
        )


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
    """A search for courses; `after` is the `next` of the page before."""

    q: Text = ""
    module: Text = ""
    after: Cursor = ""
    limit: Limit = 60


class ProjectsIn(Shape):
    """Which projects are asked for."""

    q: Text = ""


class ClassesIn(Shape):
    """Which classes are asked for; `after` is the `next` of the page before."""

    course: Text = ""
    q: Text = ""
    after: Cursor = ""
    limit: Limit = 60


def dump_edition(course: Course, lectures: dict[str, Lecture]) -> dict[str, Any]:
    """A course as everybody sees it: its published edition."""
    state = _dump_state(course)
    return (
        state
        if course.published is None
        else state | _dump_content(course.published, lectures)
    )


def dump_working_copy(course: Course, lectures: dict[str, Lecture]) -> dict[str, Any]:
    """A course as staff see it: as it is edited, and beside it what is published."""
    return {
        **_dump_state(course),
        **_dump_content(course, lectures),
        "published": None
        if course.published is None
        else _dump_content(course.published, lectures),
        "has_unpublished_edits": course.has_unpublished_edits,
    }


def lectures_shown(*courses: Course) -> list[str]:
    """The lectures that these courses show, edited and published."""
    contents = [
        content
        for course in courses
        for content in (course, course.published)
        if content
    ]
    return [lesson.lecture_id for content in contents for lesson in content.lessons]


def _dump_state(course: Course) -> dict[str, Any]:
    return {"id": course.id, "state": course.state, "edition": course.edition}


def _dump_content(
    content: Course | PublishedEdition, lectures: dict[str, Lecture]
) -> dict[str, Any]:
    return {
        "title": content.title,
        "module": content.module,
        "summary": content.summary,
        "teacher": content.teacher,
        "fastest": content.fastest,
        "lessons": [_dump_lesson(lesson, lectures) for lesson in content.lessons],
    }


def _dump_lesson(lesson: Lesson, lectures: dict[str, Lecture]) -> dict[str, Any]:
    """A lesson with what is known of its lecture, and whether it can be completed."""
    lecture = lectures.get(lesson.lecture_id)
    return {
        **msgspec.to_builtins(lesson),
        "is_completable": lesson.is_completable,
        "lecture": msgspec.to_builtins(lecture) if lecture else None,
    }


def dump_class(
    training_class: TrainingClass, today: datetime.date, quotas: Iterable[Quota] | None
) -> dict[str, Any]:
    """A class as it stands today, with those of its quotas that the caller may see."""
    answer: dict[str, Any] = msgspec.to_builtins(training_class) | {
        "state": training_class.state_on(today)
    }
    if quotas is None:
        del answer["quotas"]
        return answer
    return answer | {"quotas": msgspec.to_builtins(list(quotas))}
