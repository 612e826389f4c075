"""Questions to enrollment about the names to print."""

from collections.abc import Sequence
from typing import Any

from chassis.http.client import Client
from chassis.http.problem import Problem
from contracts.http.enrollment import BranchOut

from learning.domain.errors import NotConsumedYet


class EnrollmentNames:
    """Enrollment over signed HTTP."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get_name(self, person_id: str) -> str:
        """The name as enrolled. Raises NotConsumedYet if enrollment does not know."""
        contacts = self._find_contacts([person_id])
        if not contacts:
            raise NotConsumedYet(f"enrollment does not know {person_id}")
        return str(contacts[0]["name"])

    def find_known(self, person_ids: Sequence[str]) -> set[str]:
        """Those of these ids that are people's. Raises Problem if it cannot say."""
        contacts = self._find_contacts(person_ids)
        return {str(contact["person_id"]) for contact in contacts}

    def _find_contacts(self, person_ids: Sequence[str]) -> list[dict[str, Any]]:
        return self.client.send_request(
            "POST",
            ("people", "contacts"),
            list[dict[str, Any]],
            body={"person_ids": list(person_ids)},
        )

    def get_branch_name(self, branch_id: str) -> str:
        """What a branch is called now; empty if there is no such branch, for what
        somebody has earned does not wait for that. Raises Problem."""
        try:
            found = self.client.send_request("GET", ("branches", branch_id), BranchOut)
        except Problem as problem:
            if problem.status != 404:
                raise
            return ""
        return found.name
