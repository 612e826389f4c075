"""Taking a seat in a class that is open to all, and leaving a class."""

from chassis.http.problem import Problem
from chassis.http.routing import Routes, post
from flask import Response

from gateway.forms.base import apply_problem
from gateway.forms.joining import EnrolForm
from gateway.identity.account import TRAINEE
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role


class EnrolmentPages(Routes):
    """What a trainee does about an enrolment."""

    name = "enrolments"

    @post("/classes/<class_id>/enrolment")
    @for_role(TRAINEE)
    def enrol_oneself(self, class_id: str) -> Response:
        """A seat, or a place to wait: the class's page shows which."""
        services = page_services()
        class_ = services.catalog.show_class(class_id)
        form = EnrolForm.of_request()
        form.offer_branches(services.enrollment.list_own_requests().branches)
        template = "trainee/requests/enrol.html"
        if not form.is_sent():
            return render_page(template, 422, form=form, class_=class_)
        try:
            asked, key = form.to_enrolment(), form.once_key
            services.enrollment.post_enrolment(class_id, asked, key)
        except Problem as problem:
            if problem.status not in (409, 422, 503):
                raise
            apply_problem(form, problem, problem.detail)
            return render_page(template, problem.status, form=form, class_=class_)
        return redirect_to(f"/classes/{class_id}")

    @post("/enrolments/<enrolment_id>/withdrawal")
    @for_role(TRAINEE)
    def withdraw_enrolment(self, enrolment_id: str) -> Response:
        left = page_services().enrollment.delete_enrolment(enrolment_id)
        return redirect_to(f"/classes/{left.class_id}")
