"""Handlers of notify: what events of others make people be told."""

from collections.abc import Callable, Sequence

from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Handler
from chassis.people.personal_data import PersonalData
from chassis.projections.aliases import Aliases

from notify.events.projected_rows import row_of_alias, row_of_title
from notify.usecases.notify_people import NoticeCause, NotifyPeople
from notify.usecases.ports import Titles

TOLD_REQUESTS = {"refused": "request-refused", "lapsed": "request-lapsed"}
"""Decisions about a request that are told, and the kind of notice; of an approved one
the seat tells, and who took a request back knows."""


def build_handlers(
    titles: Titles, aliases: Aliases, tell: NotifyPeople, about_people: PersonalData
) -> dict[str, Handler]:
    """Event type → handler."""

    def on_class(events: Sequence[Envelope]) -> None:
        titles.put([row_of_title(event) for event in events])

    def on_aliases(events: Sequence[Envelope]) -> None:
        aliases.put([row_of_alias(event) for event in events])

    def notifier_of(read: Callable[[Envelope], NoticeCause]) -> Handler:
        def on_events(events: Sequence[Envelope]) -> None:
            """Nobody is told of what was imported: it was told where it was earned."""
            told = [event for event in events if not event.data.get("imported")]
            if told:
                tell([read(event) for event in told])

        return on_events

    def on_request_decided(events: Sequence[Envelope]) -> None:
        told = [event for event in events if event.data["decision"] in TOLD_REQUESTS]
        if told:
            tell([_read_request(event) for event in told])

    def on_person_deleted(events: Sequence[Envelope]) -> None:
        for event in events:
            about_people.forget_person(event.data["person_id"])

    return {
        "enrollment.person.deleted.v1": on_person_deleted,
        "catalog.class.opened.v1": on_class,
        "catalog.class.changed.v1": on_class,
        "enrollment.person.merged.v1": on_aliases,
        "enrollment.person.unmerged.v1": on_aliases,
        "enrollment.seat.taken.v1": notifier_of(_seat_reader("seat-taken")),
        "enrollment.seat.waitlisted.v1": notifier_of(_seat_reader("seat-waitlisted")),
        "enrollment.seat.promoted.v1": notifier_of(_seat_reader("seat-promoted")),
        "enrollment.seat.withdrawn.v1": notifier_of(_seat_reader("seat-withdrawn")),
        "enrollment.request.decided.v1": on_request_decided,
        "learning.hours.credited.v1": notifier_of(_read_hours),
        "learning.course.completed.v1": notifier_of(_read_course),
        "learning.certificate.issued.v1": notifier_of(_read_certificate),
    }


def _seat_reader(kind: str) -> Callable[[Envelope], NoticeCause]:
    def read_seat(event: Envelope) -> NoticeCause:
        data = event.data
        words = {"ticket": str(data["ticket"]), "enrolment_id": data["enrolment_id"]}
        return NoticeCause(event.id, kind, data["person_id"], words, data["class_id"])

    return read_seat


def _read_request(event: Envelope) -> NoticeCause:
    data = event.data
    kind, words = TOLD_REQUESTS[data["decision"]], {"request_id": data["request_id"]}
    return NoticeCause(event.id, kind, data["person_id"], words, data["class_id"])


def _read_hours(event: Envelope) -> NoticeCause:
    data = event.data
    words = {"title": data["title"], "hours": f"{data['quarters'] / 4:g}"}
    return NoticeCause(event.id, "hours-credited", data["person_id"], words)


def _read_course(event: Envelope) -> NoticeCause:
    data = event.data
    words = {"title": data["title"], "course_id": data["course_id"]}
    return NoticeCause(event.id, "course-completed", data["person_id"], words)


def _read_certificate(event: Envelope) -> NoticeCause:
    data = event.data
    words = {"number": data["number"]}
    return NoticeCause(
        event.id, "certificate-issued", data["person_id"], words, data["class_id"]
    )
