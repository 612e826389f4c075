"""Questions to learning about who has finished a class."""

from typing import Any

from chassis.http.client import Client


class LearningCertificates:
    """Learning over signed HTTP."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def is_issued(self, class_id: str, person_id: str) -> bool:
        """Whether a person has the certificate of a class. Raises Problem."""
        path = ("classes", class_id, "certificates", person_id)
        answer = self.client.send_request("GET", path, dict[str, Any])
        return bool(answer["is_issued"])
