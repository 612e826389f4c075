"""Staff change how many seats a class has, and how many of them branches may take."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from enrollment.domain.errors import EditConflict, JournalFull, UnknownClass
from enrollment.domain.seat_book import SeatBook
from enrollment.domain.seat_errors import ClassOver, QuotaBranchUnknown
from enrollment.domain.seat_plan import SeatPlan, count_taken, to_event
from enrollment.domain.waiting_ticket import WaitingTicket
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.follow_classes import find_book
from enrollment.usecases.ports import Audit, Books, Branches, Catalog

AUDITED = "seats-changed"
"""What the audit log calls it."""


class PlannedBooks(Books, Protocol):
    """Seat books whose seats can be changed."""

    def change_and_publish(
        self,
        class_id: str,
        decide: Callable[[SeatBook], tuple[SeatBook, Sequence[object]] | None],
    ) -> SeatBook:
        """As `change`; what is decided brings events, written with it."""


class SeatedCounts(Protocol):
    """How many have seats."""

    def count_seated(
        self, class_id: str, branch_ids: Sequence[str], without: Sequence[str]
    ) -> Mapping[str, int]:
        """By branch how many enrolments of a class, of it and those below it, are
        seated; some of them left out, and branches without any."""


@dataclass(frozen=True)
class ForeseenSeats:
    """The seats before and after a change, and whom it promotes: by branch how many."""

    before: SeatBook
    after: SeatBook
    promoted: dict[str, int]


class ChangeSeats:
    """Seats of a class change and go to those who wait, in one write of its book."""

    def __init__(
        self,
        books: PlannedBooks,
        counts: SeatedCounts,
        branches: Branches,
        catalog: Catalog,
        seats: DecideSeats,
        audit: Audit,
    ) -> None:
        self.books, self.counts, self.branches = books, counts, branches
        self.catalog, self.seats, self.audit = catalog, seats, audit

    def __call__(
        self, who: str, class_id: str, wanted: SeatPlan, seen: int | None
    ) -> SeatBook:
        """The book as it is then. The same seats again change nothing.

        `seen` is the revision that the editor saw, None for whichever there is. Raises
        UnknownClass, ClassOver, EditConflict, CapacityBelowTaken, QuotaBelowTaken,
        QuotaRepeated, QuotaBranchUnknown.
        """
        self.get_book(class_id)

        def decide_seats(book: SeatBook) -> tuple[SeatBook, Sequence[object]] | None:
            if wanted.is_of(book):
                return None
            if seen not in (None, book.revision):
                raise EditConflict(version=book.revision)
            changed, _ = self._plan(book, wanted)
            self._note(who, book, wanted)
            return changed, [to_event(changed)]

        while True:
            try:
                self.books.change_and_publish(class_id, decide_seats)
                break
            except JournalFull:
                self.seats.copy_out(class_id)
        self.seats.copy_out(class_id)
        return self.get_book(class_id)

    def foresee_change(self, class_id: str, wanted: SeatPlan) -> ForeseenSeats:
        """What a change would bring about now; nothing is written. Raises as the
        change does, but for EditConflict."""
        self.seats.copy_out(class_id)
        book = self.get_book(class_id)
        if wanted.is_of(book):
            return ForeseenSeats(book, book, {})
        after, promoted = self._plan(book, wanted)
        by_branch = Counter(place.line[-1] for place in promoted)
        return ForeseenSeats(book, after, dict(by_branch))

    def get_book(self, class_id: str) -> SeatBook:
        """The book of a class; of one not known here, as catalog knows the class.
        Raises UnknownClass."""
        book = find_book(self.books, self.catalog, class_id)
        if book is None:
            raise UnknownClass(f"没有班级 {class_id}，或尚未开班")
        return book

    def _plan(
        self, book: SeatBook, wanted: SeatPlan
    ) -> tuple[SeatBook, list[WaitingTicket]]:
        """The changed book, and who was promoted; asked after the book was read."""
        if book.is_over(self.seats.college_today()):
            raise ClassOver("这个班已经结束，席位不再变：要延长请先改结束日期")
        new = sorted(wanted.find_caps().keys() - book.quotas.keys())
        known = self.branches.find_by_ids(new) if new else {}
        for branch_id in new:
            if branch_id not in known:
                raise QuotaBranchUnknown(branch_id)
        taken = self._count_taken(book, new) if new else {}
        looked_at: dict[str, WaitingTicket] = {}
        waiting = self._look_along(book, looked_at)
        changed = wanted.change_book(book, taken, waiting)
        entry = (
            changed.journal[-1] if len(changed.journal) > len(book.journal) else None
        )
        return changed, [looked_at[id_] for id_ in entry.promoted] if entry else []

    def _look_along(
        self, book: SeatBook, looked_at: dict[str, WaitingTicket]
    ) -> Iterator[WaitingTicket]:
        """The waiting list; whoever was looked at is noted."""
        stored = self.seats.enrolments.find_waiting(book.class_id)
        for place in book.waiting_list(stored):
            looked_at[place.enrolment_id] = place
            yield place

    def _count_taken(self, book: SeatBook, branch_ids: Sequence[str]) -> dict[str, int]:
        return count_taken(
            book,
            branch_ids,
            lambda ids, without: self.counts.count_seated(
                book.class_id, ids, sorted(without)
            ),
            self.seats.enrolments.find_by_ids,
        )

    def _note(self, who: str, book: SeatBook, wanted: SeatPlan) -> None:
        """The line comes before the change: who dies in between leaves one too many."""
        what = zlib.crc32(repr(wanted).encode())
        self.audit.add(
            who,
            AUDITED,
            book.class_id,
            key=f"{AUDITED}/{book.class_id}/{book.revision}/{what}/{who}",
            seats=f"{book.capacity} → {wanted.capacity}",
            quotas=f"{len(book.quotas)} → {len(wanted.quotas)}",
        )
