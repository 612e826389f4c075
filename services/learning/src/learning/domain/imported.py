"""Imported records: what people completed elsewhere, line by line."""

import datetime
from dataclasses import dataclass

from learning.domain.course import Course, TrainingClass

IMPORTED, KNOWN, REFUSED = "imported", "known", "refused"
"""What becomes of a line: done now; found done, here or by an earlier import; not done,
for a reason."""


class LineRefused(Exception):
    """A line that changes nothing; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ImportedLine:
    """A line: a person completed a course then, which counted so many quarters of an
    hour. `line` is where it stands in the file; the class says the course where none is
    named."""

    line: int
    person_id: str
    course_id: str
    class_id: str
    completed_at: datetime.datetime
    quarters: int


@dataclass(frozen=True)
class LineResult:
    """What became of a line, and the reason of a refusal."""

    line: int
    outcome: str
    reason: str = ""


def require_course_of(line: ImportedLine, class_: TrainingClass | None) -> str:
    """The id of the course that a line is about. Raises LineRefused."""
    if not line.class_id:
        if not line.course_id:
            raise LineRefused("course-missing")
        return line.course_id
    if class_ is None:
        raise LineRefused("unknown-class")
    if line.course_id not in ("", class_.course_id):
        raise LineRefused("class-of-another-course")
    return class_.course_id


def require_importable(
    line: ImportedLine, course: Course | None, now: datetime.datetime
) -> Course:
    """The course of a line that can be imported. Raises LineRefused."""
    if course is None:
        raise LineRefused("unknown-course")
    if line.completed_at > now:
        raise LineRefused("in-the-future")
    return course
