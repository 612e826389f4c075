"""The seat book: one per class, the only place where seats are decided.

Decisions are copied out to enrolments afterwards and lie in the journal until then.
Nobody eligible ever waits while a seat is free: whatever frees a seat gives it to
the waiting list in the same step.
"""

import datetime
import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from enrollment.domain.errors import JournalFull
from enrollment.domain.waiting_ticket import WaitingTicket

BY_BRANCH, BY_ONESELF = "branch", "open"
"""How people get into a class: their branch enrols them, or they may do so too."""
LONGEST_JOURNAL = 40
"""Entries of up to 200 seat grants: at worst two MB of the 16 that a document may have.
Whoever meets a full journal copies it out first."""


@dataclass(frozen=True)
class SeatRequest:
    """A person's request for a seat. `line` is the branch's, root first."""

    enrolment_id: str
    person_id: str
    line: tuple[str, ...]

    @property
    def branch_id(self) -> str:
        """The branch that asks."""
        return self.line[-1]


@dataclass(frozen=True)
class SeatGrant:
    """The answer to a request: its ticket, and a seat or a place to wait."""

    asking: SeatRequest
    ticket: int
    seated: bool


@dataclass(frozen=True)
class JournalEntry:
    """A decision to be copied out: seats for a chunk, or a withdrawal `at` a moment.

    `promoted` are the enrolments that got the seats this decision freed, `left` those
    that it withdrew together: of a roster taken back, or for a change of a branch.
    """

    key: str
    granted: tuple[SeatGrant, ...] = ()
    withdrawn: str = ""
    at: datetime.datetime | None = None
    promoted: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leaver:
    """An enrolment that is withdrawn: its branch path, and whether it has a seat."""

    enrolment_id: str
    line: tuple[str, ...]
    is_seated: bool


@dataclass(frozen=True)
class Quota:
    """A cap on the seats of a branch and those below it, and how many are taken."""

    cap: int
    taken: int = 0


