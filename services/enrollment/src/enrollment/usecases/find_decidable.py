"""Which requests stand: the branch holds the person still, and the class is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from enrollment.domain.join_request import JoinRequest
from enrollment.domain.people import Branch, Membership
from enrollment.usecases.decide_seats import day_at_college
from enrollment.usecases.ports import Branches, Now, People, ShownBooks


@dataclass(frozen=True)
class AskedBranch:
    """The branch of a request as it is today, and the membership by which it holds the
    person."""

    branch: Branch
    membership: Membership


class FindDecidable:
    """Asks of many at once: a few reads, however many requests."""

    def __init__(
        self, branches: Branches, people: People, books: ShownBooks, now: Now
    ) -> None:
        self.branches, self.people = branches, people
        self.books, self.now = books, now

    def __call__(self, requests: Sequence[JoinRequest]) -> dict[str, AskedBranch]:
        """Those that stand, by id, each with the branch that decides."""
        is_open = self.find_open({request.class_id for request in requests})
        return self.find_asked_branches([r for r in requests if r.class_id in is_open])

    def find_asked_branches(
        self, requests: Sequence[JoinRequest]
    ) -> dict[str, AskedBranch]:
        """Those whose branch holds the person today, by id; the class may be over."""
        memberships = self.people.pick_active(
            self.people.find_memberships_of(sorted({r.person_id for r in requests}))
        )
        by_place = {(m.person_id, m.branch_id): m for m in memberships}
        named = self.branches.find_by_ids(sorted({r.branch_id for r in requests}))
        found: dict[str, AskedBranch] = {}
        for request in requests:
            held = by_place.get((request.person_id, request.branch_id))
            branch = named.get(request.branch_id)
            if held is not None and branch is not None:
                found[request.id] = AskedBranch(branch, held)
        return found

    def find_open(self, class_ids: Iterable[str]) -> set[str]:
        """Those of these classes that take people today."""
        today = day_at_college(self.now())
        books = self.books.find_by_ids(sorted(class_ids))
        return {id_ for id_, book in books.items() if book.takes_people(today)}

    def find_cancelled(self, class_ids: Iterable[str]) -> set[str]:
        """Those of these classes that are cancelled."""
        books = self.books.find_by_ids(sorted(class_ids))
        return {id_ for id_, book in books.items() if book.cancelled}
