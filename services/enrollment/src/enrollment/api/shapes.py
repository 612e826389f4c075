"""Bodies in and out."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from chassis.http.body import Count, Id, Name, Shape, Text
from fields.codes import masked_phone

from enrollment.domain.enrolment import Enrolment
from enrollment.domain.people import Branch, Membership, Person
from enrollment.domain.roster import Chunk
from enrollment.domain.seat_book import SeatBook

BranchId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}\Z")]
Page = Annotated[int, msgspec.Meta(ge=1, le=500)]
"""A page that is read and sent whole."""


class BranchIn(Shape):
    """A branch to add; no parent makes it a root."""

    id: BranchId
    name: Name
    parent: Text = ""


class ContactsIn(Shape):
    """Persons whose contacts a service needs."""

    person_ids: Annotated[list[Id], msgspec.Meta(max_length=500)]


class FindIn(Shape):
    """A search for a person: by phone, or by member number in a branch."""

    phone: Text = ""
    branch_id: Text = ""
    member_no: Text = ""


class CorrectionIn(Shape):
    """Fields of a person to correct; those that are left out stay."""

    name: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    id_number: Text | None = None

    def given_fields(self) -> dict[str, str]:
        """The fields that are given."""
        given = msgspec.structs.asdict(self)
        return {name: value for name, value in given.items() if value is not None}


class RosterIn(Shape):
    """A question about a roster: all of it, or only how far it is."""

    progress: bool = False


class PageIn(Shape):
    """Where a page begins and how long it is."""

    after: Text = ""
    limit: Page = 100
    branch: Text = ""


class TicketsIn(Shape):
    """After which ticket a page of a class's enrolments begins, and how long it is."""

    after: Count = 0
    limit: Page = 100


def dump_branch(branch: Branch) -> dict[str, Any]:
    """A branch as it is answered."""
    return {"id": branch.id, "name": branch.name, "parent": branch.parent}


def dump_chunk(chunk: Chunk, with_names: bool) -> dict[str, Any]:
    """A chunk with its outcomes; the branch's own rows beside them if wanted."""
    answer: dict[str, Any] = {
        "key": chunk.key,
        "roster_id": chunk.roster_id,
        "branch_id": chunk.branch_id,
        "dry_run": chunk.dry_run,
        "state": chunk.state,
        "received": chunk.received,
        "count": len(chunk.rows) or len(chunk.outcomes),
        "outcomes": [outcome.to_receipt_row() for outcome in chunk.outcomes],
    }
    if with_names:
        answer["rows"] = [
            {
                "row": r.number,
                "name": r.name,
                "member_no": r.member_no,
                "class_id": r.class_id,
            }
            for r in chunk.rows
        ]
    return answer


def dump_own_enrolment(enrolment: Enrolment, waiting_place: int) -> dict[str, Any]:
    """An enrolment as its person sees it, with the place on the waiting list."""
    return dump_enrolment(enrolment) | (
        {"place": waiting_place} if waiting_place else {}
    )


def dump_enrolment(enrolment: Enrolment) -> dict[str, Any]:
    """An enrolment as it is answered."""
    return {
        "id": enrolment.id,
        "class_id": enrolment.class_id,
        "course_id": enrolment.course_id,
        "person_id": enrolment.person_id,
        "branch_id": enrolment.branch_id,
        "ticket": enrolment.ticket,
        "state": enrolment.state,
    }


def dump_member(membership: Membership, person: Person) -> dict[str, Any]:
    """A person in a branch, the phone masked."""
    return {
        "id": membership.id,
        "person_id": person.id,
        "name": person.name,
        "phone": masked_phone(person.phone),
        "branch_id": membership.branch_id,
        "member_no": membership.member_no,
        "since": membership.since,
    }


def dump_person(person: Person, memberships: Sequence[Membership]) -> dict[str, Any]:
    """A person with memberships; numbers masked, of an address only its domain."""
    _, at, domain = person.email.rpartition("@")
    return {
        "person_id": person.id,
        "name": person.name,
        "phone": masked_phone(person.phone),
        "email": f"•••{at}{domain}" if person.email else "",
        "has_id_number": bool(person.id_number),
        "memberships": [
            {"branch_id": m.branch_id, "member_no": m.member_no, "since": m.since}
            for m in memberships
        ],
    }


def dump_invitee(
    person: Person, membership: Membership, branch_name: str
) -> dict[str, Any]:
    """A person as the gateway needs them to open an account and to write."""
    return {
        **dump_contact(person),
        "branch_id": membership.branch_id,
        "branch_name": branch_name,
        "member_no": membership.member_no,
    }


def dump_contact(person: Person) -> dict[str, Any]:
    """A person as a service needs them to write or to call."""
    return {
        "person_id": person.id,
        "name": person.name,
        "phone": person.phone,
        "email": person.email,
    }


def dump_seats(book: SeatBook) -> dict[str, Any]:
    """The seats of a class: how many there are, taken and waited for."""
    return {
        "class_id": book.class_id,
        "capacity": book.capacity,
        "taken": book.taken,
        "waiting": book.waiting,
        "closed": book.closed,
    }
