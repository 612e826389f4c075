"""Leaving a class."""

from chassis.http.routing import Routes, post
from flask import Response

from gateway.identity.account import TRAINEE
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to
from gateway.pages.role_guard import for_role


class EnrolmentPages(Routes):
    """What a trainee does about an enrolment."""

    name = "enrolments"

    @post("/enrolments/<enrolment_id>/withdrawal")
    @for_role(TRAINEE)
    def withdraw_enrolment(self, enrolment_id: str) -> Response:
        left = page_services().enrollment.delete_enrolment(enrolment_id)
        return redirect_to(f"/classes/{left.class_id}")
