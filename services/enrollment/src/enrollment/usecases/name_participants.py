"""Names of people for whoever reaches them today: of others there is nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from enrollment.domain.people import Branch, Membership, Person
from enrollment.usecases.find_people import list_within
from enrollment.usecases.people_ports import Groups, Merges
from enrollment.usecases.ports import Branches, People, Scope


@dataclass(frozen=True)
class NamedPerson:
    """A person who was asked for, as the record reads that the scope reaches."""

    person_id: str
    person: Person
    memberships: Sequence[Membership]


def name_participants(
    branches: Branches,
    people: People,
    merges: Merges,
    scope: Scope,
    person_ids: Sequence[str],
) -> list[NamedPerson]:
    """Those of these people whom a scope reaches today, in this order.

    A human is reached who is a member under any of their records; the name and the
    numbers are those of the records that are reached, the asked one before others.
    """
    groups = merges.find_groups(person_ids)
    every = sorted({id_ for group in groups.values() for id_ in group})
    reached = {
        person.id: (person, memberships)
        for person, memberships in list_within(branches, people, scope, every)
    }
    found = (_name_human(id_, groups, reached) for id_ in dict.fromkeys(person_ids))
    return [one for one in found if one is not None]


def _name_human(
    person_id: str,
    groups: Groups,
    reached: Mapping[str, tuple[Person, list[Membership]]],
) -> NamedPerson | None:
    records = [id_ for id_ in (person_id, *groups[person_id]) if id_ in reached]
    if not records:
        return None
    memberships = [one for id_ in dict.fromkeys(records) for one in reached[id_][1]]
    return NamedPerson(person_id, reached[records[0]][0], memberships)


def find_branches_of(
    branches: Branches, named: Sequence[NamedPerson]
) -> Mapping[str, Branch]:
    """The branches of all these memberships, by id."""
    ids = {one.branch_id for person in named for one in person.memberships}
    return branches.find_by_ids(sorted(ids))
