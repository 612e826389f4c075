"""What the staff sees first: seats of all classes."""

from typing import Any

from gateway.clients.services import PageClient, Question
from gateway.pages.course_system import AREAS, classes_with_seats

Row = dict[str, Any]


def read_staff_parts(client: PageClient) -> Row:
    """All open classes with their seats, and the course system."""
    parts = client.ask_parts(
        areas=AREAS, classes=Question.of("catalog", "classes", limit="60")
    )
    return parts | {"classes": classes_with_seats(client, parts["classes"])}
