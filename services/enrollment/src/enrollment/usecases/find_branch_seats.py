"""What a branch and those below it have of the seats of classes, or could have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from enrollment.domain.enrolment import SEATED, WAITING
from enrollment.domain.people import Branch
from enrollment.domain.seat_book import SeatBook
from enrollment.usecases.ports import Branches, Scope, ShownBooks


class PlaceCounts(Protocol):
    """The places of a branch's people, counted."""

    def count_places(
        self, branch_id: str, class_ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, int]]:
        """By class how many of the branch and those below it have each state."""


@dataclass(frozen=True)
class BranchQuota:
    """The quota of a branch: its cap, what is taken of it, what can still be had."""

    branch: Branch
    cap: int
    taken: int
    free: int


@dataclass(frozen=True)
class BranchSeats:
    """A class as it stands for a branch: how many of the branch and those below it are
    in or wait, how many more could have a seat now, and the quotas among them."""

    book: SeatBook
    seated: int
    waiting: int
    free: int
    quotas: list[BranchQuota]


def find_branch_seats(
    books: ShownBooks,
    counts: PlaceCounts,
    branches: Branches,
    branch: Branch,
    scope: Scope,
    class_ids: Sequence[str],
) -> list[BranchSeats]:
    """The classes in this order, of unknown ones none; the quotas of the branch and of
    those that the scope reaches, the branch's own first."""
    found = books.find_by_ids(class_ids)
    known = [found[id_] for id_ in dict.fromkeys(class_ids) if id_ in found]
    counted = counts.count_places(branch.id, [book.class_id for book in known])
    named = branches.find_by_ids(sorted({id_ for book in known for id_ in book.quotas}))
    seen = sorted(
        (one for one in named.values() if scope.covers(one.line)),
        key=lambda one: one.line,
    )
    return [
        BranchSeats(
            book,
            counted.get(book.class_id, {}).get(SEATED, 0),
            counted.get(book.class_id, {}).get(WAITING, 0),
            book.count_free(branch.line),
            [_quota_of(book, one) for one in seen if one.id in book.quotas],
        )
        for book in known
    ]


def _quota_of(book: SeatBook, branch: Branch) -> BranchQuota:
    quota = book.quotas[branch.id]
    return BranchQuota(branch, quota.cap, quota.taken, book.count_free(branch.line))
