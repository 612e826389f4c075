"""Projected rows: id, version of who published it, and the content."""

from chassis.events.envelope import Envelope
from chassis.projections.aliases import Alias

from notify.domain.cancellation import Cancellation
from notify.domain.seat import LEFT, SEATED, WAITING, Seat
from notify.domain.title import Title

SEAT_STATES = {
    "enrollment.seat.taken.v1": SEATED,
    "enrollment.seat.waitlisted.v1": WAITING,
    "enrollment.seat.promoted.v1": SEATED,
    "enrollment.seat.withdrawn.v1": LEFT,
}


def row_of_title(event: Envelope) -> tuple[str, int, Title]:
    """The row of a class's title."""
    title = Title(event.data["class_id"], event.data["title"])
    return title.id, event.version, title


def row_of_cancellation(event: Envelope) -> tuple[str, int, Cancellation]:
    """The row of why a class was cancelled."""
    cancellation = Cancellation(event.data["class_id"], event.data["reason"])
    return cancellation.id, event.version, cancellation


def row_of_reopening(event: Envelope) -> tuple[str, int, Cancellation]:
    """The row of a class that is cancelled no more: next time has its own reason."""
    cancellation = Cancellation(event.data["class_id"], "")
    return cancellation.id, event.version, cancellation


def row_of_seat(event: Envelope) -> tuple[str, int, Seat]:
    """The row of a seat, of a place on the waiting list, or that it was left."""
    data = event.data
    seat = Seat(
        data["enrolment_id"],
        data["class_id"],
        data["person_id"],
        data["branch_id"],
        data["ticket"],
        SEAT_STATES[event.type],
    )
    return seat.id, event.version, seat


def row_of_alias(event: Envelope) -> tuple[str, int, Alias]:
    """The row of a person who counts for another, or no longer does."""
    data = event.data
    is_merged = event.type == "enrollment.person.merged.v1"
    alias = Alias(data["person_id"], data["survivor_id"] if is_merged else "")
    return alias.id, event.version, alias


SEATS = dict.fromkeys(SEAT_STATES, row_of_seat)
TITLES = {
    "catalog.class.opened.v1": row_of_title,
    "catalog.class.changed.v1": row_of_title,
}
CANCELLATIONS = {"catalog.class.cancelled.v1": row_of_cancellation}
ALIASES = {
    "enrollment.person.merged.v1": row_of_alias,
    "enrollment.person.unmerged.v1": row_of_alias,
}
