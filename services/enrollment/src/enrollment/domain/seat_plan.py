"""What staff decide about the seats of a class: how many, and who may take how many."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from enrollment.domain import events
from enrollment.domain.enrolment import SEATED, WAITING, Enrolment
from enrollment.domain.seat_book import Quota, SeatBook
from enrollment.domain.seat_errors import (
    CapacityBelowTaken,
    QuotaBelowTaken,
    QuotaRepeated,
)
from enrollment.domain.waiting_ticket import WaitingTicket

CountSeated = Callable[[Sequence[str], Collection[str]], Mapping[str, int]]
"""Branches, and enrolments that do not count → by branch how many enrolments of it and
those below it have seats."""


@dataclass(frozen=True)
class SeatPlan:
    """A capacity and the caps of branches."""

    capacity: int
    quotas: tuple[tuple[str, int], ...] = ()

    def find_caps(self) -> dict[str, int]:
        """The caps by branch. Raises QuotaRepeated."""
        caps: dict[str, int] = {}
        for branch_id, seats in self.quotas:
            if branch_id in caps:
                raise QuotaRepeated(branch_id)
            caps[branch_id] = seats
        return caps

    def is_of(self, book: SeatBook) -> bool:
        """Whether a book has just these seats."""
        known = {branch: quota.cap for branch, quota in book.quotas.items()}
        return self.capacity == book.capacity and self.find_caps() == known

    def change_book(
        self,
        book: SeatBook,
        taken: Mapping[str, int],
        waiting_list: Iterable[WaitingTicket],
    ) -> SeatBook:
        """The book with these seats; what is added is taken by those who wait.

        `taken` has the seats of branches whose quotas are new to the book. Raises
        CapacityBelowTaken, QuotaBelowTaken, JournalFull.
        """
        if self.capacity < book.taken:
            raise CapacityBelowTaken(book.taken)
        quotas = {}
        for branch, cap in self.find_caps().items():
            known = book.quotas.get(branch)
            seats = known.taken if known else taken[branch]
            if cap < seats:
                raise QuotaBelowTaken(branch, seats)
            quotas[branch] = Quota(cap, seats)
        return book.change_capacity(self.capacity, quotas, waiting_list)


def to_event(book: SeatBook) -> events.SeatsChanged:
    """The event of a book whose seats were changed."""
    quotas = tuple(
        {"branch_id": branch, "seats": quota.cap}
        for branch, quota in sorted(book.quotas.items())
    )
    return events.SeatsChanged(book.class_id, book.capacity, quotas, book.revision)


def find_touched(book: SeatBook) -> set[str]:
    """The enrolments about which the journal has something to copy out."""
    touched: set[str] = set()
    for entry in book.journal:
        touched.update(entry.promoted, entry.left)
        touched.update(one.asking.enrolment_id for one in entry.granted)
        touched |= {entry.withdrawn} if entry.withdrawn else set()
    return touched


def count_taken(
    book: SeatBook,
    branch_ids: Sequence[str],
    count_stored: CountSeated,
    find_stored: Callable[[Sequence[str]], Mapping[str, Enrolment]],
) -> dict[str, int]:
    """By branch the seats that it and those below it have, by the book as it is.

    What the journal touches counts as the journal says, however much of it was copied
    out: so a count that is made after the book was read is right for its version.
    """
    touched = sorted(find_touched(book))
    counted = count_stored(branch_ids, touched)
    taken = {branch: counted.get(branch, 0) for branch in branch_ids}
    places = {one.id: (one.state, one.line) for one in find_stored(touched).values()}
    for entry in book.journal:
        for grant in entry.granted:
            state = SEATED if grant.seated else WAITING
            places[grant.asking.enrolment_id] = (state, grant.asking.line)
    for id_, (state, line) in places.items():
        if book.effective_state(id_, state) == SEATED:
            for branch in taken.keys() & set(line):
                taken[branch] += 1
    return taken
