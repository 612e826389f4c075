"""Questions to enrollment about how to reach people."""

from collections.abc import Sequence
from typing import Any

from chassis.http.client import Client

from notify.usecases.ports import Contact


class EnrollmentContacts:
    """Enrollment over signed HTTP."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def find_contacts(self, person_ids: Sequence[str]) -> dict[str, Contact]:
        """Contacts by person."""
        contacts = self.client.send_request(
            "POST",
            ("people", "contacts"),
            list[dict[str, Any]],
            body={"person_ids": list(person_ids)},
        )
        return {
            c["person_id"]: Contact(c["name"], c["email"], c["phone"]) for c in contacts
        }
