"""What a trainee has done, as pages of several kinds show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.http.learning import CourseRecordOut, RecordOut

from gateway.api.request_visitor import current_visitor
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Part, Unavailable
from gateway.identity.account import TRAINEE


@dataclass(frozen=True)
class ShownRecord:
    """What a trainee has done, and percents watched by lecture: Unavailable while
    nobody can say."""

    courses: Sequence[CourseRecordOut] = ()
    watched: Mapping[str, int] | Unavailable = field(default_factory=dict)

    def find_lessons_done(self, course_id: str) -> set[str]:
        """The ids of the lessons done in one course."""
        return lessons_done_in(self.courses, course_id)


def lessons_done_in(courses: Iterable[CourseRecordOut], course_id: str) -> set[str]:
    """The ids of the lessons done in one course; another may have the same ids."""
    return {
        lesson
        for course in courses
        if course.course_id == course_id
        for lesson in course.lessons_done
    }


def ask_record(services: PageServices) -> Part[RecordOut] | None:
    """Asks for what the visitor has done; nothing of who is no trainee."""
    if TRAINEE not in current_visitor().roles:
        return None
    return services.ask_part(services.learning.show_record)


def to_shown_record(asked: Part[RecordOut] | None) -> ShownRecord:
    """What was answered, as pages show it."""
    if asked is None:
        return ShownRecord()
    record = asked.get_answer()
    if isinstance(record, Unavailable):
        return ShownRecord(watched=record)
    return ShownRecord(record.courses, record.watched)