@dataclass(frozen=True)
class SeatBook:
    """The seats of one class. `ends_on` is its last day, an ISO date, or empty.

    `class_version` is the version of the class that the last day was taken from, 0 for
    one that was not changed since the book was begun. `revision` rises with each change
    of capacity and quotas. `state_version` is the same of `closed` and `cancelled`;
    `emptying` is set while a cancelled class has still people who must leave it.
    """

    class_id: str
    course_id: str
    capacity: int
    quotas: dict[str, Quota]
    taken: int = 0
    waiting: int = 0
    next_ticket: int = 1
    journal: tuple[JournalEntry, ...] = ()
    closed: bool = False
    ends_on: str = ""
    class_version: int = 0
    admission: str = BY_BRANCH
    revision: int = 1
    cancelled: bool = False
    state_version: int = 0
    emptying: bool = False

    def takes_people(self, today: datetime.date) -> bool:
        """Whether the class is open on a day of the college: not closed, not over."""
        return not self.closed and not self.is_over(today)

    def is_over(self, today: datetime.date) -> bool:
        """Whether the last day of the class has passed."""
        return bool(self.ends_on) and self.ends_on < today.isoformat()

    def get_entry(self, key: str) -> JournalEntry | None:
        """The decision under this key, while it is not copied out."""
        return next((entry for entry in self.journal if entry.key == key), None)

    def effective_state(self, enrolment_id: str, state: str) -> str:
        """A stored state together with what the journal has still to copy out."""
        for entry in self.journal:
            if enrolment_id in entry.promoted:
                state = "seated"
            if entry.withdrawn == enrolment_id or enrolment_id in entry.left:
                state = "withdrawn"
        return state

    def waiting_list(self, stored: Iterable[WaitingTicket]) -> Iterator[WaitingTicket]:
        """The waiting list by ticket: what is stored, and what the journal changes.

        Read lazily, so that whoever wants the first few reads no more.
        """
        added = [
            WaitingTicket(
                granted.asking.enrolment_id, granted.ticket, granted.asking.line
            )
            for entry in self.journal
            for granted in entry.granted
            if not granted.seated
        ]
        passed = {e.withdrawn for e in self.journal}
        passed.update(id_ for e in self.journal for id_ in (*e.promoted, *e.left))
        for place in heapq.merge(stored, added, key=lambda place: place.ticket):
            if place.enrolment_id not in passed:
                passed.add(place.enrolment_id)
                yield place

    def count_free(self, line: Iterable[str]) -> int:
        """How many of this branch path could have a seat now."""
        quotas = [self.quotas[branch] for branch in line if branch in self.quotas]
        left = [self.capacity - self.taken, *(one.cap - one.taken for one in quotas)]
        return max(0, min(left))

    def has_room(self, line: Iterable[str]) -> bool:
        """Whether somebody of this branch path could have a seat now."""
        return not self.cancelled and self.count_free(line) > 0

    def grant(
        self, requests: Sequence[SeatRequest]
    ) -> tuple["SeatBook", tuple[SeatGrant, ...]]:
        """Grants for all requests, in order: a ticket each, seats while there are."""
        book, granted = self, []
        for request in requests:
            seated = book.has_room(request.line)
            granted.append(SeatGrant(request, book.next_ticket, seated))
            book = replace(
                book._with_seats_taken(request.line, 1)
                if seated
                else book._with_waiting(1),
                next_ticket=book.next_ticket + 1,
            )
        return book, tuple(granted)

    def grant_into_journal(
        self, key: str, requests: Sequence[SeatRequest]
    ) -> tuple["SeatBook", JournalEntry]:
        """Grants for all requests, with their journal entry. Raises JournalFull."""
        book, granted = self.grant(requests)
        entry = JournalEntry(key, granted)
        return book._with_entry(entry), entry

    def pending_people(self) -> frozenset[str]:
        """People whose grants are in the journal and in no enrolment yet."""
        return frozenset(g.asking.person_id for e in self.journal for g in e.granted)

    def withdraw(
        self,
        key: str,
        enrolment_id: str,
        line: Sequence[str],
        was_seated: bool,
        waiting_list: Iterable[WaitingTicket],
        at: datetime.datetime,
    ) -> tuple["SeatBook", JournalEntry]:
        """The book after one has left; a freed seat goes to the first who may have it.

        `waiting_list` is in the order of tickets.
        """
        if not was_seated:
            entry = JournalEntry(key, withdrawn=enrolment_id, at=at)
            return self._with_waiting(-1)._with_entry(entry), entry
        book, promoted = self._with_seats_taken(line, -1)._promote_waiting(waiting_list)
        entry = JournalEntry(key, withdrawn=enrolment_id, at=at, promoted=promoted)
        return book._with_entry(entry), entry

    def withdraw_all(
        self,
        key: str,
        leavers: Sequence[Leaver],
        waiting_list: Iterable[WaitingTicket],
        at: datetime.datetime,
    ) -> "SeatBook":
        """The book after these have left together. Raises JournalFull.

        Their seats go to others who wait, who are in the order of tickets.
        """
        book, leaving = self, {leaver.enrolment_id for leaver in leavers}
        for leaver in leavers:
            book = (
                book._with_seats_taken(leaver.line, -1)
                if leaver.is_seated
                else book._with_waiting(-1)
            )
        promoted: tuple[str, ...] = ()
        if any(leaver.is_seated for leaver in leavers):
            others = (p for p in waiting_list if p.enrolment_id not in leaving)
            book, promoted = book._promote_waiting(others)
        left = tuple(leaver.enrolment_id for leaver in leavers)
        return book._with_entry(JournalEntry(key, at=at, promoted=promoted, left=left))

    def pass_on(
        self,
        key: str,
        leaver: Leaver,
        request: SeatRequest,
        waiting_list: Iterable[WaitingTicket],
        at: datetime.datetime,
    ) -> "SeatBook | None":
        """The book after one has left their seat to who asks for it; None if that one
        may not have it, for a quota. Raises JournalFull.

        What a quota frees by that goes to the waiting list.
        """
        freed = self._with_seats_taken(leaver.line, -1)
        if not freed.has_room(request.line):
            return None
        book, granted = freed.grant([request])
        book, promoted = book._promote_waiting(waiting_list)
        left = (leaver.enrolment_id,)
        entry = JournalEntry(key, granted, at=at, promoted=promoted, left=left)
        return book._with_entry(entry)

    def change_capacity(
        self,
        capacity: int,
        quotas: Mapping[str, Quota],
        waiting_list: Iterable[WaitingTicket],
    ) -> "SeatBook":
        """The book with other seats; what is added goes to those who wait, who are in
        the order of tickets. Raises JournalFull."""
        revision = self.revision + 1
        book = replace(self, capacity=capacity, quotas=dict(quotas), revision=revision)
        book, promoted = book._promote_waiting(waiting_list)
        entry = JournalEntry(f"seats/{revision}", promoted=promoted)
        return book._with_entry(entry) if promoted else book

    def without_entry(self, key: str) -> "SeatBook":
        """Without the decision under this key, which is copied out."""
        return replace(self, journal=tuple(e for e in self.journal if e.key != key))

    def _promote_waiting(
        self, waiting_list: Iterable[WaitingTicket]
    ) -> tuple["SeatBook", tuple[str, ...]]:
        book, promoted = self, []
        for place in () if self.cancelled else waiting_list:
            if book.taken >= book.capacity:
                break
            if book.has_room(place.line):
                book = book._with_seats_taken(place.line, 1)._with_waiting(-1)
                promoted.append(place.enrolment_id)
        return book, tuple(promoted)

    def _with_entry(self, entry: JournalEntry) -> "SeatBook":
        if len(self.journal) >= LONGEST_JOURNAL:
            raise JournalFull(self.class_id)
        return replace(self, journal=(*self.journal, entry))

    def _with_seats_taken(self, line: Iterable[str], seats: int) -> "SeatBook":
        quotas = dict(self.quotas)
        for branch in line:
            if branch in quotas:
                quota = quotas[branch]
                quotas[branch] = Quota(quota.cap, quota.taken + seats)
        return replace(self, taken=self.taken + seats, quotas=quotas)

    def _with_waiting(self, people: int) -> "SeatBook":
        return replace(self, waiting=self.waiting + people)
