"""Domain events of the catalogue, past tense, frozen."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CoursePublished:
    """A course can be found and run."""

    course_id: str
    edition: int
    title: str
    module: str
    lessons: tuple[dict[str, Any], ...]
    fastest: float


@dataclass(frozen=True)
class CourseArchived:
    """A course takes no new classes."""

    course_id: str


@dataclass(frozen=True)
class ClassOpened:
    """A class takes enrolments."""

    class_id: str
    course_id: str
    title: str
    capacity: int
    quotas: tuple[dict[str, Any], ...]
    starts_on: str
    ends_on: str
    point: str
    form: str
    admission: str


@dataclass(frozen=True)
class ClassChanged:
    """A class has another title, other days, another place or form."""

    class_id: str
    course_id: str
    title: str
    starts_on: str
    ends_on: str
    point: str
    form: str


@dataclass(frozen=True)
class ClassClosed:
    """A class takes no more enrolments."""

    class_id: str


@dataclass(frozen=True)
class ClassCancelled:
    """A class does not take place, or not to its end; `reason` is for everybody."""

    class_id: str
    course_id: str
    reason: str


@dataclass(frozen=True)
class ClassReopened:
    """A class that was closed or cancelled takes enrolments again."""

    class_id: str
    course_id: str
