"""The books and enrolments ports over MongoEngine."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    NotFound,
    mapping_of,
)

from enrollment.domain.enrolment import WAITING, Enrolment
from enrollment.domain.seat_book import SeatBook
from enrollment.domain.waiting_ticket import WaitingTicket
from enrollment.store.branches import MOST_NAMED

PAGE = 100  # enrolments of a waiting list, of which mostly the first few are wanted


plain: FieldMapping[SeatBook] = mapping_of(SeatBook)


def _with_uncopied(book: SeatBook) -> dict[str, Any]:
    return plain.to_fields(book) | {"uncopied": bool(book.journal)}


BOOK_FORM = FieldMapping(_with_uncopied, plain.from_fields)
"""How a book is kept: `uncopied` finds those with decisions that nobody may have copied
out. It stays until the book is written again, though its journal is empty by then."""


class StoredBooks:
    """Seat books, one per class."""

    def __init__(self, rows: Aggregates[SeatBook]) -> None:
        self.rows = rows

    def get(self, class_id: str) -> SeatBook | None:
        """The book of a class, or None."""
        try:
            return self.rows.get(class_id)
        except NotFound:
            return None

    def find_by_ids(self, class_ids: Sequence[str]) -> dict[str, SeatBook]:
        """The books of these classes that are there, by class."""
        books = self.rows.find({"_id": {"$in": list(class_ids)}})
        return {book.class_id: book for book in books}

    def find_uncopied(self, limit: int) -> list[SeatBook]:
        """Books with decisions in their journals, or that had some lately."""
        return self.rows.find({"uncopied": True}, limit=limit)

    def write_again(self, class_id: str) -> None:
        """Write a book as it is: it is found again only if something is left."""
        self.rows.change(class_id, lambda book: (book, ()))

    def find_emptying(self, limit: int) -> list[SeatBook]:
        """Books of cancelled classes that people have still to leave."""
        return self.rows.find({"emptying": True}, limit=limit)

    def create(self, book: SeatBook) -> None:
        """Put a new seat book; one that is there stays."""
        try:
            self.rows.add(book.class_id, book)
        except AlreadyExists:
            return

    def change(
        self, class_id: str, decide: Callable[[SeatBook], SeatBook | None]
    ) -> SeatBook:
        """Read a book, decide, write under the version that was read."""

        def without_events(book: SeatBook) -> tuple[SeatBook, tuple[()]] | None:
            decided = decide(book)
            return None if decided is None else (decided, ())

        return self.rows.change(class_id, without_events)

    def change_and_publish(
        self,
        class_id: str,
        decide: Callable[[SeatBook], tuple[SeatBook, Sequence[object]] | None],
    ) -> SeatBook:
        """As `change`; what is decided brings events, written with it."""
        return self.rows.change(class_id, decide)

    def clear_entry(self, class_id: str, key: str) -> SeatBook:
        """Take the decision under this key out of the journal; the book after it."""
        return self.rows.pull_matching(class_id, "journal", {"key": key})


class StoredEnrolments:
    """Enrolments, written only as the seat book decided."""

    def __init__(self, rows: Aggregates[Enrolment]) -> None:
        self.rows = rows

    def get(self, id_: str) -> Enrolment | None:
        """The enrolment with this id, or None."""
        return self.find_by_ids([id_]).get(id_)

    def create(self, enrolments: Sequence[Enrolment]) -> set[str]:
        """Put new enrolments; the ids that were there already."""
        return self.rows.add_many(
            (enrolment.id, enrolment, enrolment.creation_events())
            for enrolment in enrolments
        )

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Enrolment]:
        """The enrolments with these ids that are there, by id."""
        enrolments = self.rows.find({"_id": {"$in": list(ids)}})
        return {enrolment.id: enrolment for enrolment in enrolments}

    def find_by_chunk(self, class_id: str, chunk_id: str) -> list[Enrolment]:
        """The enrolments that a chunk brought into a class."""
        return self.rows.find({"chunk_id": chunk_id, "class_id": class_id})

    def find_brought(self, keys: Sequence[str]) -> list[Enrolment]:
        """The enrolments that a chunk brought under these keys, into any class."""
        return self.rows.find({"chunk_id": {"$in": list(keys)}})

    def find_attempts(
        self, class_id: str, chunk_id: str, person_ids: Sequence[str]
    ) -> list[Enrolment]:
        """All attempts in a class of these people, and those that a chunk brought."""
        of_people = {"class_id": class_id, "person_id": {"$in": list(person_ids)}}
        of_chunk = {"chunk_id": chunk_id, "class_id": class_id}
        return self.rows.find({"$or": [of_people, of_chunk]})

    def find_waiting(self, class_id: str) -> Iterator[WaitingTicket]:
        """The stored waiting list in the order of tickets, read as it is used."""
        after = 0
        while True:
            page = self.rows.find(
                {"class_id": class_id, "state": WAITING, "ticket": {"$gt": after}},
                sort=[("ticket", 1)],
                limit=PAGE,
            )
            for enrolment in page:
                yield WaitingTicket(enrolment.id, enrolment.ticket, enrolment.line)
                after = enrolment.ticket
            if len(page) < PAGE:
                return

    def withdraw(self, id_: str, at: datetime.datetime, by: str = "") -> None:
        """Withdraw an enrolment at a moment; repeating it changes nothing."""
        self.rows.change(id_, lambda enrolment: enrolment.withdraw(at, by))

    def promote(self, id_: str) -> None:
        """Promote an enrolment to a seat; repeating it changes nothing."""
        self.rows.change(id_, Enrolment.promote)

    def find_by_person(self, person_id: str) -> list[Enrolment]:
        """The enrolments of a person, newest ticket last."""
        enrolments = self.rows.find({"person_id": person_id})
        return sorted(enrolments, key=lambda enrolment: enrolment.ticket)

    def get_waiting_place(self, enrolment: Enrolment) -> int:
        """The waiting place: how many wait before it, plus one; 0 if it waits not."""
        if enrolment.state != WAITING:
            return 0
        before = {
            "class_id": enrolment.class_id,
            "state": WAITING,
            "ticket": {"$lt": enrolment.ticket},
        }
        return self.rows.collection.count_documents(before) + 1

    def find_by_class(
        self, class_id: str, branch_ids: Sequence[str] | None, after: int, limit: int
    ) -> list[Enrolment]:
        """The enrolments of a class by ticket, a page at a time: all of these branches,
        and perhaps some of others; of whichever for None.

        Where so many branches are named that no index would help, all are read.
        """
        filter_: dict[str, Any] = {"class_id": class_id, "ticket": {"$gt": after}}
        if branch_ids is not None and len(branch_ids) <= MOST_NAMED:
            filter_["line"] = {"$in": list(branch_ids)}
        return self.rows.find(filter_, sort=[("ticket", 1)], limit=limit)
