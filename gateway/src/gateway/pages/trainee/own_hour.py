"""Why an hour of the own record stands."""

from chassis.http.routing import Routes, get
from flask import Response

from gateway.identity.account import TRAINEE
from gateway.pages.hours_view import view_hour
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role

PATH = "/record/hours"


class OwnHourPages(Routes):
    """The page of one hours entry, for whom it belongs to."""

    name = "own_hour"

    @get(f"{PATH}/<entry_id>")
    @for_role(TRAINEE)
    def show_hour(self, entry_id: str) -> Response:
        """What it rests on, and what staff corrected."""
        found = page_services().learning.explain_own(entry_id)
        hour = view_hour(found, PATH, {}, can_undo=False)
        return render_page("trainee/record/hour.html", hour=hour)
