"""From what is asked to the domain."""

import msgspec
from chassis.ids import derived_id, new_id
from contracts.http.catalog import AreaIn, ClassIn, ProjectIn
from contracts.http.drafts import CourseIn

from catalog.domain.content import Content, Lesson
from catalog.domain.outline import Area, Module, Project
from catalog.domain.training_class import Quota, TrainingClass


def to_area(code: str, asked: AreaIn) -> Area:
    """An area, whose code comes in the path."""
    modules = tuple(Module(m.code, m.name, tuple(m.topics)) for m in asked.modules)
    return Area(code, asked.name, asked.place, modules)


def to_project(code: str, asked: ProjectIn) -> Project:
    """A project, whose code comes in the path."""
    return Project(code, asked.name, asked.place, asked.form, asked.summary)


def to_content(asked: CourseIn, *edit: str) -> Content:
    """What a course says; lessons without an id get one.

    The same one where the same `edit` of a course is sent again.
    """
    lessons = tuple(
        Lesson(
            lesson.lesson_id or _id_of_lesson(edit, place),
            lesson.title,
            lesson.kind,
            lesson.lecture_id,
        )
        for place, lesson in enumerate(asked.lessons)
    )
    return Content(**msgspec.structs.asdict(asked) | {"lessons": lessons})


def _id_of_lesson(edit: tuple[str, ...], place: int) -> str:
    return derived_id(*edit, str(place)) if edit else new_id()


def to_class(id_: str, asked: ClassIn) -> TrainingClass:
    """A class to open."""
    quotas = tuple(Quota(quota.branch_id, quota.seats) for quota in asked.quotas)
    fields = msgspec.structs.asdict(asked) | {"quotas": quotas}
    return TrainingClass(id=id_, **fields)
