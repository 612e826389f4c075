"""Projected rows: id, version of who published it, and the content."""

from chassis.events.envelope import Envelope
from chassis.projections.aliases import Alias

from media.domain.entitlement import Seat, ShownCourse


def row_of_course(event: Envelope) -> tuple[str, int, ShownCourse]:
    """Which lectures a course shows as it was published, and how fast at most.

    Earlier releases told no rate.
    """
    data = event.data
    lectures = [lesson["lecture_id"] for lesson in data["lessons"]]
    shown = tuple(lecture for lecture in lectures if lecture)
    fastest = data["fastest"]
    projected = ShownCourse(data["course_id"], data["edition"], shown, fastest)
    return projected.id, event.version, projected


def row_of_seat(event: Envelope) -> tuple[str, int, Seat]:
    """The row of a seat, or that it was lost."""
    data = event.data
    projected = Seat(
        data["enrolment_id"],
        data["person_id"],
        data["course_id"],
        seated=event.type != "enrollment.seat.withdrawn.v1",
    )
    return projected.id, event.version, projected


def row_of_alias(event: Envelope) -> tuple[str, int, Alias]:
    """The row of a person who counts for another, or no longer does."""
    data = event.data
    is_merged = event.type == "enrollment.person.merged.v1"
    alias = Alias(data["person_id"], data["survivor_id"] if is_merged else "")
    return alias.id, event.version, alias


COURSES = {"catalog.course.published.v1": row_of_course}
SEATS = {
    "enrollment.seat.taken.v1": row_of_seat,
    "enrollment.seat.promoted.v1": row_of_seat,
    "enrollment.seat.withdrawn.v1": row_of_seat,
}
ALIASES = {
    "enrollment.person.merged.v1": row_of_alias,
    "enrollment.person.unmerged.v1": row_of_alias,
}
