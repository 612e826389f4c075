"""A trainee asks the own branch to join a class."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from enrollment.domain.enrolment import WITHDRAWN
from enrollment.domain.errors import (
    AlreadyEnrolled,
    NotOpen,
    RequestPending,
    UnknownClass,
)
from enrollment.domain.join_request import Decided, JoinRequest
from enrollment.domain.people import Branch
from enrollment.domain.seat_book import SeatBook
from enrollment.usecases.decide_seats import day_at_college
from enrollment.usecases.find_decidable import FindDecidable
from enrollment.usecases.follow_classes import find_book
from enrollment.usecases.join_ports import JoinRequests
from enrollment.usecases.own_branches import OwnBranches
from enrollment.usecases.people_ports import Merges
from enrollment.usecases.ports import (
    Branches,
    Catalog,
    Enrolments,
    Now,
    People,
    ShownBooks,
)


@dataclass(frozen=True)
class Asking:
    """What is asked: the class, by which branch (none where there is but one), why."""

    class_id: str
    branch_id: str = ""
    why: str = ""


class AskToJoin:
    """One pending request a human and class; who is enrolled has nothing to ask."""

    def __init__(
        self,
        branches: Branches,
        people: People,
        merges: Merges,
        books: ShownBooks,
        enrolments: Enrolments,
        requests: JoinRequests,
        catalog: Catalog,
        now: Now,
    ) -> None:
        self.own_branches, self.merges = OwnBranches(branches, people), merges
        self.books, self.enrolments, self.now = books, enrolments, now
        self.requests, self.catalog = requests, catalog
        self.find_decidable = FindDecidable(branches, people, books, now)

    def __call__(self, person_id: str, asked: Asking) -> JoinRequest:
        """The request as it is stored. Raises UnknownClass, NotOpen, BranchToAsk,
        AlreadyEnrolled, RequestPending."""
        book = find_book(self.books, self.catalog, asked.class_id)
        if book is None:
            raise UnknownClass(f"没有班级 {asked.class_id}，或尚未开班")
        if not book.takes_people(day_at_college(self.now())):
            raise NotOpen("这个班已停止报名：请另选一班")
        group = self.merges.find_group(person_id)
        _, place = self.own_branches.choose_branch(group, asked.branch_id)
        self._require_unserved(book, group)
        wanted = JoinRequest(
            class_id=asked.class_id,
            human_id=group[0],
            person_id=place.person_id,
            branch_id=place.branch_id,
            asked=self.now().timestamp(),
            why=asked.why,
        )
        self._require_none_pending(wanted, group)
        return self._put(wanted, group)

    def _put(self, wanted: JoinRequest, group: Sequence[str]) -> JoinRequest:
        """The request in its place. There may lie one of somebody who is another human
        again, since a merge was undone: that one stays, and this one lies beside it."""

        def decide_asking(stored: JoinRequest) -> Decided | None:
            if stored.person_id not in group:
                return None
            return stored.ask_again(wanted, bool(self.find_decidable([stored])))

        number = 1
        while not self.requests.create(wanted):
            stored = self.requests.change(wanted.stored_id, decide_asking)
            if stored.person_id in group:
                return stored
            number += 1
            wanted = replace(wanted, human_id=f"{group[0]}-{number}")
        return wanted

    def find_branches(self, person_id: str) -> list[Branch]:
        """The branches that a person can ask: open ones that hold the human today."""
        group = self.merges.find_group(person_id) if person_id else ()
        return [branch for branch, _ in self.own_branches.find(group)]

    def _require_unserved(self, book: SeatBook, group: Sequence[str]) -> None:
        attempts = self.enrolments.find_attempts(book.class_id, "", group)
        is_enrolled = any(
            book.effective_state(one.id, one.state) != WITHDRAWN for one in attempts
        )
        if is_enrolled or book.pending_people().intersection(group):
            raise AlreadyEnrolled("您已经报上这个班，或在候补：不必再申请")

    def _require_none_pending(self, wanted: JoinRequest, group: Sequence[str]) -> None:
        """None under another record of the human, as where two were merged since."""
        others = [
            one
            for one in self.requests.find_by_people(group)
            if one.class_id == wanted.class_id and one.stored_id != wanted.stored_id
        ]
        pending = [one for one in others if one.is_pending]
        if self.find_decidable(pending) or any(one.settle_due for one in others):
            raise RequestPending("您已经申请过这个班，单位还没有答复：请等答复")
