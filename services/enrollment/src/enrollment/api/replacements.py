"""/classes/{class}/replacements: a seat passes on from one participant to another."""

from chassis.http.auth import current_caller, current_scope, require_roles
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, post
from chassis.ids import new_id
from contracts.http.enrollment import EnrolmentOut
from contracts.http.participants import ReplacementIn
from flask import request

from enrollment.usecases.replace_participant import Newcomer, ReplaceParticipant


class ReplacementRoutes(Routes):
    """The route by which a participant is replaced."""

    name = "replacements"

    def __init__(self, replace: ReplaceParticipant) -> None:
        self.replace = replace

    @post("/classes/<class_id>/replacements")
    @require_roles("officer", "staff")
    @idempotent
    def post_replacement(self, class_id: str, asked: ReplacementIn) -> EnrolmentOut:
        """Somebody else gets the seat of an enrolment, whoever waits."""
        who = current_caller()
        newcomer = Newcomer(
            asked.member_no,
            asked.branch_id,
            asked.name,
            asked.phone,
            asked.email,
            asked.id_number,
        )
        brought = self.replace(
            who.account or who.branch,
            current_scope(),
            class_id,
            asked.enrolment_id,
            request.headers.get("Idempotency-Key") or new_id(),
            newcomer,
        )
        return EnrolmentOut.of(brought)
