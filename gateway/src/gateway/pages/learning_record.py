"""What a trainee has done, as pages of several kinds show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chassis.http.problem import Problem
from contracts.http.learning import CourseRecordOut

from gateway.api.request_visitor import current_visitor
from gateway.clients.learning import LearningClient
from gateway.clients.parts import Unavailable
from gateway.clients.services import PageClient, Question
from gateway.identity.account import TRAINEE

Row = dict[str, Any]


@dataclass(frozen=True)
class ShownRecord:
    """What a trainee has done, and percents watched by lecture: Unavailable while
    nobody can say."""

    courses: Sequence[CourseRecordOut] = ()
    watched: Mapping[str, int] | Unavailable = field(default_factory=dict)

    def find_lessons_done(self, course_id: str) -> set[str]:
        """The ids of the lessons done in one course; another may have the same."""
        return {
            lesson
            for course in self.courses
            if course.course_id == course_id
            for lesson in course.lessons_done
        }


def find_shown_record(learning: LearningClient) -> ShownRecord:
    """What the visitor has done; nothing of who is no trainee."""
    if TRAINEE not in current_visitor().roles:
        return ShownRecord()
    try:
        record = learning.show_record()
    except Problem as problem:
        if problem.status < 500:
            raise
        return ShownRecord(watched=Unavailable("learning"))
    return ShownRecord(record.courses, record.watched)


def read_record(client: PageClient) -> Row:
    """What a trainee has done and watched.

    `watched` is Unavailable while nobody can say.
    """
    if TRAINEE not in current_visitor().roles:
        return {"courses": [], "watched": {}}
    (record,) = client.ask_each([Question.of("learning", "record")])
    return (
        {"courses": [], "watched": record}
        if isinstance(record, Unavailable)
        else record
    )


def find_lessons_done(record: Row, course_id: str) -> set[str]:
    """The ids of the lessons done in one course; another may have the same ids."""
    return {
        lesson
        for course in record["courses"]
        if course["course_id"] == course_id
        for lesson in course["lessons_done"]
    }
