"""What learning does when others say something."""

from collections.abc import Sequence

import msgspec
from chassis.messaging.consumer import Handler
from chassis.messaging.envelope import Envelope

from learning.domain.course import Course, Seat, TrainingClass
from learning.usecases.complete_lecture import Certify, CompleteLecture, Watched
from learning.usecases.follow_seats import follow_seats
from learning.usecases.ports import Copies, Records


def handlers(
    copies: Copies, records: Records, complete: CompleteLecture, certify: Certify
) -> dict[str, Handler]:
    """Event type → handler."""

    def on_course_published(events: Sequence[Envelope]) -> None:
        for event in events:
            said = {**event.data, "id": event.data["course_id"]}
            copies.put_course(msgspec.convert(said, Course))

    def on_class_opened(events: Sequence[Envelope]) -> None:
        for event in events:
            said = event.data
            copies.put_class(
                TrainingClass(said["class_id"], said["course_id"], said["title"])
            )

    def on_seated(events: Sequence[Envelope]) -> None:
        seats = [(_seat(event, seated=True), event.version) for event in events]
        follow_seats(copies, records, certify, seats)

    def on_seat_withdrawn(events: Sequence[Envelope]) -> None:
        seats = [(_seat(event, seated=False), event.version) for event in events]
        follow_seats(copies, records, certify, seats)

    def on_watch_progressed(events: Sequence[Envelope]) -> None:
        for event in events:
            said = event.data
            records.note_watched(said["person_id"], said["lecture_id"], said["percent"])

    def on_watch_completed(events: Sequence[Envelope]) -> None:
        for event in events:
            complete(msgspec.convert(event.data, Watched))

    return {
        "catalog.course.published.v1": on_course_published,
        "catalog.class.opened.v1": on_class_opened,
        "enrollment.seat.taken.v1": on_seated,
        "enrollment.seat.promoted.v1": on_seated,
        "enrollment.seat.withdrawn.v1": on_seat_withdrawn,
        "media.watch.progressed.v1": on_watch_progressed,
        "media.watch.completed.v1": on_watch_completed,
    }


def _seat(event: Envelope, seated: bool) -> Seat:
    said = event.data
    return Seat(
        said["enrolment_id"], said["person_id"], said["class_id"], said["course_id"],
        seated,
    )  # fmt: skip
