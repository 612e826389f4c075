"""The own name, as certificates print it."""

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.people import OwnNameIn
from flask import Response

from gateway.forms.base import apply_problem
from gateway.forms.persons import OwnNameForm
from gateway.identity.account import TRAINEE
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role

TEMPLATE = "trainee/name.html"
NOT_TAKEN = (403, 409, 412, 422, 503)


class OwnNamePages(Routes):
    """The page on which people mend how their name is written."""

    name = "own_name"

    @get("/name")
    @for_role(TRAINEE)
    def show_name(self) -> Response:
        """The name as the branches know it."""
        person = page_services().enrollment.show_own_person()
        form = OwnNameForm(name=person.name, version=str(person.version))
        return render_page(TEMPLATE, form=form)

    @post("/name")
    @for_role(TRAINEE)
    def correct_name(self) -> Response:
        """The writing is corrected; certificates follow."""
        form = OwnNameForm.of_request()
        if not form.is_sent():
            return render_page(TEMPLATE, 422, form=form)
        enrollment = page_services().enrollment
        seen = form.version.data or ""
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        try:
            asked = OwnNameIn(name=form.name.data or "")
            enrollment.correct_own_name(asked, version)
        except Problem as problem:
            if problem.status not in NOT_TAKEN:
                raise
            apply_problem(form, problem, problem.detail)
            form.version.data = str(problem.members.get("version", version))
            return render_page(TEMPLATE, problem.status, form=form)
        return redirect_to("/record")
