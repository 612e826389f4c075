"""The people of dry runs: the real ones, and over them what the run changed."""

from collections.abc import Iterable, Mapping, Sequence

from chassis.errors import WriteConflict
from chassis.storage.aggregates import mapping_of

from enrollment.domain.errors import NumberTaken
from enrollment.domain.people import Membership, Person, PersonChange
from enrollment.store.dry_run_rows import RETRIES, DryRunRows, Layer
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.people import person_form
from enrollment.usecases.ports import People


class DryPeople:
    """The people port over the real one; nothing real is written."""

    def __init__(
        self, real: People, rows: DryRunRows, run: str, id_numbers: IdNumbers
    ) -> None:
        self.real, self.id_numbers = real, id_numbers
        self.people = Layer(
            rows, run, person_form(id_numbers), "person", self._keys_of_person
        )
        self.memberships = Layer(
            rows, run, mapping_of(Membership), "membership", _keys_of_membership
        )
        self.changes = Layer(
            rows,
            run,
            mapping_of(PersonChange),
            "change",
            lambda change: [f"of:{change.person_id}"],
        )

    def find_by_ids(self, person_ids: Sequence[str]) -> dict[str, Person]:
        """The persons with these ids who are known, by id."""
        changed = self.people.find(f"id:{id_}" for id_ in person_ids)
        return self.real.find_by_ids(person_ids) | changed

    def find_known(
        self,
        phones: Sequence[str],
        id_numbers: Sequence[str],
        membership_ids: Sequence[str],
        new_ids: Sequence[str] = (),
    ) -> tuple[list[Person], list[Membership]]:
        """Persons by any of these; all their memberships, and those named. Deleted ones
        are among them, by the ids that new persons would get."""
        real, real_memberships = self.real.find_known(
            phones, id_numbers, membership_ids, new_ids
        )
        memberships = {membership.id: membership for membership in real_memberships}
        memberships |= self.memberships.find(f"id:{id_}" for id_ in membership_ids)
        keys = [f"phone:{phone}" for phone in phones]
        keys += [
            f"number:{self.id_numbers.search_key(number)}" for number in id_numbers
        ]
        keys += [f"id:{m.person_id}" for m in memberships.values()]
        keys += [f"id:{person.id}" for person in real]
        people = {person.id: person for person in real} | self.people.find(keys)
        memberships |= self.memberships.find(f"person:{id_}" for id_ in people)
        return list(people.values()), list(memberships.values())

    def create_people(self, people: Iterable[tuple[Person, str]]) -> None:
        """Put new persons; known ones stay."""
        self.people.create_many((person.id, person) for person, _ in people)

    def change(
        self,
        change: PersonChange,
        fields: Mapping[str, str],
        revision: int | None = None,
    ) -> None:
        """Write these fields of a known person; nobody edits in a dry run."""
        self.note_change(change)
        id_ = change.person_id
        for _ in range(RETRIES):
            there = self.people.get(id_)
            person, version = there or (self.real.find_by_ids([id_])[id_], 0)
            if self.people.put(id_, person.with_fields(fields), version):
                return
        raise WriteConflict(id_)

    def note_change(self, change: PersonChange) -> None:
        """Note by which row of the run a person was changed; no audit line."""
        self.changes.create_many([(change.id, change)])

    def find_changes(self, person_id: str) -> list[PersonChange]:
        """The audit lines of a person, and what the run would add to them."""
        tried = self.changes.find([f"of:{person_id}"])
        return [*self.real.find_changes(person_id), *tried.values()]

    def find_memberships_of(self, person_ids: Sequence[str]) -> list[Membership]:
        """All memberships of these persons."""
        memberships = {m.id: m for m in self.real.find_memberships_of(person_ids)}
        memberships |= self.memberships.find(f"person:{id_}" for id_ in person_ids)
        return list(memberships.values())

    def find_memberships(self, ids: Sequence[str]) -> dict[str, Membership]:
        """The memberships with these ids that are there, by id."""
        tried = self.memberships.find(f"id:{id_}" for id_ in ids)
        return self.real.find_memberships(ids) | tried

    def create_memberships(
        self, memberships: Iterable[Membership]
    ) -> dict[str, Membership]:
        """Put new memberships; those that are there stay. All as they stand, by id."""
        named = {membership.id: membership for membership in memberships}
        there = self.real.find_memberships(sorted(named))
        self.memberships.create_many(
            (id_, new) for id_, new in named.items() if id_ not in there
        )
        return self.find_memberships(sorted(named))

    def mark_due(self, person_ids: Iterable[str]) -> None:
        """Nothing that is tried is looked for by name."""

    def pick_active(self, memberships: Iterable[Membership]) -> list[Membership]:
        """Those of these that hold their person today."""
        return self.real.pick_active(memberships)

    def put_membership(self, membership: Membership) -> None:
        """Put a membership as it would be from now on, new or known.

        Raises NumberTaken where its number is another person's.
        """
        for _ in range(RETRIES):
            known = self.find_memberships([membership.id]).get(membership.id)
            if known is not None and known.person_id != membership.person_id:
                raise NumberTaken("这个会员号在该单位已有人用：请核对会员号")
            there = self.memberships.get(membership.id)
            if self.memberships.put(
                membership.id, membership, there[1] if there else 0
            ):
                return
        raise WriteConflict(membership.id)

    def find_by_branches(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[tuple[Membership, Person]]:
        """Members of these branches as they really are: no dry run lists them."""
        return self.real.find_by_branches(branch_ids, after, limit)

    def _keys_of_person(self, person: Person) -> list[str]:
        keys = [f"id:{person.id}", f"phone:{person.phone}"]
        if person.id_number:
            keys.append(f"number:{self.id_numbers.search_key(person.id_number)}")
        return keys


def _keys_of_membership(membership: Membership) -> list[str]:
    return [f"id:{membership.id}", f"person:{membership.person_id}"]
