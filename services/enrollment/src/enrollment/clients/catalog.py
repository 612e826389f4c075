"""Asking catalog for a class that no event has told of yet."""

from chassis.http.client import Client
from chassis.http.problem import Problem

from enrollment.domain.seat_book import SeatBook
from enrollment.usecases.follow_classes import empty_book


class CatalogClient:
    """Catalog over signed HTTP."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def class_of(self, class_id: str) -> SeatBook | None:
        """An empty seat book for a class that catalog has opened, or None."""
        if not class_id.isascii() or not class_id.replace("-", "").isalnum():
            return None
        try:
            told = self.client.call("GET", f"/classes/{class_id}", dict)
        except Problem as problem:
            if problem.status == 404:
                return None
            raise
        if told["state"] != "open":
            return None
        quotas = {quota["branch_id"]: quota["seats"] for quota in told["quotas"]}
        return empty_book(
            class_id, told["course_id"], told["capacity"], quotas, told["ends_on"]
        )
