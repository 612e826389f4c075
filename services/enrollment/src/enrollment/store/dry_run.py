"""The records of dry runs: what the real ones hold, and over it what the run decided.

All chunks of one dry run share them, so the second chunk finds the seats that the first
one took. Nothing here tells anybody anything, and all of it is forgotten after a day.
"""

import datetime
import heapq
from collections.abc import Callable, Iterator, Sequence

from chassis.errors import WriteConflict
from chassis.storage.aggregates import mapping_of

from enrollment.domain.enrolment import WAITING, Enrolment
from enrollment.domain.roster import Chunk
from enrollment.domain.seat_book import SeatBook
from enrollment.domain.waiting_ticket import WaitingTicket
from enrollment.store.dry_run_people import DryPeople
from enrollment.store.dry_run_rows import RETRIES, DryAudit, DryRunRows, Layer
from enrollment.store.id_numbers import IdNumbers
from enrollment.usecases.decide_chunk import Records
from enrollment.usecases.ports import Books, Enrolments


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
        """The real waiting list as the run left it, in the order of tickets."""
        tried = self.layer.find([f"class:{class_id}"])
        added = [
            WaitingTicket(one.id, one.ticket, one.line)
            for one in tried.values()
            if one.state == WAITING
        ]
        added.sort(key=lambda place: place.ticket)
        real = (
            place
            for place in self.real.find_waiting(class_id)
            if place.enrolment_id not in tried
        )
        return heapq.merge(real, added, key=lambda place: place.ticket)

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
        """The enrolments of a person, newest ticket last."""
        real = {one.id: one for one in self.real.find_by_person(person_id)}
        found = real | self.layer.find([f"of:{person_id}"])
        return sorted(found.values(), key=lambda enrolment: enrolment.ticket)

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


def _keys_of_enrolment(enrolment: Enrolment) -> list[str]:
    of_class = enrolment.class_id
    return [
        f"id:{enrolment.id}",
        f"class:{of_class}",
        f"of:{enrolment.person_id}",
        f"person:{of_class}/{enrolment.person_id}",
        f"chunk:{enrolment.chunk_id}/{of_class}",
    ]


class DryRuns:
    """The records of each dry run, over the real ones."""

    def __init__(self, real: Records, rows: DryRunRows, id_numbers: IdNumbers) -> None:
        self.real, self.rows, self.id_numbers = real, rows, id_numbers

    def open_records(self, chunk: Chunk) -> Records:
        """The records that all chunks of this one's roster share; changes that name no
        roster have their own."""
        run = f"{chunk.branch_id}/{chunk.roster_id or chunk.key + ' alone'}"
        return Records(
            DryPeople(self.real.people, self.rows, run, self.id_numbers),
            DryBooks(self.real.books, self.rows, run),
            DryEnrolments(self.real.enrolments, self.rows, run),
            DryAudit(),
        )
