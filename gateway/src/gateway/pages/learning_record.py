"""What a trainee has done, as pages of several kinds show it."""

from typing import Any

from gateway.api.request_visitor import current_visitor
from gateway.clients.parts import Unavailable
from gateway.clients.services import PageClient, Question
from gateway.identity.account import TRAINEE

Row = dict[str, Any]


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
