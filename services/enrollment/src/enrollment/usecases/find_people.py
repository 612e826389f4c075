"""Find people within a scope, each with those memberships that it reaches."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from fields import Illegal
from fields.codes import plain_member_number, plain_phone

from enrollment.domain.errors import FieldIllegal, UnknownPerson
from enrollment.domain.people import (
    Membership,
    Person,
    branch_of_membership,
    membership_id,
)
from enrollment.domain.roster import WHAT_TO_DO
from enrollment.usecases.people_ports import Merges
from enrollment.usecases.ports import Branches, People, Scope

T = TypeVar("T")
BRANCHES_AT_ONCE = 50
"""Most branches have some members: so many fill a page."""
Found = tuple[Person, list[Membership]]


def find_people(
    branches: Branches,
    people: People,
    scope: Scope,
    phone: str,
    branch_id: str,
    member_no: str,
) -> list[Found]:
    """People by phone, or by member number in a branch; of others nothing is told, nor
    by which number a branch beyond the scope knows somebody. Raises FieldIllegal."""
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
    visible = _memberships_within(branches, people, scope, memberships)
    meant = {m.person_id for m in visible if m.id in numbers}
    meant |= {person.id for person in persons if person.phone in phones}
    of_person = {
        person.id: [m for m in visible if m.person_id == person.id]
        for person in persons
        if person.id in meant
    }
    return [
        (person, of_person[person.id]) for person in persons if of_person.get(person.id)
    ]


def list_members(
    branches: Branches, people: People, scope: Scope, after: str, limit: int
) -> list[tuple[Membership, Person]]:
    """Members within a scope behind a membership, by branch and number."""
    return gather_within(branches, scope, after, limit, people.find_by_branches)


def gather_within(
    branches: Branches,
    scope: Scope,
    after: str,
    limit: int,
    find: Callable[[Sequence[str], str, int], list[T]],
) -> list[T]:
    """What is found for memberships within a scope behind one, by branch and number:
    so many at most. `find` is given branches, the membership behind which it looks in
    the first of them, and how many at most."""
    first = branch_of_membership(after)
    found: list[T] = []
    for ids in branches.find_ids_within(scope, first, BRANCHES_AT_ONCE):
        behind = after if ids[0] == first else ""
        found += find(ids, behind, limit - len(found))
        if len(found) >= limit:
            break
    return found


def require_person(
    branches: Branches, people: People, scope: Scope, person_id: str
) -> Found:
    """The person with those memberships that a scope reaches. Raises UnknownPerson."""
    person = people.find_by_ids([person_id]).get(person_id)
    visible = _memberships_within(
        branches, people, scope, people.find_memberships_of([person_id])
    )
    if person is None or not visible:
        raise UnknownPerson("没有这位学员，或不在本单位之下：请核对编号")
    return person, visible


def require_own(people: People, person_id: str) -> Person:
    """The person who asks. Raises UnknownPerson."""
    person = people.find_by_ids([person_id]).get(person_id) if person_id else None
    if person is None:
        raise UnknownPerson("没有您的学员记录：请联系所在单位")
    return person


def list_within(
    branches: Branches, people: People, scope: Scope, person_ids: Sequence[str]
) -> list[Found]:
    """Those of these people whom a scope reaches, in this order."""
    persons = people.find_by_ids(person_ids)
    memberships = people.find_memberships_of(person_ids)
    visible = _memberships_within(branches, people, scope, memberships)
    found = [
        (persons[id_], [m for m in visible if m.person_id == id_])
        for id_ in person_ids
        if id_ in persons
    ]
    return [(person, reached) for person, reached in found if reached]


def find_lines(
    branches: Branches, people: People, merges: Merges, person_ids: Sequence[str]
) -> dict[str, list[tuple[str, ...]]]:
    """The branches, each with those above it, that hold these humans today.

    Where records were merged it is those that hold any: with the account of one record
    one is let into what all of them have.
    """
    groups = merges.find_groups(person_ids)
    every = sorted({id_ for group in groups.values() for id_ in group})
    active = people.pick_active(people.find_memberships_of(every))
    named = branches.find_by_ids(sorted({m.branch_id for m in active}))
    return {
        id_: [named[m.branch_id].line for m in active if m.person_id in groups[id_]]
        for id_ in person_ids
    }


def _memberships_within(
    branches: Branches, people: People, scope: Scope, memberships: Sequence[Membership]
) -> list[Membership]:
    """Those that a scope reaches: of a branch while it holds the person, of all that
    there is for who sees all."""
    if scope.branch is not None:
        memberships = people.pick_active(memberships)
    named = branches.find_by_ids(sorted({m.branch_id for m in memberships}))
    reached = {id_ for id_, branch in named.items() if scope.covers(branch.line)}
    return [m for m in memberships if m.branch_id in reached]
