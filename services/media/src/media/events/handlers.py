"""What media does when others, or media itself, say something."""

from collections.abc import Callable, Sequence

from chassis.messaging.consumer import Handler
from chassis.messaging.envelope import Envelope

from media.usecases.ports import Entitlements


def handlers(
    entitlements: Entitlements, queue_transcode: Callable[[str, int], None]
) -> dict[str, Handler]:
    """Event type → handler."""

    def on_course_published(events: Sequence[Envelope]) -> None:
        for event in events:
            said = event.data
            lectures = [one["lecture_id"] for one in said["lessons"]]
            shown = [lecture for lecture in lectures if lecture]
            entitlements.put_course(said["course_id"], said["edition"], shown)

    def on_seated(events: Sequence[Envelope]) -> None:
        entitlements.put_seats(_seat(event, seated=True) for event in events)

    def on_seat_withdrawn(events: Sequence[Envelope]) -> None:
        entitlements.put_seats(_seat(event, seated=False) for event in events)

    def on_lecture_uploaded(events: Sequence[Envelope]) -> None:
        for event in events:
            queue_transcode(event.data["lecture_id"], event.data["edition"])

    return {
        "catalog.course.published.v1": on_course_published,
        "enrollment.seat.taken.v1": on_seated,
        "enrollment.seat.promoted.v1": on_seated,
        "enrollment.seat.withdrawn.v1": on_seat_withdrawn,
        "media.lecture.uploaded.v1": on_lecture_uploaded,
    }


def _seat(event: Envelope, seated: bool) -> tuple[str, str, str, bool, int]:
    said = event.data
    return (
        said["enrolment_id"], said["person_id"], said["course_id"], seated,
        event.version,
    )  # fmt: skip
