"""Seats: decided in the seat book, copied out to enrolments, journal cleared.

Every step may be repeated by anybody, so a crash anywhere ends right. Decisions
are copied out in the order of the book.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence

from enrollment.domain.enrolment import (
    SEATED,
    WAITING,
    WITHDRAWN,
    Enrolment,
    latest_attempts,
)
from enrollment.domain.errors import JournalFull, UnknownEnrolment
from enrollment.domain.seat_book import (
    JournalEntry,
    Leaver,
    SeatBook,
    SeatGrant,
    SeatRequest,
)
from enrollment.usecases.ports import Books, Enrolments, Now

FindRequests = Callable[[SeatBook, Mapping[str, Enrolment]], Sequence[SeatRequest]]
"""A book and each person's last attempt → who of them still asks for a seat."""
COLLEGE_ZONE = datetime.timezone(datetime.timedelta(hours=8))
"""Asia/Shanghai, which has no summer time: a class is over when its last day is."""


class DecideSeats:
    """Seats of a class: the one way to grant, withdraw and promote them."""

    def __init__(self, books: Books, enrolments: Enrolments, now: Now) -> None:
        self.books, self.enrolments, self.now = books, enrolments, now

    def college_today(self) -> datetime.date:
        """The day it is at the college."""
        return self.now().astimezone(COLLEGE_ZONE).date()

    def grant_seats(
        self,
        class_id: str,
        chunk_id: str,
        person_ids: Sequence[str],
        find_requests: FindRequests,
    ) -> tuple[SeatGrant, ...]:
        """Decide about seats for a chunk's people in one class, once, and copy it out.

        What was granted, unless that was copied out before. The enrolments are read
        after the book. Whatever was decided before that version lies in the journal or
        in the enrolments, so nobody is granted twice. A closed class takes nobody.
        """

        def decide_grants(book: SeatBook) -> SeatBook | None:
            if book.get_entry(chunk_id) or not book.takes_people(self.college_today()):
                return None
            attempts = self.enrolments.find_attempts(class_id, chunk_id, person_ids)
            if any(attempt.chunk_id == chunk_id for attempt in attempts):
                return None
            people = find_requests(book, latest_attempts(attempts))
            return book.grant_into_journal(chunk_id, people)[0] if people else None

        entry = self._change_book(class_id, decide_grants).get_entry(chunk_id)
        return entry.granted if entry else ()

    def withdraw(self, enrolment_id: str) -> None:
        """Withdraw an enrolment; what becomes free goes to the waiting list at once.

        Raises UnknownEnrolment.
        """
        enrolment = self.enrolments.get(enrolment_id)
        if enrolment is None:
            raise UnknownEnrolment(f"没有报名 {enrolment_id}")

        def decide_withdrawal(book: SeatBook) -> SeatBook | None:
            stored = self.enrolments.get(enrolment_id) or enrolment
            state = book.effective_state(enrolment_id, stored.state)
            if state == WITHDRAWN:
                return None
            waiting_list = book.waiting_list(
                self.enrolments.find_waiting(book.class_id)
            )
            return book.withdraw(
                f"withdraw/{enrolment_id}",
                enrolment_id,
                enrolment.line,
                state == SEATED,
                waiting_list,
                self.now(),
            )[0]

        self._change_book(enrolment.class_id, decide_withdrawal)

    def withdraw_all(
        self,
        class_id: str,
        key: str,
        find_leavers: Callable[[SeatBook], Sequence[Leaver]],
    ) -> None:
        """Withdraw many of one class in one decision, and copy it out.

        `find_leavers` is called after the book was read, and names nobody who has left.
        """

        def decide_withdrawal(book: SeatBook) -> SeatBook | None:
            leavers = find_leavers(book)
            if not leavers:
                return None
            waiting = book.waiting_list(self.enrolments.find_waiting(class_id))
            return book.withdraw_all(key, leavers, waiting, self.now())

        self._change_book(class_id, decide_withdrawal)

    def _change_book(
        self, class_id: str, decide: Callable[[SeatBook], SeatBook | None]
    ) -> SeatBook:
        """The book as it was decided, all of its journal copied out."""
        while True:
            try:
                book = self.books.change(class_id, decide)
                break
            except JournalFull:
                self.copy_out(class_id)
        self._copy_journal(book)
        return book

    def copy_out(self, class_id: str) -> None:
        """Copy every journal entry out to the enrolments, in the book's order."""
        book = self.books.get(class_id)
        if book is not None:
            self._copy_journal(book)

    def _copy_journal(self, book: SeatBook) -> None:
        """What others copied out meanwhile is copied again, which changes nothing."""
        while book.journal:
            entry = book.journal[0]
            self._write_down(book, entry)
            book = self.books.clear_entry(book.class_id, entry.key)

    def _write_down(self, book: SeatBook, entry: JournalEntry) -> None:
        if entry.withdrawn:
            assert entry.at is not None  # `SeatBook.withdraw` notes the moment
            self.enrolments.withdraw(entry.withdrawn, entry.at)
        for left in entry.left:
            assert entry.at is not None  # so does `SeatBook.withdraw_all`
            self.enrolments.withdraw(left, entry.at, entry.key)
        for promoted in entry.promoted:
            self.enrolments.promote(promoted)
        new = [_to_enrolment(book, entry.key, grant) for grant in entry.granted]
        if new:
            self.enrolments.create(new)


def _to_enrolment(book: SeatBook, chunk_id: str, grant: SeatGrant) -> Enrolment:
    request = grant.asking
    state = SEATED if grant.seated else WAITING
    return Enrolment(
        class_id=book.class_id,
        course_id=book.course_id,
        person_id=request.person_id,
        attempt=int(request.enrolment_id.rpartition(".")[2]),
        line=request.line,
        chunk_id=chunk_id,
        ticket=grant.ticket,
        first=state,
        state=state,
    )
