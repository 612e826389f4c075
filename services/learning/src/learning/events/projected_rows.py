"""Projected rows: id, version of who published it, and the content."""

import datetime

import msgspec
from chassis.events.envelope import Envelope
from chassis.projections.aliases import Alias

from learning.domain.course import Course, Seat, TrainingClass
from learning.domain.record import WHOLE_PERCENT, Watched
from learning.usecases.complete_lecture import Completion


def row_of_course(event: Envelope) -> tuple[str, int, Course]:
    """The row of a course as it was published."""
    data = {**event.data, "id": event.data["course_id"]}
    return data["id"], event.version, msgspec.convert(data, Course)


def row_of_class(event: Envelope) -> tuple[str, int, TrainingClass]:
    """The row of a class as it was opened, or as it was changed since."""
    data = event.data
    projected = TrainingClass(
        data["class_id"],
        data["course_id"],
        data["title"],
        data["starts_on"],
        data["ends_on"],
    )
    return projected.id, event.version, projected


def row_of_seat(event: Envelope) -> tuple[str, int, Seat]:
    """The row of a seat, or that it was lost."""
    data = event.data
    until = data.get("seated_until")
    projected = Seat(
        data["enrolment_id"],
        data["person_id"],
        data["class_id"],
        data["course_id"],
        seated=event.type != "enrollment.seat.withdrawn.v1",
        seated_until=until and datetime.datetime.fromisoformat(until),
        branch_id=data["branch_id"],
    )
    return projected.id, event.version, projected


def to_completion(event: Envelope) -> Completion:
    """The completion of a lecture that was watched to its end, at that moment."""
    data = event.data
    return Completion(
        data["person_id"],
        data["lecture_id"],
        data["edition"],
        data["seconds"],
        event.moment,
    )


def row_of_watched(event: Envelope) -> tuple[str, int, Watched]:
    """The row of how much of an edition a person has watched; completed is all."""
    data = event.data
    id_ = f"{data['person_id']}.{data['lecture_id']}.{data['edition']}"
    percent = data.get("percent", WHOLE_PERCENT)
    return id_, event.version, Watched(data["person_id"], data["lecture_id"], percent)


def row_of_alias(event: Envelope) -> tuple[str, int, Alias]:
    """The row of a person who counts for another, or no longer does."""
    data = event.data
    is_merged = event.type == "enrollment.person.merged.v1"
    alias = Alias(data["person_id"], data["survivor_id"] if is_merged else "")
    return alias.id, event.version, alias


COURSES = {"catalog.course.published.v1": row_of_course}
CLASSES = {
    "catalog.class.opened.v1": row_of_class,
    "catalog.class.changed.v1": row_of_class,
}
SEATS = {
    "enrollment.seat.taken.v1": row_of_seat,
    "enrollment.seat.promoted.v1": row_of_seat,
    "enrollment.seat.withdrawn.v1": row_of_seat,
}
WATCHED = {
    "media.watch.progressed.v1": row_of_watched,
    "media.watch.completed.v1": row_of_watched,
}
ALIASES = {
    "enrollment.person.merged.v1": row_of_alias,
    "enrollment.person.unmerged.v1": row_of_alias,
}
