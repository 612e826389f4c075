"""How enrolment words its facts in public."""

from dataclasses import asdict

from chassis.events.envelope import Wording

from enrollment.domain import facts

SEATS = {
    facts.SeatTaken: "enrollment.seat.taken.v1",
    facts.SeatWaitlisted: "enrollment.seat.waitlisted.v1",
    facts.SeatPromoted: "enrollment.seat.promoted.v1",
    facts.SeatWithdrawn: "enrollment.seat.withdrawn.v1",
}


def word(fact: object) -> Wording:
    """The public wording of a fact."""
    match fact:
        case facts.PersonRegistered(person_id, _):
            return Wording("enrollment.person.registered.v1", person_id, asdict(fact))
        case facts.PersonContactsChanged(person_id, _):
            type_ = "enrollment.contacts.changed.v1"
            return Wording(type_, person_id, asdict(fact))
        case facts.ReceiptIssued(chunk_id, _, branch_id, _, rows):
            said = asdict(fact) | {"rows": list(rows)}
            subject = f"{branch_id}/{chunk_id}"
            return Wording("enrollment.receipt.issued.v1", subject, said)
        case facts.SeatWithdrawn(enrolment_id):
            return Wording(SEATS[type(fact)], enrolment_id, _withdrawn(fact))
        case facts.SeatTaken() | facts.SeatWaitlisted() | facts.SeatPromoted():
            return Wording(SEATS[type(fact)], fact.enrolment_id, asdict(fact))
    raise TypeError(f"no wording for {type(fact).__name__}")


def _withdrawn(fact: facts.SeatWithdrawn) -> dict[str, object]:
    """Without the moment where none was noted."""
    said = asdict(fact)
    until = said.pop("seated_until")
    if until is not None:
        said["seated_until"] = until.isoformat(timespec="milliseconds")
    return said
