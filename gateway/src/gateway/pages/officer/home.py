"""What an officer sees first: the branch."""

from typing import Any

from contracts.http.enrollment import BranchesQuery

from gateway.clients.services import PageClient, Question
from gateway.pages.course_system import classes_with_seats, rosters_of_page
from gateway.pages.page_client import page_services

Row = dict[str, Any]


def read_officer_parts(client: PageClient) -> Row:
    """The branch: who is below it, open classes with their seats, rosters."""
    services = page_services()
    asked = services.ask_part(services.enrollment.list_branches, BranchesQuery())
    parts = client.ask_parts(
        rosters=Question.of("enrollment", "rosters", limit="5"),
        classes=Question.of("catalog", "classes", limit="12"),
    )
    parts["branches"] = asked.get_answer()
    return parts | {
        "classes": classes_with_seats(client, parts["classes"]),
        "rosters": rosters_of_page(parts["rosters"]),
    }
