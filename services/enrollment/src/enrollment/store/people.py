"""The people port over MongoEngine."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    mapping_of,
)

from enrollment.domain.errors import EditConflict, NumberTaken
from enrollment.domain.events import PersonRegistered
from enrollment.domain.people import Membership, Person, PersonChange, college_day
from enrollment.domain.person_changes import list_change_events
from enrollment.store.id_numbers import IdNumbers

MEMBERS_AT_ONCE = 500


def person_form(id_numbers: IdNumbers) -> FieldMapping[Person]:
    """How a person is kept: the ID number sealed, and found by its keyed hash."""
    plain: FieldMapping[Person] = mapping_of(Person)

    def to_fields(person: Person) -> dict[str, Any]:
        number = person.id_number
        return plain.to_fields(person) | {
            "id_number": id_numbers.seal(number) if number else "",
            "id_key": id_numbers.search_key(number) if number else "",
            "look_due": time.time(),
        }

    def from_fields(id_: str, stored: Mapping[str, Any]) -> Person:
        person = plain.from_fields(id_, stored)
        number = person.id_number
        return (
            replace(person, id_number=id_numbers.unseal(number)) if number else person
        )

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
        return {person.id: person for person in persons if not person.is_deleted}

    def find_known(
        self,
        phones: Sequence[str],
        id_numbers: Sequence[str],
        membership_ids: Sequence[str],
        new_ids: Sequence[str] = (),
    ) -> tuple[list[Person], list[Membership]]:
        """Persons by any of these; all their memberships, and those named. Deleted ones
        are among them, by the ids that new persons would get.

        In three questions, whatever is found: their number tells nothing of anybody.
        """
        memberships = self.find_memberships(membership_ids)
        holders = sorted({*new_ids, *(m.person_id for m in memberships.values())})
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

    def change(
        self,
        change: PersonChange,
        fields: Mapping[str, str],
        revision: int | None = None,
    ) -> None:
        """Write these fields of a person, and the change beside them.

        The line comes first: a crash in between leaves a line too many, never one
        too few. Raises EditConflict where the person has another revision than named.
        """
        self.note_change(change)

        def decide_change(person: Person) -> tuple[Person, list[object]] | None:
            if revision is not None and revision != person.revision:
                raise EditConflict(version=person.revision)
            changed = person.with_fields(fields)
            if changed == person or person.is_deleted:
                return None
            events = list_change_events(person, changed, change.by)
            return replace(changed, revision=person.revision + 1), events

        self.people.change(change.person_id, decide_change)

    def note_change(self, change: PersonChange) -> None:
        """Write an audit line of what was done to a person; once."""
        with suppress(AlreadyExists):
            self.changes.add(change.id, change)

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

    def pick_active(self, memberships: Iterable[Membership]) -> list[Membership]:
        """Those of these that hold their person today."""
        today = college_day()
        return [m for m in memberships if m.is_active(today)]

    def put_membership(self, membership: Membership) -> None:
        """Put a membership as it is from now on, new or known.

        Raises NumberTaken where its number is another person's.
        """

        def decide_change(known: Membership) -> tuple[Membership, tuple[()]] | None:
            if known.person_id != membership.person_id:
                raise NumberTaken("这个会员号在该单位已有人用：请核对会员号")
            return None if known == membership else (membership, ())

        if self.create_memberships([membership])[membership.id] != membership:
            self.memberships.change(membership.id, decide_change)
        self.mark_due([membership.person_id])

    def mark_members(self, branch_id: str) -> None:
        """The members of a branch get into the name index anew."""
        after = ""
        while True:
            wanted = {"branch_id": branch_id, "_id": {"$gt": after}}
            page = self.memberships.find(
                wanted, sort=[("_id", 1)], limit=MEMBERS_AT_ONCE
            )
            self.mark_due(membership.person_id for membership in page)
            if len(page) < MEMBERS_AT_ONCE:
                return
            after = page[-1].id

    def mark_due(self, person_ids: Iterable[str]) -> None:
        """Those who are known already get into the name index by a new membership."""
        wanted = {"_id": {"$in": sorted(set(person_ids))}}
        due = {"$set": {"look_due": time.time()}, "$inc": {"version": 1}}
        self.people.collection.update_many(wanted, due)

    def find_by_branches(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[tuple[Membership, Person]]:
        """Members of these branches by branch and number, those of the first behind a
        membership: so many at most."""
        open_ended = {"until": {"$in": ["", None]}}
        standing = {"$or": [open_ended, {"until": {"$gt": college_day()}}]}
        found = self._find_in(branch_ids, after, limit, standing)
        people = self.find_by_ids([membership.person_id for membership in found])
        return [(m, people[m.person_id]) for m in found if m.person_id in people]

    def find_memberships_in(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[Membership]:
        """Memberships of these branches by branch and number, also those that are over,
        those of the first behind a membership: so many at most."""
        return self._find_in(branch_ids, after, limit, {})

    def _find_in(
        self,
        branch_ids: Sequence[str],
        after: str,
        limit: int,
        wanted: Mapping[str, Any],
    ) -> list[Membership]:
        found: list[Membership] = []
        if branch_ids and after:
            first, *branch_ids = branch_ids
            found = self.memberships.find(
                {"branch_id": first, "_id": {"$gt": after}, **wanted},
                sort=[("_id", 1)],
                limit=limit,
            )
        if branch_ids and len(found) < limit:
            found += self.memberships.find(
                {"branch_id": {"$in": list(branch_ids)}, **wanted},
                sort=[("branch_id", 1), ("_id", 1)],
                limit=limit - len(found),
            )
        return found
