"""What an officer sees first: the branch."""

import time
from dataclasses import dataclass
from typing import TypeVar

from contracts.http.catalog import ClassesQuery
from contracts.http.enrollment import BranchesQuery, BranchOut
from contracts.http.rosters import RosterOut, RostersQuery
from contracts.http.shape import Page
from contracts.http.webhooks import WebhookOut

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.pages.course_system import ClassWithSeats, find_classes_with_seats
from gateway.pages.officer.roster_view import RosterView, view_roster

T = TypeVar("T")
NEAREST, LATEST, BRANCHES = 12, 5, 50
"""Classes, rosters and branches on the first page; the rest is behind a link."""


@dataclass(frozen=True)
class OfficerHome:
    """The branch and those below it, open classes with their seats, the last rosters.

    `has_more_branches` if there are more below than are shown; `unsent` is the
    page of the own branch's webhook where that was given up.
    """

    branches: list[BranchOut] | Unavailable
    has_more_branches: bool
    unsent: str
    rosters: list[RosterView] | Unavailable
    classes: list[ClassWithSeats] | Unavailable


def read_officer_home(services: PageServices, branch_id: str) -> OfficerHome:
    """What an officer of a branch sees first."""
    enrollment, catalog = services.enrollment, services.catalog
    branches = services.ask_part(
        enrollment.list_branches, BranchesQuery(limit=BRANCHES)
    )
    rosters = services.ask_part(
        services.enrollment.list_rosters, RostersQuery(limit=LATEST)
    )
    webhook = services.ask_part(enrollment.get_webhook, branch_id)
    classes = services.ask_part(catalog.list_classes, ClassesQuery(limit=NEAREST))
    found = branches.get_answer()
    return OfficerHome(
        branches=_items(found),
        has_more_branches=not isinstance(found, Unavailable) and bool(found.next),
        unsent=_find_unsent(webhook.find_answer()),
        rosters=_view_rosters(rosters.get_answer()),
        classes=find_classes_with_seats(services, classes),
    )


def _find_unsent(webhook: WebhookOut | Unavailable | None) -> str:
    """Where an officer mends a webhook that was given up; empty where there is none."""
    if not isinstance(webhook, WebhookOut) or webhook.state != "disabled":
        return ""
    return f"/branches/{webhook.branch_id}/feed"


def _view_rosters(
    page: Page[RosterOut] | Unavailable,
) -> list[RosterView] | Unavailable:
    if isinstance(page, Unavailable):
        return page
    now = time.time()
    return [view_roster(roster, {}, {}, now) for roster in page.items]


def _items(page: Page[T] | Unavailable) -> list[T] | Unavailable:
    return page if isinstance(page, Unavailable) else page.items
