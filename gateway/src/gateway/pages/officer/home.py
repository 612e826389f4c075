"""What an officer sees first: the branch."""

from typing import Any

from gateway.clients.services import PageClient, Question
from gateway.pages.course_system import classes_with_seats

Row = dict[str, Any]


def read_officer_parts(client: PageClient) -> Row:
    """The branch: who is below it, open classes with their seats, rosters."""
    parts = client.ask_parts(
        branches=Question.of("enrollment", "branches"),
        rosters=Question.of("enrollment", "rosters", limit="5"),
        classes=Question.of("catalog", "classes", limit="12"),
    )
    return parts | {"classes": classes_with_seats(client, parts["classes"])}
