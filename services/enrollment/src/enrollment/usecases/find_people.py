"""Find people within a scope, each with those memberships that it reaches."""

from collections.abc import Sequence

from fields import Illegal
from fields.codes import plain_member_number, plain_phone

from enrollment.domain.errors import FieldIllegal, UnknownPerson
from enrollment.domain.people import Membership, Person, membership_id
from enrollment.domain.roster import WHAT_TO_DO
from enrollment.usecases.ports import Branches, People, Scope

Found = tuple[Person, list[Membership]]


def find_people(
    branches: Branches,
    people: People,
    scope: Scope,
    phone: str,
    branch_id: str,
    member_no: str,
) -> list[Found]:
    """People by phone, or by member number in a branch; of others nothing is told.

    Raises FieldIllegal.
    """
    phones, numbers = [], []
    try:
        if phone:
            phones.append(plain_phone(phone))
        if member_no:
            numbers.append(membership_id(branch_id, plain_member_number(member_no)))
    except Illegal as illegal:
        field = "phone" if not phones and phone else "member_no"
        advice = WHAT_TO_DO[illegal.reason]
        raise FieldIllegal(advice, field, illegal.reason) from illegal
    persons, memberships = people.find_known(phones, [], numbers)
    visible = _memberships_within(branches, scope, memberships)
    of_person = {
        person.id: [m for m in visible if m.person_id == person.id]
        for person in persons
    }
    return [
        (person, of_person[person.id]) for person in persons if of_person[person.id]
    ]


def require_person(
    branches: Branches, people: People, scope: Scope, person_id: str
) -> Found:
    """The person with those memberships that a scope reaches. Raises UnknownPerson."""
    person = people.find_by_ids([person_id]).get(person_id)
    visible = _memberships_within(
        branches, scope, people.find_memberships_of([person_id])
    )
    if person is None or not visible:
        raise UnknownPerson("没有这位学员，或不在本单位之下：请核对编号")
    return person, visible


def _memberships_within(
    branches: Branches, scope: Scope, memberships: Sequence[Membership]
) -> list[Membership]:
    named = branches.find_by_ids(sorted({m.branch_id for m in memberships}))
    reached = {id_ for id_, branch in named.items() if scope.covers(branch.line)}
    return [m for m in memberships if m.branch_id in reached]
