"""Asking to join on the fakes of enrollment, with requests in memory."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from enrollment.domain.join_request import (
    LAPSED,
    PENDING,
    Decided,
    JoinRequest,
    stored_id_of,
)
from enrollment.domain.people import Membership, Person
from enrollment.domain.seat_book import SeatBook
from enrollment.usecases.ask_to_join import Asking, AskToJoin
from enrollment.usecases.decide_request import DecideRequest, Decision
from enrollment.usecases.find_decidable import FindDecidable
from enrollment.usecases.find_requests import FindRequests
from enrollment.usecases.ports import Scope
from enrollment.usecases.settle_requests import (
    LapseRequests,
    SettleRequest,
    SettleRequests,
)
from enrollment.usecases.withdraw_request import WithdrawRequest

from tests.unit.enrollment.fakes import Steps
from tests.unit.enrollment.merging_world import MergingWorld
from tests.unit.enrollment.scopes import below

EAST = below("dc")


class FakeRequests:
    """Requests to join, written under the version that was read, and what was told."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.rows: dict[str, tuple[int, JoinRequest]] = {}
        self.told: list[object] = []

    def get(self, request_id: str) -> JoinRequest | None:
        self.steps.step()
        _, found = self.rows.get(stored_id_of(request_id), (0, None))
        return found if found and found.id == request_id else None

    def create(self, request: JoinRequest) -> bool:
        self.steps.step()
        if request.stored_id in self.rows:
            return False
        self.rows[request.stored_id] = 1, request
        self.told += request.creation_events()
        self.steps.step()
        return True

    def change(
        self, stored_id: str, decide: Callable[[JoinRequest], Decided | None]
    ) -> JoinRequest:
        while True:
            version, stored = self.rows[stored_id]
            self.steps.step()
            decided = decide(stored)
            if decided is None:
                return stored
            self.steps.step()
            if self.rows[stored_id][0] == version:
                self.rows[stored_id] = version + 1, decided[0]
                self.told += decided[1]
                self.steps.step()
                return decided[0]

    def find_by_people(self, person_ids: Sequence[str]) -> list[JoinRequest]:
        found = [r for _, r in self.rows.values() if r.person_id in person_ids]
        return sorted(found, key=lambda r: (r.asked, r.id), reverse=True)

    def find_pending(
        self, branch_ids: Sequence[str] | None, after: tuple[float, str], limit: int
    ) -> list[JoinRequest]:
        found = [r for r in self._of(branch_ids) if r.state == PENDING]
        behind = [r for r in found if (r.asked, r.stored_id) > after]
        return sorted(behind, key=lambda r: (r.asked, r.stored_id))[:limit]

    def find_decided(
        self, branch_ids: Sequence[str] | None, before: tuple[float, str], limit: int
    ) -> list[JoinRequest]:
        found = [r for r in self._of(branch_ids) if r.decided]
        behind = [
            r for r in found if (-r.decided, r.stored_id) > (-before[0], before[1])
        ]
        return sorted(behind, key=lambda r: (-r.decided, r.stored_id))[:limit]

    def find_of_class(self, class_id: str, state: str, limit: int) -> list[JoinRequest]:
        every = [request for _, request in self.rows.values()]
        return [r for r in every if (r.class_id, r.state) == (class_id, state)][:limit]

    def has_lapsed(self, class_id: str, cause: str) -> bool:
        lapsed = self.find_of_class(class_id, LAPSED, len(self.rows))
        return any(one.cause == cause for one in lapsed)

    def find_unsettled(self, until: float, limit: int) -> list[JoinRequest]:
        due = [r for _, r in self.rows.values() if 0 < r.settle_due <= until]
        return due[:limit]

    def _of(self, branch_ids: Sequence[str] | None) -> list[JoinRequest]:
        every = [request for _, request in self.rows.values()]
        return [r for r in every if branch_ids is None or r.branch_id in branch_ids]


class JoiningWorld(MergingWorld):
    """An enrollment service in memory whose people ask to join."""

    def __init__(self, *books: SeatBook) -> None:
        super().__init__(*books)
        self.requests = FakeRequests(self.steps)
        self.seats.now = lambda: self.now
        branches, people, books_ = self.branches, self.people, self.books
        standing = FindDecidable(branches, people, books_, lambda: self.now)
        self.settle_one = SettleRequest(
            self.requests, self.enrolments, self.seats, self.merges, standing
        )
        self.settle = SettleRequests(self.requests, self.settle_one, lambda: self.now)
        self.lapse = LapseRequests(self.requests, standing, lambda: self.now)
        self.asking = AskToJoin(
            branches,
            people,
            self.merges,
            books_,
            self.enrolments,
            self.requests,
            self.catalog,
            lambda: self.now,
        )
        self.finding = FindRequests(
            branches, people, self.merges, self.enrolments, self.requests, standing
        )
        self.deciding = DecideRequest(
            self.requests, standing, self.settle_one, lambda: self.now, self.audit
        )
        self.withdrawing = WithdrawRequest(self.requests, self.merges, lambda: self.now)

    def add_member(self, person_id: str, branch_id: str = "dc", **more: str) -> None:
        """A person who is a member of a branch."""
        phone = f"139{len(self.people.rows):08d}"
        person = Person(person_id, f"李{person_id}", phone)
        self.people.rows.setdefault(person_id, (person, branch_id))
        held = Membership(person_id, branch_id, f"M-{person_id}", "2026-01-01")
        held = replace(held, **more)  # type: ignore[arg-type]
        self.people.memberships[held.id] = held

    def end_membership(self, person_id: str, branch_id: str = "dc") -> None:
        """The branch holds the person no longer."""
        id_ = f"{branch_id}:M-{person_id}"
        held = self.people.memberships[id_]
        self.people.memberships[id_] = held.end_term("2026-11-23")

    def ask(self, person_id: str, branch: str = "", why: str = "") -> JoinRequest:
        return self.asking(person_id, Asking("c1", branch, why))

    def approve(self, id_: str, scope: Scope = EAST, by: str = "o") -> JoinRequest:
        return self.deciding(id_, Decision(by, scope, True))

    def refuse(
        self,
        id_: str,
        scope: Scope = EAST,
        reason: str = "先学别的",
    ) -> JoinRequest:
        return self.deciding(id_, Decision("o", scope, False, reason))

    def pending(self, scope: Scope) -> list[str]:
        """Whose requests a scope has to decide."""
        found, _ = self.finding.find_pending(scope, (0.0, ""), 100)
        return [one.request.person_id for one in found]
