"""The client of enrollment: branches and people, for accounts."""

from typing import Any

from chassis.http.client import Client

from gateway.identity.account import STAFF


class EnrollmentClient:
    """Asks enrollment about branches and people."""

    def __init__(self, enrollment: Client) -> None:
        self.enrollment = enrollment

    def get_branch_name(self, branch_id: str) -> str | None:
        """A branch's name, or None if there is no branch of this id."""
        branches = self.enrollment.send_request(
            "GET", ("branches",), list[dict[str, Any]], roles=frozenset({STAFF})
        )
        names = {branch["id"]: str(branch["name"]) for branch in branches}
        return names.get(branch_id)

    def get_address(self, person_id: str) -> str:
        """The mail address of a person, or empty."""
        contacts = self.enrollment.send_request(
            "POST",
            ("people", "contacts"),
            list[dict[str, Any]],
            body={"person_ids": [person_id]},
        )
        return next((str(contact["email"]) for contact in contacts), "")
