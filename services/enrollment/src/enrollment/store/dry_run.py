"""The records of dry runs: what the real ones hold, and over it what the run decided.

All chunks of one dry run share them, so the second chunk finds the seats that the first
one took. Nothing here tells anybody anything, and all of it is forgotten after a day.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from chassis.errors import WriteConflict
from chassis.storage.aggregates import mapping_of

from enrollment.domain.enrolment import Enrolment
from enrollment.domain.people import Membership, Person, PersonChange
from enrollment.domain.roster import Chunk
from enrollment.domain.seat_book import SeatBook, WaitingTicket
from enrollment.store.dry_run_rows import DryAudit, DryRunRows, Layer
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.people import person_form
from enrollment.usecases.decide_chunk import Records
from enrollment.usecases.ports import Books, Enrolments, People

RETRIES = 60  # as for real documents: more mean that something else is wrong


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
        id_ = change.person_id
        for _ in range(RETRIES):
            there = self.people.get(id_)
            person, version = there or (self.real.find_by_ids([id_])[id_], 0)
            if self.people.put(id_, person.with_fields(fields), version):
                return
        raise WriteConflict(id_)

    def note_change(self, change: PersonChange) -> None:
        """A dry run writes no audit lines."""

    def find_changes(self, person_id: str) -> list[PersonChange]:
        """The audit lines of a person as they really are: a dry run writes none."""
        return self.real.find_changes(person_id)

    def find_memberships_of(self, person_ids: Sequence[str]) -> list[Membership]:
        """All memberships of these persons."""
        memberships = {m.id: m for m in self.real.find_memberships_of(person_ids)}
        memberships |= self.memberships.find(f"person:{id_}" for id_ in person_ids)
        return list(memberships.values())

    def find_memberships(self, ids: Sequence[str]) -> dict[str, Membership]:
        """The memberships with these ids that are there, by id."""
        return self.memberships.find(
            f"id:{id_}" for id_ in ids
        ) | self.real.find_memberships(ids)

    def create_memberships(
        self, memberships: Iterable[Membership]
    ) -> dict[str, Membership]:
        """Put new memberships; those that are there stay. All as they stand, by id."""
        named = {membership.id: membership for membership in memberships}
        self.memberships.create_many(named.items())
        return self.find_memberships(sorted(named))

    def mark_due(self, person_ids: Iterable[str]) -> None:
        """Nothing that is tried is looked for by name."""

    def pick_active(self, memberships: Iterable[Membership]) -> list[Membership]:
        """Those of these that hold their person today."""
        return self.real.pick_active(memberships)

    def put_membership(self, membership: Membership) -> None:
        """Nobody joins or leaves in a dry run."""

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


class DryBooks:
    """The books port over the real one; nothing real is written."""

    def __init__(self, real: Books, rows: DryRunRows, run: str) -> None:
        self.real = real
        self.layer = Layer(rows, run, mapping_of(SeatBook), "book", lambda book: ())

    def get(self, class_id: str) -> SeatBook | None:
        """The book of a class, or None."""
        there = self.layer.get(class_id)
        return there[0] if there else self.real.get(class_id)

    def create(self, book: SeatBook) -> None:
        """Put a new seat book; one that is there stays."""
        self.layer.create_many([(book.class_id, book)])

    def change(
        self, class_id: str, decide: Callable[[SeatBook], SeatBook | None]
    ) -> SeatBook:
        """Read, decide, write under the version that was read; again if it moved."""
        for _ in range(RETRIES):
            there = self.layer.get(class_id)
            book, version = there or (self._get_real(class_id), 0)
            decided = decide(book)
            if decided is None:
                return book
            if self.layer.put(class_id, decided, version):
                return decided
        raise WriteConflict(class_id)

    def clear_entry(self, class_id: str, key: str) -> SeatBook:
        """Take the decision under this key out of the journal; the book after it."""
        return self.change(class_id, lambda book: book.without_entry(key))

    def _get_real(self, class_id: str) -> SeatBook:
        book = self.real.get(class_id)
        if book is None:
            raise LookupError(class_id)
        return book


class DryEnrolments:
    """The enrolments port over the real one; nothing real is written."""

    def __init__(self, real: Enrolments, rows: DryRunRows, run: str) -> None:
        self.real = real
        self.layer = Layer(
            rows, run, mapping_of(Enrolment), "enrolment", _keys_of_enrolment
        )

    def get(self, id_: str) -> Enrolment | None:
        """The enrolment with this id, or None."""
        there = self.layer.get(id_)
        return there[0] if there else self.real.get(id_)

    def create(self, enrolments: Sequence[Enrolment]) -> set[str]:
        """Put new enrolments; the ids that were there already."""
        there = self.find_by_ids([enrolment.id for enrolment in enrolments])
        self.layer.create_many(
            (enrolment.id, enrolment)
            for enrolment in enrolments
            if enrolment.id not in there
        )
        return set(there)

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Enrolment]:
        """The enrolments with these ids that are there, by id."""
        return self.real.find_by_ids(ids) | self.layer.find(f"id:{id_}" for id_ in ids)

    def find_by_chunk(self, class_id: str, chunk_id: str) -> list[Enrolment]:
        """The enrolments that a chunk brought into a class."""
        return list(self.layer.find([f"chunk:{chunk_id}/{class_id}"]).values())

    def find_attempts(
        self, class_id: str, chunk_id: str, person_ids: Sequence[str]
    ) -> list[Enrolment]:
        """All attempts in a class of these people, and those that a chunk brought."""
        real = self.real.find_attempts(class_id, chunk_id, person_ids)
        keys = [f"person:{class_id}/{id_}" for id_ in person_ids]
        decided = self.layer.find([f"chunk:{chunk_id}/{class_id}", *keys])
        return list(
            ({enrolment.id: enrolment for enrolment in real} | decided).values()
        )

    def find_waiting(self, class_id: str) -> Iterator[WaitingTicket]:
        """The real waiting list: nobody withdraws in a dry run."""
        return iter(self.real.find_waiting(class_id))

    def find_brought(self, keys: Sequence[str]) -> list[Enrolment]:
        """Those of a real chunk: no dry run is taken back."""
        return self.real.find_brought(keys)

    def withdraw(self, id_: str, at: datetime.datetime, by: str = "") -> None:
        """Withdraw an enrolment at a moment; repeating it changes nothing."""
        self._change_enrolment(id_, lambda enrolment: enrolment.withdraw(at, by))

    def promote(self, id_: str) -> None:
        """Promote an enrolment to a seat; repeating it changes nothing."""
        self._change_enrolment(id_, Enrolment.promote)

    def find_by_person(self, person_id: str) -> list[Enrolment]:
        """All of a person's as they really are."""
        return self.real.find_by_person(person_id)

    def find_by_class(
        self, class_id: str, branch_ids: Sequence[str] | None, after: int, limit: int
    ) -> list[Enrolment]:
        """Those in a class as they really are."""
        return self.real.find_by_class(class_id, branch_ids, after, limit)

    def _change_enrolment(
        self,
        id_: str,
        decide: Callable[[Enrolment], tuple[Enrolment, list[object]] | None],
    ) -> None:
        for _ in range(RETRIES):
            there = self.layer.get(id_)
            enrolment = there[0] if there else self.real.get(id_)
            decided = decide(enrolment) if enrolment else None
            if decided is None:
                return
            if self.layer.put(id_, decided[0], there[1] if there else 0):
                return
        raise WriteConflict(id_)


def _keys_of_membership(membership: Membership) -> list[str]:
    return [f"id:{membership.id}", f"person:{membership.person_id}"]


def _keys_of_enrolment(enrolment: Enrolment) -> list[str]:
    of_class = enrolment.class_id
    return [
        f"id:{enrolment.id}",
        f"person:{of_class}/{enrolment.person_id}",
        f"chunk:{enrolment.chunk_id}/{of_class}",
    ]


class DryRuns:
    """The records of each dry run, over the real ones."""

    def __init__(self, real: Records, rows: DryRunRows, id_numbers: IdNumbers) -> None:
        self.real, self.rows, self.id_numbers = real, rows, id_numbers

    def open_records(self, chunk: Chunk) -> Records:
        """The records that all chunks of this one's roster share."""
        run = f"{chunk.branch_id}/{chunk.roster_id}"
        return Records(
            DryPeople(self.real.people, self.rows, run, self.id_numbers),
            DryBooks(self.real.books, self.rows, run),
            DryEnrolments(self.real.enrolments, self.rows, run),
            DryAudit(),
        )
