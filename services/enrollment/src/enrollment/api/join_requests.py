"""/classes/{class}/requests and /requests: asking to join a class, and the answer."""

import datetime

from chassis.http.auth import current_caller, current_scope, require_roles
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, delete, get, post
from contracts.http.join_requests import (
    DecisionOut,
    DecisionsIn,
    JoinBranchOut,
    JoinIn,
    JoinRequestOut,
    OwnRequestOut,
    OwnRequestsOut,
    RequestsQuery,
)
from contracts.http.shape import Page

from enrollment.domain.errors import BadCursor, Refusal, UnknownRequest
from enrollment.domain.join_request import JoinRequest
from enrollment.usecases.ask_to_join import Asking, AskToJoin
from enrollment.usecases.decide_request import DecideRequest, Decision
from enrollment.usecases.find_requests import FindRequests, Place, SeenRequest
from enrollment.usecases.ports import Branches, Enrolments
from enrollment.usecases.withdraw_request import WithdrawRequest

FIRST: Place = (0.0, "")
LAST: Place = (1e12, "")
"""Before every moment in epoch seconds, and behind it."""


class JoinRequestRoutes(Routes):
    """Routes for requests to join."""

    name = "join_requests"

    def __init__(
        self,
        branches: Branches,
        enrolments: Enrolments,
        ask: AskToJoin,
        find: FindRequests,
        decide: DecideRequest,
        withdraw: WithdrawRequest,
    ) -> None:
        self.branches, self.enrolments = branches, enrolments
        self.ask, self.find = ask, find
        self.decide, self.withdraw = decide, withdraw

    @post("/classes/<class_id>/requests", status=201)
    @require_roles("trainee")
    @idempotent
    def post_request(self, class_id: str, asked: JoinIn) -> OwnRequestOut:
        """The trainee asks the own branch to join a class."""
        wanted = Asking(class_id, asked.branch_id, asked.why)
        return self._show_own(self.ask(current_caller().person, wanted))

    @get("/requests/own")
    @require_roles("trainee")
    def list_own(self) -> OwnRequestsOut:
        """What the trainee asked of classes, newest first, and who can be asked."""
        person = current_caller().person
        items = [
            _show_own(request, branch.name if branch else request.branch_id)
            for request, branch in self.find.find_own(person)
        ]
        branches = [
            JoinBranchOut(branch_id=branch.id, branch_name=branch.name)
            for branch in self.ask.find_branches(person)
        ]
        return OwnRequestsOut(items=items, branches=branches)

    @delete("/requests/<request_id>")
    @require_roles("trainee")
    def delete_request(self, request_id: str) -> OwnRequestOut:
        """Who asked takes it back, while nobody has decided."""
        return self._show_own(self.withdraw(current_caller().person, request_id))

    @get("/requests")
    @require_roles("officer", "staff")
    def list_requests(self, asked: RequestsQuery) -> Page[JoinRequestOut]:
        """The requests of people whom a branch holds that the caller sees."""
        if asked.decided:
            place = _read_cursor(asked.after) if asked.after else LAST
            found, last = self.find.find_decided(current_scope(), place, asked.limit)
        else:
            place = _read_cursor(asked.after) if asked.after else FIRST
            found, last = self.find.find_pending(current_scope(), place, asked.limit)
        return Page(
            items=[_show_seen(one) for one in found],
            next=f"{last[0]!r}/{last[1]}" if last else "",
        )

    @post("/requests/decisions")
    @require_roles("officer", "staff")
    @idempotent
    def post_decisions(self, asked: DecisionsIn) -> list[DecisionOut]:
        """Requests are approved or refused by the branch that was asked, or one above,
        while it holds the person; what became of each. None of them known: 404."""
        who = current_caller()
        decision = Decision(
            who.account, current_scope(), asked.decision == "approved", asked.reason
        )
        ids = list(dict.fromkeys(asked.ids))
        done = [self._decide(id_, decision) for id_ in ids]
        if all(one.refused == UnknownRequest.slug for one in done):
            raise UnknownRequest("没有这个申请，或不归本单位答复：请刷新后再看")
        return done

    def _decide(self, request_id: str, decision: Decision) -> DecisionOut:
        try:
            decided = self.decide(request_id, decision)
        except Refusal as refusal:
            if "field" in refusal.members:
                raise
            return DecisionOut(id=request_id, refused=refusal.slug)
        brought = self.enrolments.find_brought([decided.seat_key])
        seat = brought[0].state if brought else ""
        return DecisionOut(id=request_id, state=decided.state, seat=seat)

    def _show_own(self, request: JoinRequest) -> OwnRequestOut:
        branch = self.branches.get(request.branch_id)
        return _show_own(request, branch.name if branch else request.branch_id)


def _show_own(request: JoinRequest, branch_name: str) -> OwnRequestOut:
    return OwnRequestOut.of(
        request,
        branch_name=branch_name,
        asked=_moment_of(request.asked),
        decided=_moment_of(request.decided) if request.decided else None,
    )


def _show_seen(seen: SeenRequest) -> JoinRequestOut:
    request = seen.request
    return JoinRequestOut.of(
        request,
        name=seen.person.name,
        member_no=seen.membership.member_no,
        branch_name=seen.branch.name,
        asked=_moment_of(request.asked),
        decided=_moment_of(request.decided) if request.decided else None,
        seat=seen.seat,
    )


def _moment_of(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def _read_cursor(cursor: str) -> Place:
    """Where a page begins. Raises BadCursor."""
    moment, _, id_ = cursor.partition("/")
    try:
        seconds = float(moment)
    except ValueError as error:
        raise BadCursor("没有这一页：请从第一页看起") from error
    if not (id_ and 0.0 <= seconds < LAST[0]):
        raise BadCursor("没有这一页：请从第一页看起")
    return seconds, id_
