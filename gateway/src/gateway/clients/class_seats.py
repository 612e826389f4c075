"""What the client of enrollment asks about the seats of classes."""

from dataclasses import dataclass

from contracts.http.class_seats import (
    EnrolmentIn,
    ForeseenSeatsOut,
    OwnSeatsOut,
    OwnSeatsQuery,
    SeatPlanIn,
    SeatPlanOut,
)
from contracts.http.enrollment import OwnEnrolmentOut

from gateway.clients.caller import ServiceCaller


@dataclass(frozen=True)
class ClassSeatsClient:
    """Questions about the seats of classes in the name of a visitor."""

    ask: ServiceCaller

    def show_seat_plan(self, class_id: str) -> SeatPlanOut:
        """The seats and quotas of a class. Raises Problem 404."""
        return self.ask.get(SeatPlanOut, "classes", class_id, "seat-plan")

    def put_seat_plan(
        self, class_id: str, asked: SeatPlanIn, version: int
    ) -> SeatPlanOut:
        """A class gets other seats. Raises Problem 409, 412, 422."""
        path = ("classes", class_id, "seat-plan")
        return self.ask.send("PUT", SeatPlanOut, *path, body=asked, version=version)

    def preview_seat_plan(self, class_id: str, asked: SeatPlanIn) -> ForeseenSeatsOut:
        """What other seats would change. Raises Problem 409, 422."""
        path = ("classes", class_id, "seat-plan", "preview")
        return self.ask.send("POST", ForeseenSeatsOut, *path, body=asked)

    def list_own_seats(self, class_ids: list[str]) -> list[OwnSeatsOut]:
        """What the visitor's branch has of the seats of these classes."""
        if not class_ids:
            return []
        query = OwnSeatsQuery(class_ids=class_ids)
        return self.ask.get(list[OwnSeatsOut], "seats", "own", query=query)

    def post_enrolment(
        self, class_id: str, asked: EnrolmentIn, key: str
    ) -> OwnEnrolmentOut:
        """The visitor takes a seat in a class that is open to all. Raises Problem 404,
        409, 422."""
        path = ("classes", class_id, "enrolments")
        return self.ask.send("POST", OwnEnrolmentOut, *path, body=asked, key=key)
