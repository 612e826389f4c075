"""The people and branches ports over MongoEngine."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    NotFound,
    mapping_of,
)

from enrollment.domain.events import PersonContactsChanged, PersonRegistered
from enrollment.domain.people import Branch, Membership, Person, PersonChange
from enrollment.store.id_numbers import IdNumbers
from enrollment.usecases.ports import Scope

CONTACTS = {"phone", "email"}


class StoredBranches:
    """The tree of branches."""

    def __init__(self, rows: Aggregates[Branch]) -> None:
        self.rows = rows

    def get(self, id_: str) -> Branch | None:
        """The branch with this id, or None."""
        try:
            return self.rows.get(id_)
        except NotFound:
            return None

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Branch]:
        """The branches with these ids, by id."""
        branches = self.rows.find({"_id": {"$in": list(ids)}})
        return {branch.id: branch for branch in branches}

    def create(self, branch: Branch) -> bool:
        """Put a new branch; False if the id is taken."""
        try:
            self.rows.add(branch.id, branch)
        except AlreadyExists:
            return False
        return True

    def find_within(self, scope: Scope) -> list[Branch]:
        """The branches of a scope, each before those below it."""
        filter_: dict[str, Any] = {} if scope.branch is None else {"line": scope.branch}
        return sorted(self.rows.find(filter_), key=lambda branch: branch.line)


def person_form(id_numbers: IdNumbers) -> FieldMapping[Person]:
    """How a person is kept: the ID number sealed, and found by its keyed hash."""
    plain: FieldMapping[Person] = mapping_of(Person)

    def to_fields(person: Person) -> dict[str, Any]:
        number = person.id_number
        return plain.to_fields(person) | {
            "id_number": id_numbers.seal(number) if number else "",
            "id_key": id_numbers.search_key(number) if number else "",
        }

    def from_fields(id_: str, stored: Mapping[str, Any]) -> Person:
        person = plain.from_fields(id_, stored)
        return replace(person, id_number=id_numbers.unseal(person.id_number))

    return FieldMapping(to_fields, from_fields)


class StoredPeople:
    """Persons and their memberships."""

    def __init__(
        self,
        people: Aggregates[Person],
        memberships: Aggregates[Membership],
        changes: Aggregates[PersonChange],
        id_numbers: IdNumbers,
    ) -> None:
        self.people, self.memberships = people, memberships
        self.changes, self.id_numbers = changes, id_numbers

    def find_by_ids(self, person_ids: Sequence[str]) -> dict[str, Person]:
        """The persons with these ids who are known, by id."""
        persons = self.people.find({"_id": {"$in": list(person_ids)}})
        return {person.id: person for person in persons}

    def find_known(
        self,
        phones: Sequence[str],
        id_numbers: Sequence[str],
        membership_ids: Sequence[str],
    ) -> tuple[list[Person], list[Membership]]:
        """Persons by any of these; all their memberships, and those named.

        In three questions, whatever is found: their number tells nothing of anybody.
        """
        memberships = self.find_memberships(membership_ids)
        holders = sorted({m.person_id for m in memberships.values()})
        id_keys = [self.id_numbers.search_key(number) for number in id_numbers]
        either = [
            {"_id": {"$in": holders}},
            {"phone": {"$in": list(phones)}},
            {"id_key": {"$in": id_keys}},
        ]
        people = self.people.find({"$or": either})
        ids = sorted({person.id for person in people})
        theirs = self.memberships.find({"person_id": {"$in": ids}})
        memberships |= {membership.id: membership for membership in theirs}
        return people, list(memberships.values())

    def change(self, change: PersonChange, fields: Mapping[str, str]) -> None:
        """Write these fields of a person, and the change beside them.

        The line comes first: a crash in between leaves a line too many, never one
        too few.
        """
        with suppress(AlreadyExists):
            self.changes.add(change.id, change)

        def decide_change(person: Person) -> tuple[Person, list[object]] | None:
            changed = replace(person, **fields)
            if changed == person:
                return None
            has_moved = any(getattr(changed, f) != getattr(person, f) for f in CONTACTS)
            event = PersonContactsChanged(person.id, change.by)
            return changed, [event] if has_moved else []

        self.people.change(change.person_id, decide_change)

    def find_changes(self, person_id: str) -> list[PersonChange]:
        """The audit lines of a person, oldest first."""
        return self.changes.find({"person_id": person_id}, sort=[("at", 1)])

    def create_people(self, people: Iterable[tuple[Person, str]]) -> None:
        """Put new persons with the branch that named them; known ones stay."""
        named = {person.id: (person, branch) for person, branch in people}
        self.people.add_many(
            (id_, person, [PersonRegistered(id_, branch)])
            for id_, (person, branch) in sorted(named.items())
        )

    def find_memberships_of(self, person_ids: Sequence[str]) -> list[Membership]:
        """All memberships of these persons, oldest first."""
        found = self.memberships.find({"person_id": {"$in": list(person_ids)}})
        return sorted(found, key=lambda membership: (membership.since, membership.id))

    def find_memberships(self, ids: Sequence[str]) -> dict[str, Membership]:
        """The memberships with these ids that are there, by id."""
        memberships = self.memberships.find({"_id": {"$in": list(ids)}})
        return {membership.id: membership for membership in memberships}

    def create_memberships(
        self, memberships: Iterable[Membership]
    ) -> dict[str, Membership]:
        """Put new memberships; those that are there stay. All as they stand, by id."""
        named = {membership.id: membership for membership in memberships}
        there = self.memberships.add_many(
            (id_, named[id_], ()) for id_ in sorted(named)
        )
        return named | (self.find_memberships(sorted(there)) if there else {})

    def find_by_branches(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[tuple[Membership, Person]]:
        """Members of these branches, by membership id, a page at a time."""
        memberships = self.memberships.find(
            {"branch_id": {"$in": list(branch_ids)}, "_id": {"$gt": after}},
            sort=[("_id", 1)],
            limit=limit,
        )
        people = self.find_by_ids([membership.person_id for membership in memberships])
        return [(m, people[m.person_id]) for m in memberships if m.person_id in people]
