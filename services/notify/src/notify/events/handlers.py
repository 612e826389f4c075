"""Handlers of notify: what events of others make people be told."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Handler
from chassis.people.personal_data import PersonalData
from chassis.projections.aliases import Aliases

from notify.domain.errors import NotConsumedYet
from notify.events.projected_rows import (
    row_of_alias,
    row_of_cancellation,
    row_of_title,
)
from notify.usecases.notify_people import NoticeCause, NotifyPeople
from notify.usecases.ports import Cancellations, Titles

TOLD_REQUESTS = {"refused": "request-refused", "lapsed": "request-lapsed"}
"""Decisions about a request that are told, and the kind of notice; of an approved one
the seat tells, and who took a request back knows."""
CLASS_CANCELLED = "class-cancelled"
"""Why somebody lost a seat, a place to wait or a request; the kind of notice, too."""


def build_handlers(
    titles: Titles,
    aliases: Aliases,
    tell: NotifyPeople,
    about_people: PersonalData,
    cancellations: Cancellations,
) -> dict[str, Handler]:
    """Event type → handler."""

    def on_class(events: Sequence[Envelope]) -> None:
        titles.put([row_of_title(event) for event in events])

    def on_aliases(events: Sequence[Envelope]) -> None:
        aliases.put([row_of_alias(event) for event in events])

    def notifier_of(read: Callable[[Envelope], NoticeCause]) -> Handler:
        return lambda events: tell([read(event) for event in events])

    def tell_all(causes: Sequence[NoticeCause]) -> None:
        tell(_with_reasons(cancellations, causes))

    def on_seat_withdrawn(events: Sequence[Envelope]) -> None:
        tell_all([_read_withdrawal(event) for event in events])

    def on_request_decided(events: Sequence[Envelope]) -> None:
        if told := [e for e in events if e.data["decision"] in TOLD_REQUESTS]:
            tell_all([_read_request(event) for event in told])

    def on_person_deleted(events: Sequence[Envelope]) -> None:
        for event in events:
            about_people.forget_person(event.data["person_id"])

    return {
        "enrollment.person.deleted.v1": on_person_deleted,
        "catalog.class.opened.v1": on_class,
        "catalog.class.changed.v1": on_class,
        "catalog.class.cancelled.v1": _consumer_of_cancellations(cancellations),
        "enrollment.person.merged.v1": on_aliases,
        "enrollment.person.unmerged.v1": on_aliases,
        "enrollment.seat.taken.v1": notifier_of(_seat_reader("seat-taken")),
        "enrollment.seat.waitlisted.v1": notifier_of(_seat_reader("seat-waitlisted")),
        "enrollment.seat.promoted.v1": notifier_of(_seat_reader("seat-promoted")),
        "enrollment.seat.withdrawn.v1": on_seat_withdrawn,
        "enrollment.request.decided.v1": on_request_decided,
        "learning.hours.credited.v1": notifier_of(_read_hours),
        "learning.course.completed.v1": notifier_of(_read_course),
        "learning.hours.corrected.v1": notifier_of(_read_correction),
        "learning.certificate.issued.v1": notifier_of(
            _certificate_reader("certificate-issued")
        ),
        "learning.certificate.revoked.v1": notifier_of(
            _certificate_reader("certificate-revoked")
        ),
    }


def _seat_reader(kind: str) -> Callable[[Envelope], NoticeCause]:
    def read_seat(event: Envelope) -> NoticeCause:
        data = event.data
        words = {"ticket": str(data["ticket"]), "enrolment_id": data["enrolment_id"]}
        return NoticeCause(event.id, kind, data["person_id"], words, data["class_id"])

    return read_seat


def _consumer_of_cancellations(cancellations: Cancellations) -> Handler:
    return lambda events: cancellations.put([row_of_cancellation(e) for e in events])


def _read_withdrawal(event: Envelope) -> NoticeCause:
    is_off = event.data.get("cause") == CLASS_CANCELLED
    return _seat_reader(CLASS_CANCELLED if is_off else "seat-withdrawn")(event)


def _with_reasons(
    cancellations: Cancellations, causes: Sequence[NoticeCause]
) -> list[NoticeCause]:
    """Those of cancelled classes with the reason. Raises NotConsumedYet while it is not
    known."""
    off = {cause.class_id for cause in causes if cause.kind == CLASS_CANCELLED}
    reasons = cancellations.find_by_ids(sorted(off)) if off else {}
    if missing := off - set(reasons):
        raise NotConsumedYet(f"cancellations not known yet: {sorted(missing)}")
    return [
        replace(cause, words=cause.words | {"reason": reasons[cause.class_id]})
        if cause.kind == CLASS_CANCELLED
        else cause
        for cause in causes
    ]


def _read_request(event: Envelope) -> NoticeCause:
    data = event.data
    is_off = data.get("cause") == CLASS_CANCELLED
    kind = CLASS_CANCELLED if is_off else TOLD_REQUESTS[data["decision"]]
    words = {"request_id": data["request_id"]}
    return NoticeCause(event.id, kind, data["person_id"], words, data["class_id"])


def _read_hours(event: Envelope) -> NoticeCause:
    data = event.data
    words = {"title": data["title"], "hours": f"{data['quarters'] / 4:g}"}
    return NoticeCause(event.id, "hours-credited", data["person_id"], words)


def _read_course(event: Envelope) -> NoticeCause:
    data = event.data
    words = {"title": data["title"], "course_id": data["course_id"]}
    return NoticeCause(event.id, "course-completed", data["person_id"], words)


def _read_correction(event: Envelope) -> NoticeCause:
    data = event.data
    words = {
        "title": data["title"],
        "hours": f"{data['quarters'] / 4:+g}",
        "year": str(data["year"]),
        "entry_id": data["entry_id"],
    }
    return NoticeCause(event.id, "hours-corrected", data["person_id"], words)


def _certificate_reader(kind: str) -> Callable[[Envelope], NoticeCause]:
    def read_certificate(event: Envelope) -> NoticeCause:
        data = event.data
        words = {"number": data["number"]}
        person, class_id = data["person_id"], data["class_id"]
        return NoticeCause(event.id, kind, person, words, class_id)

    return read_certificate
