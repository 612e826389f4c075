"""Causes of notices: what of an event its reader is told."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from chassis.events.envelope import Envelope

from notify.domain.errors import NotConsumedYet
from notify.usecases.notify_people import NoticeCause
from notify.usecases.ports import Cancellations

TOLD_REQUESTS = {"refused": "request-refused", "lapsed": "request-lapsed"}
"""Decisions about a request that are told, and the kind of notice; of an approved one
the seat tells, and who took a request back knows."""
CLASS_CANCELLED = "class-cancelled"
"""Why somebody lost a seat, a place to wait or a request; the kind of notice, too."""


def seat_reader(kind: str) -> Callable[[Envelope], NoticeCause]:
    """Reads what happened to a seat as the cause of a notice of this kind."""

    def read_seat(event: Envelope) -> NoticeCause:
        data = event.data
        words = {"ticket": str(data["ticket"]), "enrolment_id": data["enrolment_id"]}
        return NoticeCause(event.id, kind, data["person_id"], words, data["class_id"])

    return read_seat


def read_withdrawal(event: Envelope) -> NoticeCause:
    """That somebody left, or that the class was cancelled."""
    is_off = event.data.get("cause") == CLASS_CANCELLED
    return seat_reader(CLASS_CANCELLED if is_off else "seat-withdrawn")(event)


def with_reasons(
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


def read_request(event: Envelope) -> NoticeCause:
    """What was decided about a request to join."""
    data = event.data
    is_off = data.get("cause") == CLASS_CANCELLED
    kind = CLASS_CANCELLED if is_off else TOLD_REQUESTS[data["decision"]]
    words = {"request_id": data["request_id"]}
    return NoticeCause(event.id, kind, data["person_id"], words, data["class_id"])


def read_hours(event: Envelope) -> NoticeCause:
    """That hours were credited."""
    data = event.data
    words = {"title": data["title"], "hours": f"{data['quarters'] / 4:g}"}
    return NoticeCause(event.id, "hours-credited", data["person_id"], words)


def read_course(event: Envelope) -> NoticeCause:
    """That a course was completed."""
    data = event.data
    words = {"title": data["title"], "course_id": data["course_id"]}
    return NoticeCause(event.id, "course-completed", data["person_id"], words)


def read_correction(event: Envelope) -> NoticeCause:
    """That hours were corrected by hand."""
    data = event.data
    words = {
        "title": data["title"],
        "hours": f"{data['quarters'] / 4:+g}",
        "year": str(data["year"]),
        "entry_id": data["entry_id"],
    }
    return NoticeCause(event.id, "hours-corrected", data["person_id"], words)


def certificate_reader(kind: str) -> Callable[[Envelope], NoticeCause]:
    """Reads what happened to a certificate as the cause of a notice of this kind."""

    def read_certificate(event: Envelope) -> NoticeCause:
        data = event.data
        words = {"number": data["number"]}
        person, class_id = data["person_id"], data["class_id"]
        return NoticeCause(event.id, kind, person, words, class_id)

    return read_certificate
