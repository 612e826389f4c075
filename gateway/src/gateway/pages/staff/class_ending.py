"""A class is cancelled, or one that was closed or cancelled is opened again."""

from chassis.http.problem import Problem
from chassis.http.routing import Routes, post, route
from contracts.http.catalog import CancellationIn, ClassOut
from flask import Response, request

from gateway.clients.page_services import PageServices
from gateway.forms.base import apply_problem
from gateway.forms.classes import CancellationForm
from gateway.identity.account import STAFF
from gateway.pages.college_day import Today
from gateway.pages.course_system import add_seats
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.class_lines import PATH, path_of, view_class

STANDING = ("open", "closed")
"""States in which a class can be cancelled."""


class ClassEndingPages(Routes):
    """The question before a class is cancelled, and the ways back."""

    name = "class_ending"

    def __init__(self, today: Today) -> None:
        self.today = today

    @route(f"{PATH}/<class_id>/cancellation", "GET", "POST")
    @for_role(STAFF)
    def cancel_class(self, class_id: str) -> Response:
        """What goes is named, the reason asked; cancelled twice is cancelled once."""
        services, form = page_services(), CancellationForm.of_request()
        class_ = services.catalog.show_class(class_id)
        status = 200 if request.method == "GET" else 422
        if class_.state not in STANDING:
            return redirect_to(path_of(class_id))
        if form.is_sent():
            try:
                asked = CancellationIn(reason=form.reason.data or "")
                services.catalog.cancel_class(class_id, asked)
                return redirect_to(f"{path_of(class_id)}?done=cancelled")
            except Problem as problem:
                if problem.status not in (409, 422, 503):
                    raise
                apply_problem(form, problem, problem.detail)
                status = problem.status
        return self._ask(services, class_, form, status)

    @post(f"{PATH}/<class_id>/reopening")
    @for_role(STAFF)
    def reopen_class(self, class_id: str) -> Response:
        """The class takes people again; what says no is said as a page of its own."""
        page_services().catalog.reopen_class(class_id)
        return redirect_to(f"{path_of(class_id)}?done=reopened")

    def _ask(
        self,
        services: PageServices,
        class_: ClassOut,
        form: CancellationForm,
        status: int,
    ) -> Response:
        [with_seats] = add_seats(services, [class_])
        return render_page(
            "staff/classes/cancelling.html",
            status,
            form=form,
            shown=view_class(services, class_, "", self.today()),
            numbers=with_seats.seats,
        )
