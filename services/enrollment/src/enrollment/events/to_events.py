"""Events of enrolment: from what happened to what is published."""

from dataclasses import asdict
from typing import Any

from chassis.events.envelope import PublicEvent

from enrollment.domain import events

PEOPLE: dict[type[object], str] = {
    events.PersonRegistered: "enrollment.person.registered.v1",
    events.PersonContactsChanged: "enrollment.contacts.changed.v1",
    events.PersonDeleted: "enrollment.person.deleted.v1",
}
SEATS = {
    events.SeatTaken: "enrollment.seat.taken.v1",
    events.SeatWaitlisted: "enrollment.seat.waitlisted.v1",
    events.SeatPromoted: "enrollment.seat.promoted.v1",
    events.SeatWithdrawn: "enrollment.seat.withdrawn.v1",
}
RECEIPTS: dict[type[object], str] = {
    events.ReceiptIssued: "enrollment.receipt.issued.v1",
    events.ChangesDecided: "enrollment.changes.decided.v1",
}
MERGES: dict[type[object], str] = {
    events.PersonMerged: "enrollment.person.merged.v1",
    events.PersonUnmerged: "enrollment.person.unmerged.v1",
}
REQUESTS: dict[type[object], str] = {
    events.RequestMade: "enrollment.request.made.v1",
    events.RequestDecided: "enrollment.request.decided.v1",
}


def to_event(event: object) -> PublicEvent:
    """The public event of a domain event."""
    match event:
        case (
            events.PersonRegistered(person_id)
            | events.PersonContactsChanged(person_id)
            | events.PersonDeleted(person_id)
        ):
            return PublicEvent(PEOPLE[type(event)], person_id, asdict(event))
        case events.BranchChanged(branch_id):
            data = asdict(event) | {"line": list(event.line)}
            return PublicEvent("enrollment.branch.changed.v1", branch_id, data)
        case events.PersonNameChanged(person_id):
            data = {"person_id": person_id}
            return PublicEvent("enrollment.name.changed.v1", person_id, data)
        case events.PersonMerged(person_id) | events.PersonUnmerged(person_id):
            return PublicEvent(MERGES[type(event)], person_id, asdict(event))
        case events.ReceiptIssued() | events.ChangesDecided() | events.MessageRefused():
            return _to_branch_event(event)
        case events.SeatsChanged(class_id):
            data = asdict(event) | {"quotas": list(event.quotas)}
            return PublicEvent("enrollment.seats.changed.v1", class_id, data)
        case events.RequestMade(request_id) | events.RequestDecided(request_id):
            data = _without_no_cause(asdict(event))
            return PublicEvent(REQUESTS[type(event)], request_id, data)
        case events.SeatWithdrawn(enrolment_id):
            return PublicEvent(SEATS[type(event)], enrolment_id, _withdrawn_data(event))
        case events.SeatTaken() | events.SeatWaitlisted() | events.SeatPromoted():
            return PublicEvent(SEATS[type(event)], event.enrolment_id, asdict(event))
    raise TypeError(f"no wording for {type(event).__name__}")


def _to_branch_event(
    event: events.ReceiptIssued | events.ChangesDecided | events.MessageRefused,
) -> PublicEvent:
    """What is answered to a branch."""
    if not isinstance(event, events.MessageRefused):
        data = asdict(event) | {"rows": list(event.rows)}
        subject = f"{event.branch_id}/{event.chunk_id}"
        return PublicEvent(RECEIPTS[type(event)], subject, data)
    data = {name: value for name, value in asdict(event).items() if value}
    subject = f"{event.branch_id}/{event.message_id}"
    return PublicEvent("enrollment.message.refused.v1", subject, data)


def _withdrawn_data(event: events.SeatWithdrawn) -> dict[str, object]:
    """Without the moment where none was noted, and without a cause where none is."""
    data = _without_no_cause(asdict(event))
    until = data.pop("seated_until")
    if until is not None:
        data["seated_until"] = until.isoformat(timespec="milliseconds")
    return data


def _without_no_cause(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "cause" or value}
