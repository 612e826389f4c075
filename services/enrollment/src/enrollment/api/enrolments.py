"""/classes/{class}/… and /enrolments: seats as they stand, and leaving."""

from chassis.http.auth import current_caller, current_scope, require_roles
from chassis.http.body import json_response, read_query
from chassis.http.routing import Routes, delete, get
from flask import Response

from enrollment.api import shapes
from enrollment.domain.enrolment import Enrolment
from enrollment.domain.errors import UnknownClass, UnknownEnrolment
from enrollment.usecases.leave_class import LeaveClass
from enrollment.usecases.ports import Books, ShownEnrolments


class EnrolmentRoutes(Routes):
    """Routes for enrolments."""

    name = "enrolments"

    def __init__(
        self, books: Books, enrolments: ShownEnrolments, leave: LeaveClass
    ) -> None:
        self.books, self.enrolments, self.leave = books, enrolments, leave

    @get("/classes/<class_id>/seats")
    @require_roles("trainee", "officer", "staff")
    def show_seats(self, class_id: str) -> Response:
        book = self.books.get(class_id)
        if book is None:
            raise UnknownClass(f"没有班级 {class_id}，或尚未开班")
        return json_response(shapes.dump_seats(book))

    @get("/classes/<class_id>/enrolments")
    @require_roles("officer", "staff")
    def list_enrolments(self, class_id: str) -> Response:
        asked = read_query(shapes.TicketsIn)
        page = self.enrolments.find_by_class(
            class_id, current_scope(), asked.after, asked.limit
        )
        more = str(page[-1].ticket) if len(page) == asked.limit else ""
        listed = [shapes.dump_enrolment(enrolment) for enrolment in page]
        return json_response({"enrolments": listed, "next": more})

    @get("/enrolments")
    @require_roles("trainee")
    def list_own_enrolments(self) -> Response:
        attempts = self.enrolments.find_by_person(current_caller().person)
        return json_response(
            [
                shapes.dump_own_enrolment(
                    enrolment, self.enrolments.get_waiting_place(enrolment)
                )
                for enrolment in attempts
            ]
        )

    @delete("/enrolments/<enrolment_id>")
    @require_roles("trainee", "officer", "staff")
    def delete_enrolment(self, enrolment_id: str) -> Response:
        enrolment = self.enrolments.get(enrolment_id)
        if enrolment is None or not _may_see(enrolment):
            raise UnknownEnrolment(f"没有报名 {enrolment_id}，或不在本单位之下")
        self.leave(enrolment_id)
        left = self.enrolments.get(enrolment_id) or enrolment
        return json_response(shapes.dump_enrolment(left))


def _may_see(enrolment: Enrolment) -> bool:
    """Whether an enrolment is the caller's own, or lies in the caller's scope."""
    who = current_caller()
    if who.person == enrolment.person_id:
        return True
    return who.has_role("officer", "staff") and current_scope().covers(enrolment.line)
