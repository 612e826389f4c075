"""Events as they come into the feeds of branches."""

from collections.abc import Callable, Sequence

from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Handler

from enrollment.domain.branch_feed import FeedEvent, show_data

ANSWERS = (
    "enrollment.receipt.issued.v1",
    "enrollment.changes.decided.v1",
    "enrollment.message.refused.v1",
)
OF_MEMBERS = (
    "enrollment.seat.taken.v1",
    "enrollment.seat.waitlisted.v1",
    "enrollment.seat.promoted.v1",
    "enrollment.seat.withdrawn.v1",
    "learning.course.completed.v1",
    "learning.hours.credited.v1",
    "learning.hours.corrected.v1",
    "learning.certificate.issued.v1",
    "learning.certificate.revoked.v1",
)
"""Events of enrolment name the branch that enrolled; those of learning the person."""


def build_feed_handlers(
    append: Callable[[Sequence[FeedEvent]], None],
) -> dict[str, Handler]:
    """Event type → handler that puts it into feeds."""

    def on_event(events: Sequence[Envelope]) -> None:
        append([to_feed_event(event) for event in events])

    return dict.fromkeys((*ANSWERS, *OF_MEMBERS), on_event)


def to_feed_event(event: Envelope) -> FeedEvent:
    """An event as feeds have it."""
    return FeedEvent(
        event.id,
        event.type,
        event.time,
        show_data(event.data),
        event.data.get("person_id", ""),
        event.data.get("branch_id", ""),
    )
