"""Entitlements: who may watch what, from the events of catalog and enrollment."""

from dataclasses import dataclass

from media.domain.watch import FASTEST


@dataclass(frozen=True)
class ShownCourse:
    """Which lectures a course shows, by edition, and the fastest rate it allows."""

    id: str
    edition: int
    lectures: tuple[str, ...]
    fastest: float = FASTEST


@dataclass(frozen=True)
class Seat:
    """A person's seat in a class of a course, or one that was lost."""

    id: str
    person_id: str
    course_id: str
    seated: bool
