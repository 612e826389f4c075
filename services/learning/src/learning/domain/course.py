"""Courses and classes as catalog published them, kept for judging completion."""

import datetime
from dataclasses import dataclass

LECTURE = "lecture"


@dataclass(frozen=True)
class Lesson:
    """A lesson; a lecture names what is watched in media."""

    lesson_id: str
    title: str
    kind: str
    lecture_id: str = ""


@dataclass(frozen=True)
class Course:
    """A published edition of a course."""

    id: str
    edition: int
    title: str
    lessons: tuple[Lesson, ...]

    def lessons_showing(self, lecture_id: str) -> list[Lesson]:
        """The lessons in which this lecture is watched."""
        return [lesson for lesson in self.lessons if lesson.lecture_id == lecture_id]


@dataclass(frozen=True)
class TrainingClass:
    """A class and the course it runs; its first and last day are ISO dates, empty
    where the row is from before they were kept."""

    id: str
    course_id: str
    title: str
    starts_on: str = ""
    ends_on: str = ""


@dataclass(frozen=True)
class Seat:
    """An enrolment with a seat, or one that lost it, and when if the event says; the
    branch that asked for it, empty where the row is from before it was kept."""

    id: str
    person_id: str
    class_id: str
    course_id: str
    seated: bool
    seated_until: datetime.datetime | None = None
    branch_id: str = ""

    @property
    def has_taken_place(self) -> bool:
        """Whether there was a seat, be it given up since."""
        return self.seated or self.seated_until is not None

    def counts_at(self, moment: datetime.datetime) -> bool:
        """Whether what was completed then was completed in this seat or before it.

        So the certificate does not depend on which is consumed first: that the course
        was completed, or that the seat was given up after that.
        """
        left = self.seated_until
        return self.seated or (left is not None and moment <= left)
