"""People leave a class that was cancelled, and requests to join it lapse."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from enrollment.domain.cancellations import (
    CLASS_CANCELLED,
    cancellation_key,
    cause_of,
)
from enrollment.domain.enrolment import WITHDRAWN, Enrolment
from enrollment.domain.errors import UnknownRequest
from enrollment.domain.join_request import PENDING, Decided, JoinRequest
from enrollment.domain.seat_book import Leaver, SeatBook
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.find_finished import find_finished
from enrollment.usecases.join_ports import JoinRequests
from enrollment.usecases.people_ports import Finished, Merges
from enrollment.usecases.ports import CancelledBooks, Enrolments, Now
from enrollment.usecases.withdraw_participants import list_leavers

AT_ONCE = 200
"""Enrolments of a decision, as a chunk has rows: so long is an entry of the journal."""


@dataclass(frozen=True)
class Cancellation:
    """How far a cancellation is: whether it was carried out, and whether somebody lost
    a seat, a place to wait or a request by it and was told."""

    is_carried_out: bool
    has_leavers: bool


class EmptyCancelled:
    """Every step may be repeated by anybody, so a crash anywhere ends right."""

    def __init__(
        self,
        books: CancelledBooks,
        enrolments: Enrolments,
        requests: JoinRequests,
        seats: DecideSeats,
        merges: Merges,
        studies: Finished,
        now: Now,
    ) -> None:
        self.books, self.enrolments, self.requests = books, enrolments, requests
        self.seats, self.merges, self.studies = seats, merges, studies
        self.now = now

    def __call__(self) -> bool:
        """Empty one class; False if none has to be. Who has finished it stays."""
        books = self.books.find_emptying(1)
        for book in books:
            self._withdraw_people(book)
            self._lapse_requests(book.class_id)
            self.books.change(book.class_id, _emptier_of(book))
        return bool(books)

    def _withdraw_people(self, book: SeatBook) -> None:
        self.seats.copy_out(book.class_id)
        after = 0
        while page := self.enrolments.find_by_class(
            book.class_id, None, after, AT_ONCE
        ):
            after = page[-1].ticket
            stays = set(find_finished(self.merges, self.studies, book.class_id, page))
            leaving = [one for one in page if one.state != WITHDRAWN]
            self._withdraw(book, [one for one in leaving if one.id not in stays])

    def _withdraw(self, book: SeatBook, leaving: Sequence[Enrolment]) -> None:
        if not leaving:
            return

        def find_leavers(read: SeatBook) -> list[Leaver]:
            if not read.cancelled:
                return []
            ids = [one.id for one in leaving]
            return list_leavers(read, self.enrolments.find_by_ids(ids).values())

        key = cancellation_key(book.state_version, leaving[0].id)
        self.seats.withdraw_all(book.class_id, key, find_leavers)

    def _lapse_requests(self, class_id: str) -> None:
        def decide_lapse(stored: JoinRequest) -> Decided | None:
            return stored.lapse(self.now().timestamp(), CLASS_CANCELLED)

        while page := self.requests.find_of_class(class_id, PENDING, AT_ONCE):
            for request in page:
                with suppress(UnknownRequest):
                    self.requests.change(request.stored_id, decide_lapse)


class ShowCancellation:
    """What a cancellation did to people."""

    def __init__(
        self,
        books: CancelledBooks,
        enrolments: Enrolments,
        requests: JoinRequests,
    ) -> None:
        self.books, self.enrolments, self.requests = books, enrolments, requests

    def __call__(self, class_id: str) -> Cancellation:
        """How far it is; not carried out where the class is not cancelled here."""
        book = self.books.get(class_id)
        if book is None or not book.cancelled or book.emptying:
            return Cancellation(is_carried_out=False, has_leavers=False)
        has_leavers = self.requests.has_lapsed(class_id, CLASS_CANCELLED)
        return Cancellation(True, has_leavers or self._has_withdrawn(class_id))

    def _has_withdrawn(self, class_id: str) -> bool:
        after = 0
        while page := self.enrolments.find_by_class(class_id, None, after, AT_ONCE):
            if any(cause_of(one.left_by) for one in page):
                return True
            after = page[-1].ticket
        return False


def _emptier_of(read: SeatBook) -> Callable[[SeatBook], SeatBook | None]:
    """Notes that the cancellation that was read is carried out, and no later one."""

    def note_emptied(book: SeatBook) -> SeatBook | None:
        is_same = book.emptying and book.state_version == read.state_version
        return replace(book, emptying=False) if is_same else None

    return note_emptied
