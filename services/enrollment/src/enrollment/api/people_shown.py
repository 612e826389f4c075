"""People as they are answered: never more of them than who asks may see."""

from collections.abc import Sequence

from contracts.http.enrollment import ContactOut, MemberOut, MembershipOut, PersonOut
from fields.codes import masked_phone

from enrollment.domain.people import Membership, Person


def show_member(membership: Membership, person: Person) -> MemberOut:
    """A person in a branch, the phone masked."""
    return MemberOut.of(membership, name=person.name, phone=masked_phone(person.phone))


def show_person(person: Person, memberships: Sequence[Membership]) -> PersonOut:
    """A person with memberships; numbers masked, of an address only its domain."""
    _, at, domain = person.email.rpartition("@")
    return PersonOut(
        person_id=person.id,
        name=person.name,
        phone=masked_phone(person.phone),
        email=f"•••{at}{domain}" if person.email else "",
        has_id_number=bool(person.id_number),
        version=person.revision,
        memberships=[MembershipOut.of(membership) for membership in memberships],
    )


def show_contact(person: Person) -> ContactOut:
    """A person as a service needs them to write or to call."""
    return ContactOut.of(person, person_id=person.id)
