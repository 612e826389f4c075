"""Questions to catalog about a class of which no event has come yet."""

from dataclasses import replace

from chassis.http.client import Client
from chassis.http.problem import Problem

from enrollment.domain.seat_book import BY_BRANCH, SeatBook
from enrollment.usecases.follow_classes import empty_book


class CatalogClient:
    """Catalog over signed HTTP."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get_seat_book(self, class_id: str) -> SeatBook | None:
        """An empty seat book for a class that catalog knows, or None.

        Closed for one that takes no more people.
        """
        try:
            answer = self.client.send_request("GET", ("classes", class_id), dict)
        except Problem as problem:
            if problem.status == 404:
                return None
            raise
        quotas = {quota["branch_id"]: quota["seats"] for quota in answer["quotas"]}
        book = empty_book(
            class_id,
            answer["course_id"],
            answer["capacity"],
            quotas,
            answer["ends_on"],
            answer.get("admission", BY_BRANCH),
        )
        # one that is over is not closed: its last day says so, and can still be moved
        is_cancelled = answer["state"] == "cancelled"
        is_closed = is_cancelled or answer["state"] == "closed"
        return replace(book, closed=is_closed, cancelled=is_cancelled)
