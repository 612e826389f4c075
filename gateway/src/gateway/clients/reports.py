"""The client of learning about reports of branches, and the matrix of their people."""

from dataclasses import dataclass

from contracts.http.reports import (
    CountedIn,
    PersonCellsOut,
    PersonCountsOut,
    ReportOut,
    ReportQuery,
    YearCountedIn,
)

from gateway.clients.caller import ServiceCaller


@dataclass(frozen=True)
class ReportsClient:
    """Questions about what the people whom a visitor sees learn. Learning asks
    enrollment for the border, so each takes as long as a page has left."""

    ask: ServiceCaller

    def show_report(self, year: int, branch: str) -> ReportOut:
        """The report of a year. Raises Problem 404 for a branch out of reach."""
        query = ReportQuery(year=year, branch=branch)
        return self.ask.get(ReportOut, "reports", query=query)

    def count_people(
        self, year: int, branch: str, person_ids: list[str]
    ) -> list[PersonCountsOut]:
        """What each of these people did in a year."""
        return self.ask.send(
            "POST",
            list[PersonCountsOut],
            "reports",
            "people",
            body=YearCountedIn(year=year, branch=branch, person_ids=person_ids),
            seconds=self.ask.deadline.seconds_left(),
        )

    def list_cells(self, branch: str, person_ids: list[str]) -> list[PersonCellsOut]:
        """How far these people are in which courses."""
        return self.ask.send(
            "POST",
            list[PersonCellsOut],
            "matrix",
            body=CountedIn(branch=branch, person_ids=person_ids),
            seconds=self.ask.deadline.seconds_left(),
        )
