"""/people/named and what officers and staff do about the participants of a class."""

from chassis.http.auth import current_caller, current_scope, require_roles
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, post
from chassis.ids import new_id
from contracts.http.participants import (
    LeaversIn,
    NamedMembershipOut,
    NamedPersonOut,
    PeopleNamedIn,
    ReturnOut,
    WithdrawalOut,
)
from flask import request

from enrollment.usecases.name_participants import (
    find_branches_of,
    name_participants,
)
from enrollment.usecases.people_ports import Merges
from enrollment.usecases.ports import Branches, People
from enrollment.usecases.withdraw_participants import (
    ReturnParticipants,
    WithdrawParticipants,
)


class ParticipantRoutes(Routes):
    """Routes for the participants of classes."""

    name = "participants"

    def __init__(
        self,
        branches: Branches,
        people: People,
        merges: Merges,
        withdraw: WithdrawParticipants,
        give_back: ReturnParticipants,
    ) -> None:
        self.branches, self.people, self.merges = branches, people, merges
        self.withdraw, self.give_back = withdraw, give_back

    @post("/people/named")
    @require_roles("officer", "staff")
    def list_named(self, asked: PeopleNamedIn) -> list[NamedPersonOut]:
        """Names and numbers of those of these people whom the caller reaches today;
        of others nothing, as of those who are not there."""
        named = name_participants(
            self.branches, self.people, self.merges, current_scope(), asked.person_ids
        )
        branches = find_branches_of(self.branches, named)
        return [
            NamedPersonOut(
                person_id=one.person_id,
                record_id=one.person.id,
                name=one.person.name,
                memberships=[
                    NamedMembershipOut(
                        branch_id=held.branch_id,
                        branch_name=branches[held.branch_id].name,
                        member_no=held.member_no,
                    )
                    for held in one.memberships
                ],
            )
            for one in named
        ]

    @post("/classes/<class_id>/withdrawals")
    @require_roles("officer", "staff")
    @idempotent
    def post_withdrawal(self, class_id: str, asked: LeaversIn) -> WithdrawalOut:
        """Several leave a class or its waiting list together; who has finished it
        stays."""
        key = request.headers.get("Idempotency-Key") or new_id()
        result = self.withdraw(
            _who_asks(), current_scope(), class_id, key, asked.enrolment_ids
        )
        return WithdrawalOut.of(result)

    @post("/classes/<class_id>/returns")
    @require_roles("officer", "staff")
    @idempotent
    def post_return(self, class_id: str, asked: LeaversIn) -> ReturnOut:
        """Withdrawals of the last days are undone, as far as the class has room."""
        result = self.give_back(
            _who_asks(), current_scope(), class_id, asked.enrolment_ids
        )
        return ReturnOut.of(result)


def _who_asks() -> str:
    """The account that an audit line names."""
    return current_caller().account or current_caller().branch
