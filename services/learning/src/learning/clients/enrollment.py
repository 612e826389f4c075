"""Questions to enrollment about the name to print."""

from typing import Any

from chassis.http.client import Client

from learning.domain.errors import NotConsumedYet


class EnrollmentNames:
    """Enrollment over signed HTTP."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get_name(self, person_id: str) -> str:
        """The name as enrolled. Raises NotConsumedYet if enrollment does not know."""
        contacts = self.client.send_request(
            "POST",
            ("people", "contacts"),
            list[dict[str, Any]],
            body={"person_ids": [person_id]},
        )
        if not contacts:
            raise NotConsumedYet(f"enrollment does not know {person_id}")
        return str(contacts[0]["name"])
