"""Deletions, asked for by people or by staff, with what stayed."""

from chassis.http.routing import Routes, route
from flask import Response

from gateway.api.request_visitor import require_actor
from gateway.forms.base import apply_problem
from gateway.forms.personal_data import StaffDeletionForm
from gateway.identity.account import STAFF
from gateway.identity.errors import Refusal
from gateway.pages.deletion_view import view_deletion
from gateway.pages.errors import STATUSES
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.personal_data.delete_people import AskDeletion


class StaffDeletionPages(Routes):
    """The page of deletions."""

    name = "staff_deletions"

    def __init__(self, ask: AskDeletion) -> None:
        self.ask = ask

    @route("/staff/deletions", "GET", "POST")
    @for_role(STAFF)
    def show_deletions(self) -> Response:
        """The latest ones, and a form to ask for one more."""
        form = StaffDeletionForm.of_request()
        if not form.is_sent():
            return self._render(form, 422 if form.find_faults() else 200)
        person = page_services().enrollment.show_person(form.person.data or "")
        try:
            by = require_actor().account
            self.ask(person.person_id, by, form.reason.data or "")
        except Refusal as refusal:
            apply_problem(form, refusal)
            return self._render(form, STATUSES.get(refusal.slug, 409))
        return redirect_to("/staff/deletions")

    def _render(self, form: StaffDeletionForm, status: int) -> Response:
        latest = [view_deletion(one) for one in self.ask.deletions.find_latest()]
        return render_page(
            "staff/deletions/list.html", status, form=form, deletions=latest
        )
