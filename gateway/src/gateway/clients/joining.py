"""What the client of enrollment asks about requests to join a class."""

from dataclasses import dataclass

from contracts.http.join_requests import (
    DecisionOut,
    DecisionsIn,
    JoinIn,
    JoinRequestOut,
    OwnRequestOut,
    OwnRequestsOut,
    RequestsQuery,
)
from contracts.http.shape import Page

from gateway.clients.caller import ServiceCaller


@dataclass(frozen=True)
class JoiningClient:
    """Questions about requests to join in the name of a visitor."""

    ask: ServiceCaller

    def list_own_requests(self) -> OwnRequestsOut:
        """What the visitor asked, and the branches that can be asked."""
        return self.ask.get(OwnRequestsOut, "requests", "own")

    def post_request(self, class_id: str, asked: JoinIn, key: str) -> OwnRequestOut:
        """The visitor asks to join a class. Raises Problem 404, 409, 422."""
        path = ("classes", class_id, "requests")
        return self.ask.send("POST", OwnRequestOut, *path, body=asked, key=key)

    def delete_request(self, request_id: str) -> OwnRequestOut:
        """The visitor takes a request back. Raises Problem 404, 409."""
        return self.ask.send("DELETE", OwnRequestOut, "requests", request_id)

    def list_requests(self, asked: RequestsQuery) -> Page[JoinRequestOut]:
        """The requests that the visitor decides, or that are decided."""
        return self.ask.get(Page[JoinRequestOut], "requests", query=asked)

    def post_decisions(self, asked: DecisionsIn, key: str) -> list[DecisionOut]:
        """Requests are approved or refused; what became of each. Raises Problem 404,
        422."""
        path = ("requests", "decisions")
        left = self.ask.deadline.seconds_left()
        return self.ask.send(
            "POST", list[DecisionOut], *path, body=asked, key=key, seconds=left
        )
