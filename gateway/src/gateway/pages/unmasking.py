"""A person's numbers in full, for who has the right and a reason."""

from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from contracts.http.enrollment import UnmaskingIn
from flask import Response

from gateway.forms.base import apply_problem
from gateway.forms.personal_data import UnmaskingForm
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role

NO_STORE = "private, no-store, no-transform"


class UnmaskingPages(Routes):
    """The page that shows numbers in full."""

    name = "unmasking"

    @route("/people/<person_id>/unmasking", "GET", "POST")
    @for_role(OFFICER, STAFF)
    def unmask_person(self, person_id: str) -> Response:
        """The person with numbers masked; after a reason was given, in full."""
        enrollment, form = page_services().enrollment, UnmaskingForm.of_request()
        person = enrollment.show_person(person_id)
        unmasked, status = None, 200
        if form.is_sent():
            try:
                asked = UnmaskingIn(reason=form.reason.data or "")
                unmasked = enrollment.post_unmasking(person_id, asked)
            except Problem as problem:
                if problem.status not in (403, 422):
                    raise
                apply_problem(form, problem, problem.detail)
                status = problem.status
        elif form.find_faults():
            status = 422
        page = render_page(
            "officer/unmasking.html",
            status,
            form=form,
            person=person,
            unmasked=unmasked,
        )
        page.headers["Cache-Control"] = NO_STORE
        return page
