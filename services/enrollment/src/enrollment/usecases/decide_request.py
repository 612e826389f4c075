"""A branch approves or refuses what its people ask."""

from collections.abc import Callable
from dataclasses import dataclass

from enrollment.domain.errors import FieldIllegal, RequestLapsed, UnknownRequest
from enrollment.domain.join_request import LAPSED, Decided, JoinRequest
from enrollment.usecases.find_decidable import AskedBranch, FindDecidable
from enrollment.usecases.join_ports import JoinRequests
from enrollment.usecases.ports import Audit, Now, Scope
from enrollment.usecases.settle_requests import SettleRequest

SETTLE_SECONDS = 60.0
"""A seat is asked for at once; whoever died before that is followed after this."""
AUDITED_APPROVAL, AUDITED_REFUSAL = "request-approved", "request-refused"
"""What the audit log calls them."""


@dataclass(frozen=True)
class Decision:
    """What somebody decides: yes, or no for a reason; `account_id` with this scope."""

    account_id: str
    scope: Scope
    is_approval: bool
    reason: str = ""


class DecideRequest:
    """By the branch that was asked, or one above, while it holds the person."""

    def __init__(
        self,
        requests: JoinRequests,
        find_decidable: FindDecidable,
        settle: SettleRequest,
        now: Now,
        audit: Audit,
    ) -> None:
        self.requests, self.find_decidable = requests, find_decidable
        self.settle, self.now, self.audit = settle, now, audit

    def __call__(self, request_id: str, decision: Decision) -> JoinRequest:
        """The request as it is decided; the same decision again changes nothing.

        Raises UnknownRequest, FieldIllegal without a reason to refuse, AlreadyDecided,
        RequestLapsed.
        """
        if not decision.is_approval and not decision.reason:
            advice = "请写明不同意的理由：申请人会看到"
            raise FieldIllegal(advice, "reason", "text-missing")
        request = self.requests.get(request_id)
        asked_branch = self._find_asked_branch(request, decision.scope)
        if request is None or asked_branch is None:
            raise UnknownRequest("没有这个申请，或不归本单位答复：请刷新后再看")
        decided = self.requests.change(
            request.stored_id, self._decide_as(request, decision)
        )
        if decided.id != request.id:
            raise UnknownRequest("申请人已另行申请：请刷新后再看")
        if decided.settle_due:
            decided = self.settle(decided)
        if decided.state == LAPSED:
            raise RequestLapsed("申请已失效：班级已停止报名，或申请人已离开这个单位")
        return decided

    def _find_asked_branch(
        self, request: JoinRequest | None, scope: Scope
    ) -> AskedBranch | None:
        """How a branch within the scope holds the person of a request today."""
        if request is None:
            return None
        asked = self.find_decidable.find_asked_branches([request]).get(request.id)
        return asked if asked and scope.covers(asked.branch.line) else None

    def _decide_as(
        self, request: JoinRequest, decision: Decision
    ) -> Callable[[JoinRequest], Decided | None]:
        by, at = decision.account_id, self.now().timestamp()

        def decide(stored: JoinRequest) -> Decided | None:
            if stored.id != request.id or stored.state == LAPSED:
                return None
            if stored.is_pending and not self.find_decidable([stored]):
                return stored.lapse(at)
            decided = (
                stored.approve(by, at, at + SETTLE_SECONDS)
                if decision.is_approval
                else stored.refuse(by, at, decision.reason)
            )
            if decided:
                self._note(by, stored, decision)
            return decided

        return decide

    def _note(self, by: str, request: JoinRequest, decision: Decision) -> None:
        """The line comes before the change: who dies in between leaves one too many."""
        action = AUDITED_APPROVAL if decision.is_approval else AUDITED_REFUSAL
        key = f"{action}-{request.id}-{by}"
        class_id = {"class": request.class_id}
        self.audit.add(by, action, request.person_id, key=key, **class_id)
