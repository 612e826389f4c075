"""How far a trainee is, as pages of several kinds show it.

Learning knows what is done and hears of watching by quarters; media knows the second.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracts.http.catalog import CourseOut
from contracts.http.learning import CourseRecordOut, RecordOut
from contracts.http.media import WatchedOut
from contracts.http.shape import MOST_IDS

from gateway.api.request_visitor import current_visitor
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Part, Unavailable
from gateway.identity.account import TRAINEE

FIRST_SECONDS = 1.0
"""At a lecture's very beginning or end there is nothing to go on from."""
Watched = Mapping[str, WatchedOut]
"""How far a person is in lectures, by lecture."""


@dataclass(frozen=True)
class Progress:
    """How far a trainee is in a course: lessons done, and by lecture the percent
    watched and the second to go on from.

    `away` is learning while it does not answer: what is done may be more than is shown.
    """

    done: set[str] = field(default_factory=set)
    watched: Mapping[str, int] = field(default_factory=dict)
    positions: Mapping[str, float] = field(default_factory=dict)
    away: Unavailable | None = None


@dataclass(frozen=True)
class AskedProgress:
    """How far a trainee is in a course, being asked for."""

    record: Part[RecordOut]
    watched: Part[dict[str, WatchedOut]]


def ask_record(services: PageServices) -> Part[RecordOut] | None:
    """Asks for what the visitor has done; nothing of who is no trainee."""
    if TRAINEE not in current_visitor().roles:
        return None
    return services.ask_part(services.learning.show_record)


def ask_progress(
    services: PageServices, record: Part[RecordOut] | None, course: CourseOut
) -> AskedProgress | None:
    """Asks for how far the visitor is in a course, beside the record asked for."""
    if record is None:
        return None
    lectures = [one.lecture_id for one in course.lessons if one.is_completable]
    watched = services.ask_part(services.media.find_watched, lectures[:MOST_IDS])
    return AskedProgress(record, watched)


def to_progress(asked: AskedProgress | None, course: CourseOut) -> Progress:
    """What was answered, as pages show it."""
    if asked is None:
        return Progress()
    watched = find_watched(asked.watched)
    return view_progress(asked.record.get_answer(), watched, course)


def find_watched(asked: Part[dict[str, WatchedOut]]) -> Watched | Unavailable:
    """What media answered; nothing of a media so old that it has no such answer."""
    found = asked.find_answer()
    return {} if found is None else found


def view_progress(
    record: RecordOut | Unavailable, watched: Watched | Unavailable, course: CourseOut
) -> Progress:
    """How far one is in a course, by whichever of learning and media answered."""
    by_media: Watched = {} if isinstance(watched, Unavailable) else watched
    done = {
        lesson.lesson_id
        for lesson in course.lessons
        if is_completed(by_media, lesson.lecture_id)
    }
    positions = {
        lecture: one.position
        for lecture, one in by_media.items()
        if can_continue(one, course)
    }
    percents = {lecture: one.percent for lecture, one in by_media.items()}
    if isinstance(record, Unavailable):
        return Progress(done, percents, positions, away=record)
    done |= lessons_done_in(record.courses, course.id)
    return Progress(done, join_percents(record.watched, by_media), positions)


def is_completed(watched: Watched, lecture_id: str) -> bool:
    """Whether media has a lecture as completed; learning may not have heard of it."""
    return lecture_id in watched and watched[lecture_id].completed


def can_continue(watched: WatchedOut, course: CourseOut) -> bool:
    """Whether a lecture was left between its beginning and its end."""
    lengths = (
        lesson.lecture.seconds
        for lesson in course.lessons
        if lesson.lecture and lesson.lecture_id == watched.lecture_id
    )
    return FIRST_SECONDS <= watched.position < next(lengths, 0) - FIRST_SECONDS


def join_percents(recorded: Mapping[str, int], watched: Watched) -> dict[str, int]:
    """Percents by lecture, the higher one of both: neither ever falls."""
    latest = {lecture: one.percent for lecture, one in watched.items()}
    return {
        lecture: max(recorded.get(lecture, 0), latest.get(lecture, 0))
        for lecture in {**recorded, **latest}
    }


def lessons_done_in(courses: Iterable[CourseRecordOut], course_id: str) -> set[str]:
    """The ids of the lessons done in one course; another may have the same ids."""
    return {
        lesson
        for course in courses
        if course.course_id == course_id
        for lesson in course.lessons_done
    }
