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
    enrolment_id,
    latest_attempts,
)
from enrollment.domain.errors import JournalFull, UnknownEnrolment
from enrollment.domain.people import COLLEGE_ZONE
from enrollment.domain.seat_book import (
    JournalEntry,
    Leaver,
    SeatBook,
    SeatGrant,
    SeatRequest,
)
from enrollment.usecases.people_ports import Groups
from enrollment.usecases.ports import Books, Enrolments, Now
from enrollment.usecases.validate_rows import ResolvedRow

FindRequests = Callable[[SeatBook, Mapping[str, Enrolment]], Sequence[SeatRequest]]
"""A book and each person's last attempt → who of them still asks for a seat."""


def day_at_college(moment: datetime.datetime) -> datetime.date:
    """The day that it is at the college at this moment."""
    return moment.astimezone(COLLEGE_ZONE).date()


class DecideSeats:
    """Seats of a class: the one way to grant, withdraw and promote them."""

    def __init__(self, books: Books, enrolments: Enrolments, now: Now) -> None:
        self.books, self.enrolments, self.now = books, enrolments, now

    def college_today(self) -> datetime.date:
        """The day it is at the college."""
        return day_at_college(self.now())

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

    def give_back(
        self, class_id: str, key: str, person_id: str, find_requests: FindRequests
    ) -> None:
        """Decide once about a seat that was given up and is asked for again: also in a
        class that is closed, as long as it has room. Copy it out."""

        def decide_grant(book: SeatBook) -> SeatBook | None:
            attempts = self.enrolments.find_attempts(class_id, key, [person_id])
            if book.get_entry(key) or any(one.chunk_id == key for one in attempts):
                return None
            requests = [
                request
                for request in find_requests(book, latest_attempts(attempts))
                if book.takes_people(self.college_today())
                or book.has_room(request.line)
            ]
            return book.grant_into_journal(key, requests)[0] if requests else None

        self._change_book(class_id, decide_grant)

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
            if not leavers or book.get_entry(key) is not None:
                return None
            waiting = book.waiting_list(self.enrolments.find_waiting(class_id))
            return book.withdraw_all(key, leavers, waiting, self.now())

        self._change_book(class_id, decide_withdrawal)

    def pass_on(
        self,
        class_id: str,
        key: str,
        find_passing: Callable[[SeatBook], tuple[Leaver, SeatRequest] | None],
    ) -> None:
        """Have one leave a seat to another in one decision, once, and copy it out.

        `find_passing` is called after the book was read; it names who leaves and who
        asks, or nobody where that cannot be.
        """

        def decide_passing(book: SeatBook) -> SeatBook | None:
            is_decided = book.get_entry(key) is not None
            if is_decided or self.enrolments.find_by_chunk(class_id, key):
                return None
            passing = find_passing(book)
            if passing is None:
                return None
            waiting = book.waiting_list(self.enrolments.find_waiting(class_id))
            return book.pass_on(key, *passing, waiting, self.now())

        self._change_book(class_id, decide_passing)

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


def request_seat(
    book: SeatBook,
    latest: Mapping[str, Enrolment],
    group: Sequence[str],
    person_id: str,
    line: tuple[str, ...],
) -> list[SeatRequest]:
    """The request of one record of a human for a seat, in the name of a branch; none
    where the human is in the class already or waits, under whichever record."""
    states = [book.effective_state(one.id, one.state) for one in latest.values()]
    is_in = any(state != WITHDRAWN for state in states)
    if is_in or book.pending_people().intersection(group):
        return []
    before = latest.get(person_id)
    attempt = before.attempt + 1 if before else 1
    return [
        SeatRequest(enrolment_id(book.class_id, person_id, attempt), person_id, line)
    ]


def latest_of_humans(
    groups: Groups, latest: Mapping[str, Enrolment]
) -> dict[str, Enrolment]:
    """By person the last attempt of the human: one that stands under another record
    before one's own that was withdrawn."""
    found: dict[str, Enrolment] = {}
    for person_id, group in groups.items():
        attempts = [latest[id_] for id_ in (person_id, *group) if id_ in latest]
        attempts.sort(key=lambda attempt: attempt.state == WITHDRAWN)
        if attempts:
            found[person_id] = attempts[0]
    return found


def list_requests(
    resolved: Sequence[ResolvedRow],
    groups: Groups,
    book: SeatBook,
    latest: Mapping[str, Enrolment],
) -> list[SeatRequest]:
    """The requests of those who still need a seat; one who left tries anew."""
    served = set(book.pending_people())
    served |= {
        person_id
        for person_id, one in latest.items()
        if book.effective_state(one.id, one.state) != WITHDRAWN
    }
    requests: list[SeatRequest] = []
    for row in resolved:
        person_id = row.person_id
        if served.intersection(groups[person_id]):
            continue
        before = latest.get(person_id)
        attempt = before.attempt + 1 if before else 1
        id_ = enrolment_id(book.class_id, person_id, attempt)
        requests.append(SeatRequest(id_, person_id, row.branch.line))
        served.add(person_id)
    return requests
