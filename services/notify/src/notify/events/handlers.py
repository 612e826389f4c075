"""Handlers of notify: what events of others make people be told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Handler
from chassis.people.personal_data import PersonalData
from chassis.projections.aliases import Aliases

from notify.events import causes
from notify.events.projected_rows import (
    row_of_alias,
    row_of_cancellation,
    row_of_reopening,
    row_of_seat,
    row_of_title,
)
from notify.usecases.announcement_ports import Seats
from notify.usecases.notify_people import NoticeCause, NotifyPeople
from notify.usecases.ports import Cancellations, Titles


@dataclass(frozen=True)
class Models:
    """The read models that notices are written from."""

    titles: Titles
    seats: Seats
    aliases: Aliases
    cancellations: Cancellations


def build_handlers(
    models: Models, tell: NotifyPeople, about_people: PersonalData
) -> dict[str, Handler]:
    """Event type → handler."""

    def seat_handler(read: Callable[[Envelope], NoticeCause]) -> Handler:
        """Who is in the class first, then who is told."""

        def on_seat(events: Sequence[Envelope]) -> None:
            models.seats.put([row_of_seat(event) for event in events])
            tell_all([read(event) for event in events])

        return on_seat

    def tell_all(found: Sequence[NoticeCause]) -> None:
        tell(causes.with_reasons(models.cancellations, found))

    def on_request_decided(events: Sequence[Envelope]) -> None:
        told = [e for e in events if e.data["decision"] in causes.TOLD_REQUESTS]
        if told:
            tell_all([causes.read_request(event) for event in told])

    def on_person_deleted(events: Sequence[Envelope]) -> None:
        for event in events:
            about_people.forget_person(event.data["person_id"])

    read_seat = causes.seat_reader
    return {
        **_build_projecting(models),
        **_build_telling_record(tell),
        "enrollment.person.deleted.v1": on_person_deleted,
        "enrollment.seat.taken.v1": seat_handler(read_seat("seat-taken")),
        "enrollment.seat.waitlisted.v1": seat_handler(read_seat("seat-waitlisted")),
        "enrollment.seat.promoted.v1": seat_handler(read_seat("seat-promoted")),
        "enrollment.seat.withdrawn.v1": seat_handler(causes.read_withdrawal),
        "enrollment.request.decided.v1": on_request_decided,
    }


def _build_telling_record(tell: NotifyPeople) -> dict[str, Handler]:
    """Handlers of what learning writes down."""

    def notifier_of(read: Callable[[Envelope], NoticeCause]) -> Handler:
        def on_events(events: Sequence[Envelope]) -> None:
            """Nobody is told of what was imported: it was told where it was earned."""
            told = [event for event in events if not event.data.get("imported")]
            if told:
                tell([read(event) for event in told])

        return on_events

    read_certificate = causes.certificate_reader
    return {
        "learning.hours.credited.v1": notifier_of(causes.read_hours),
        "learning.hours.corrected.v1": notifier_of(causes.read_correction),
        "learning.course.completed.v1": notifier_of(causes.read_course),
        "learning.certificate.issued.v1": notifier_of(
            read_certificate("certificate-issued")
        ),
        "learning.certificate.revoked.v1": notifier_of(
            read_certificate("certificate-revoked")
        ),
    }


def _build_projecting(models: Models) -> dict[str, Handler]:
    """Handlers that only remember."""

    def on_class(events: Sequence[Envelope]) -> None:
        models.titles.put([row_of_title(event) for event in events])

    def on_cancelled(events: Sequence[Envelope]) -> None:
        models.cancellations.put([row_of_cancellation(event) for event in events])

    def on_reopened(events: Sequence[Envelope]) -> None:
        models.cancellations.put([row_of_reopening(event) for event in events])

    def on_aliases(events: Sequence[Envelope]) -> None:
        models.aliases.put([row_of_alias(event) for event in events])

    return {
        "catalog.class.opened.v1": on_class,
        "catalog.class.changed.v1": on_class,
        "catalog.class.cancelled.v1": on_cancelled,
        "catalog.class.reopened.v1": on_reopened,
        "enrollment.person.merged.v1": on_aliases,
        "enrollment.person.unmerged.v1": on_aliases,
    }
