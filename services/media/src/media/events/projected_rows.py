"""What others say, as the rows that repeat it: id, version of the teller, content."""

from chassis.events.envelope import Envelope

from media.domain.entitlement import Seat, ShownCourse
from media.domain.watch import FASTEST


def row_of_course(event: Envelope) -> tuple[str, int, ShownCourse]:
    """Which lectures a course shows as it was published, and how fast at most.

    Earlier releases told no rate.
    """
    said = event.data
    lectures = [lesson["lecture_id"] for lesson in said["lessons"]]
    shown = tuple(lecture for lecture in lectures if lecture)
    fastest = said.get("fastest", FASTEST)
    told = ShownCourse(said["course_id"], said["edition"], shown, fastest)
    return told.id, event.version, told


def row_of_seat(event: Envelope) -> tuple[str, int, Seat]:
    """A seat, or that it was lost."""
    said = event.data
    told = Seat(
        said["enrolment_id"], said["person_id"], said["course_id"],
        seated=event.type != "enrollment.seat.withdrawn.v1",
    )  # fmt: skip
    return told.id, event.version, told


COURSES = {"catalog.course.published.v1": row_of_course}
SEATS = {
    "enrollment.seat.taken.v1": row_of_seat,
    "enrollment.seat.promoted.v1": row_of_seat,
    "enrollment.seat.withdrawn.v1": row_of_seat,
}
