"""Find requests to join: for the branches that decide, and for who asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from enrollment.domain.join_request import LAPSED, JoinRequest
from enrollment.domain.people import Branch, Membership, Person
from enrollment.usecases.find_decidable import FindDecidable
from enrollment.usecases.join_ports import JoinRequests
from enrollment.usecases.people_ports import Merges
from enrollment.usecases.ports import Branches, Enrolments, People, Scope

BRANCHES_AT_ONCE = 800
"""The city's branches come in three answers."""
Place = tuple[float, str]
Read = Callable[[Sequence[str] | None, Place, int], list[JoinRequest]]


@dataclass(frozen=True)
class SeenRequest:
    """A request as a branch sees it; `seat` is how the person stands that it brought
    into the class."""

    request: JoinRequest
    branch: Branch
    membership: Membership
    person: Person
    seat: str = ""


class FindRequests:
    """Requests of people whom a branch within the scope holds today."""

    def __init__(
        self,
        branches: Branches,
        people: People,
        merges: Merges,
        enrolments: Enrolments,
        requests: JoinRequests,
        find_decidable: FindDecidable,
    ) -> None:
        self.branches, self.people, self.merges = branches, people, merges
        self.enrolments, self.requests = enrolments, requests
        self.find_decidable = find_decidable

    def find_pending(
        self, scope: Scope, after: Place, limit: int
    ) -> tuple[list[SeenRequest], Place | None]:
        """Those that wait to be decided, oldest first; where the next page begins."""
        read = self.requests.find_pending
        found, following = self._find_pages(read, scope, after, limit, pending=True)
        last = (following.asked, following.stored_id) if following else None
        return self._see(found), last

    def find_decided(
        self, scope: Scope, before: Place, limit: int
    ) -> tuple[list[SeenRequest], Place | None]:
        """Those that are decided, the last decided first."""
        read = self.requests.find_decided
        found, following = self._find_pages(read, scope, before, limit, pending=False)
        last = (following.decided, following.stored_id) if following else None
        return self._see(found), last

    def find_own(self, person_id: str) -> list[tuple[JoinRequest, Branch | None]]:
        """All of a human, newest first, each with the branch that was asked. One that
        does not stand any more is shown as lapsed before that is written down."""
        group = self.merges.find_group(person_id) if person_id else ()
        found = self.requests.find_by_people(group)
        decidable = self.find_decidable([one for one in found if one.is_pending])
        named = self.branches.find_by_ids(sorted({one.branch_id for one in found}))
        return [
            (
                replace(one, state=LAPSED)
                if one.is_pending and one.id not in decidable
                else one,
                named.get(one.branch_id),
            )
            for one in found
        ]

    def _find_pages(
        self, read: Read, scope: Scope, place: Place, limit: int, *, pending: bool
    ) -> tuple[list[JoinRequest], JoinRequest | None]:
        """So many within the scope, and the last one where there may be more."""
        ids = self._find_branch_ids(scope)
        # a decided one is shown also once the class is over
        find = (
            self.find_decidable if pending else self.find_decidable.find_asked_branches
        )
        found: list[JoinRequest] = []
        while True:
            page = read(ids, place, limit)
            held = find(page)
            found += [
                one
                for one in page
                if one.id in held and scope.covers(held[one.id].branch.line)
            ]
            if len(found) >= limit:
                return found[:limit], found[limit - 1]
            if len(page) < limit:
                return found, None
            last = page[-1]
            place = (last.asked if pending else last.decided, last.stored_id)

    def _find_branch_ids(self, scope: Scope) -> Sequence[str] | None:
        if scope.branch is None:
            return None
        pages = self.branches.find_ids_within(scope, "", BRANCHES_AT_ONCE)
        return [id_ for page in pages for id_ in page]

    def _see(self, found: Sequence[JoinRequest]) -> list[SeenRequest]:
        held = self.find_decidable.find_asked_branches(found)
        people = self.people.find_by_ids([one.person_id for one in found])
        brought = self.enrolments.find_brought([one.seat_key for one in found])
        seats = {one.chunk_id: one.state for one in brought}
        return [
            SeenRequest(
                one,
                held[one.id].branch,
                held[one.id].membership,
                people[one.person_id],
                seats.get(one.seat_key, ""),
            )
            for one in found
            if one.id in held and one.person_id in people
        ]
