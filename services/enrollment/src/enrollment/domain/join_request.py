"""A trainee asks to join a class, and the own branch says yes or no."""

from dataclasses import dataclass, replace

from enrollment.domain import events
from enrollment.domain.errors import AlreadyDecided, RequestPending

PENDING, APPROVED, REFUSED = "pending", "approved", "refused"
WITHDRAWN, LAPSED = "withdrawn", "lapsed"
Decided = tuple["JoinRequest", list[object]]
"""A request as it is from now on, and what happened by that."""


@dataclass(frozen=True)
class JoinRequest:
    """What a human asks of a class: the last time, of which `round` says which it is.

    `human_id` is the record that counted when it was asked, so that one human has one
    request in a class, with a number where another human's lies under that record;
    `person_id` is the record that the branch holds. `why` are the words of who asks,
    `reason` those of who refused: neither leaves this service. `asked` and `decided`
    are moments in epoch seconds. `settle_due` is above zero while the seat of an
    approved one has still to be asked for. `cause` says why it lapsed, where that is
    told.
    """

    class_id: str
    human_id: str
    person_id: str
    branch_id: str
    asked: float
    round: int = 1
    why: str = ""
    state: str = PENDING
    reason: str = ""
    decided_by: str = ""
    decided: float = 0.0
    settle_due: float = 0.0
    cause: str = ""

    @property
    def stored_id(self) -> str:
        """Class and human: under it the last round is stored."""
        return stored_id(self.class_id, self.human_id)

    @property
    def id(self) -> str:
        """Class, human and round: a decision means one round and no later one."""
        return f"{self.stored_id}.{self.round}"

    @property
    def seat_key(self) -> str:
        """The key under which the seat book decides about it, once."""
        return f"request/{self.id}"

    @property
    def is_pending(self) -> bool:
        """Whether nobody has decided it."""
        return self.state == PENDING

    def creation_events(self) -> list[object]:
        """The event of a request that is made."""
        made = events.RequestMade(
            self.id, self.class_id, self.person_id, self.branch_id
        )
        return [made]

    def ask_again(self, wanted: "JoinRequest", is_decidable: bool) -> Decided:
        """The next round. Raises RequestPending while this one is decided by nobody and
        stands, or its seat is being asked for."""
        if (self.is_pending and is_decidable) or self.settle_due:
            raise RequestPending("您已经申请过这个班，单位还没有答复：请等答复")
        again = replace(wanted, round=self.round + 1)
        return again, again.creation_events()

    def approve(self, by: str, at: float, due: float) -> Decided | None:
        """Approved; its seat is asked for until `due` at the latest. None if it was.
        Raises AlreadyDecided."""
        if self.state == APPROVED:
            return None
        self._require_pending()
        approved = replace(
            self, state=APPROVED, decided_by=by, decided=at, settle_due=due
        )
        return approved, []

    def settle_seat(self, state: str, cause: str = "") -> Decided | None:
        """The seat of an approved one was asked for, or could not be. None if that is
        known."""
        if not self.settle_due:
            return None
        settled = replace(self, state=state, settle_due=0.0, cause=cause)
        return settled._with_decision()

    def refuse(self, by: str, at: float, reason: str) -> Decided | None:
        """Refused; None if it was for this reason. Raises AlreadyDecided."""
        if self.state == REFUSED and self.reason == reason:
            return None
        return self._close_as(REFUSED, by, at, reason)

    def withdraw(self, at: float) -> Decided | None:
        """Taken back by who asked; None if it was. Raises AlreadyDecided."""
        return None if self.state == WITHDRAWN else self._close_as(WITHDRAWN, "", at)

    def lapse(self, at: float, cause: str = "") -> Decided | None:
        """Nobody may decide it any more; None unless it is pending."""
        if not self.is_pending:
            return None
        return replace(self, cause=cause)._close_as(LAPSED, "", at)

    def _close_as(self, state: str, by: str, at: float, reason: str = "") -> Decided:
        self._require_pending()
        closed = replace(self, state=state, decided_by=by, decided=at, reason=reason)
        return closed._with_decision()

    def _require_pending(self) -> None:
        if not self.is_pending:
            raise AlreadyDecided(self.state)

    def _with_decision(self) -> Decided:
        about = (self.id, self.class_id, self.person_id, self.branch_id)
        decided = events.RequestDecided(*about, decision=self.state, cause=self.cause)
        return self, [decided]


def stored_id(class_id: str, human_id: str) -> str:
    """The id under which the request of a human in a class is stored."""
    return f"{class_id}.{human_id}"


def stored_id_of(request_id: str) -> str:
    """The same, from the id of a round."""
    return request_id.rpartition(".")[0]
