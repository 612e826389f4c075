"""What an officer sees first: the branch."""

import time
from typing import Any

from contracts.http.enrollment import BranchesQuery
from contracts.http.rosters import RosterOut, RostersQuery
from contracts.http.shape import Page

from gateway.clients.parts import Unavailable
from gateway.clients.services import PageClient, Question
from gateway.pages.course_system import classes_with_seats
from gateway.pages.officer.roster_view import RosterView, view_roster
from gateway.pages.page_client import page_services

Row = dict[str, Any]
SHOWN_ROSTERS = 5
"""The latest; all have a page of their own."""


def read_officer_parts(client: PageClient) -> Row:
    """The branch: who is below it, open classes with their seats, rosters."""
    services = page_services()
    asked = services.ask_part(services.enrollment.list_branches, BranchesQuery())
    rosters = services.ask_part(
        services.rosters.list_rosters, RostersQuery(limit=SHOWN_ROSTERS)
    )
    parts = client.ask_parts(
        classes=Question.of("catalog", "classes", limit="12"),
    )
    parts["branches"] = asked.get_answer()
    return parts | {
        "classes": classes_with_seats(client, parts["classes"]),
        "rosters": _view_rosters(rosters.get_answer()),
    }


def _view_rosters(
    page: Page[RosterOut] | Unavailable,
) -> list[RosterView] | Unavailable:
    if isinstance(page, Unavailable):
        return page
    now = time.time()
    return [view_roster(roster, {}, {}, now) for roster in page.items]
