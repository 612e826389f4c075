"""What is known here of other services' doings: who has begun, who has finished."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ShownCourse:
    """The lectures that a course shows as it was published last."""

    id: str
    lectures: tuple[str, ...]


@dataclass(frozen=True)
class Watched:
    """A person has watched at least a quarter of a lecture."""

    person_id: str
    lecture_id: str


@dataclass(frozen=True)
class FinishedClass:
    """A person has the certificate of a class."""

    person_id: str
    class_id: str
