"""Take a whole roster back, and redo it."""

import time

from chassis.http.problem import Problem
from chassis.http.routing import Routes, post, route
from flask import Response, request

from gateway.forms.base import PageForm
from gateway.identity.account import OFFICER
from gateway.pages.officer.roster_view import view_roster
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts.language import translate_refusal


class RosterTurnPages(Routes):
    """Pages that take back and redo."""

    name = "roster_turns"

    @route("/rosters/<branch>/<roster>/taking-back", "GET", "POST")
    @for_role(OFFICER)
    def take_back(self, branch: str, roster: str) -> Response:
        """The question, as a page of its own; and the answer yes."""
        services, refusal, status = page_services(), "", 200
        if request.method == "POST":
            try:
                services.enrollment.post_taking_back(branch, roster, _once())
                return redirect_to(f"/rosters/{branch}/{roster}")
            except Problem as problem:
                refusal = translate_refusal(problem.slug, problem.detail)
                status = problem.status
        about = services.enrollment.show_roster(branch, roster)
        return render_page(
            "officer/rosters/taking_back.html",
            status,
            roster=view_roster(about, {}, {}, time.time()),
            refusal=refusal,
        )

    @post("/rosters/<branch>/<roster>/redoing")
    @for_role(OFFICER)
    def redo_roster(self, branch: str, roster: str) -> Response:
        page_services().enrollment.post_redoing(branch, roster, _once())
        return redirect_to(f"/rosters/{branch}/{roster}")


def _once() -> str:
    """The form's id: a form that is sent twice has one effect."""
    return PageForm(request.form).once_key
