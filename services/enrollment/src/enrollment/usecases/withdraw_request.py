"""Who asked to join a class takes that back."""

from enrollment.domain.errors import UnknownRequest
from enrollment.domain.join_request import Decided, JoinRequest
from enrollment.usecases.join_ports import JoinRequests
from enrollment.usecases.people_ports import Merges
from enrollment.usecases.ports import Now


class WithdrawRequest:
    """While nobody has decided; a seat is given back by leaving the class."""

    def __init__(self, requests: JoinRequests, merges: Merges, now: Now) -> None:
        self.requests, self.merges, self.now = requests, merges, now

    def __call__(self, person_id: str, request_id: str) -> JoinRequest:
        """The request, withdrawn. Raises UnknownRequest, AlreadyDecided."""
        group = self.merges.find_group(person_id) if person_id else ()
        request = self.requests.get(request_id)
        if request is None or request.person_id not in group:
            raise UnknownRequest("没有这个申请：请从班级页重新打开")

        def decide_withdrawal(stored: JoinRequest) -> Decided | None:
            is_same = stored.id == request_id
            return stored.withdraw(self.now().timestamp()) if is_same else None

        return self.requests.change(request.stored_id, decide_withdrawal)
