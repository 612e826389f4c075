"""/classes/{class}/standing: how far people are in a class, for the gateway."""

from chassis.http.auth import require_services
from chassis.http.routing import Routes, post
from contracts.http.participants import StandingOut, StandingsIn

from learning.usecases.find_standings import FindStandings


class StandingRoutes(Routes):
    """The route for standings."""

    name = "standings"

    def __init__(self, find_standings: FindStandings) -> None:
        self.find_standings = find_standings

    @post("/classes/<class_id>/standing")
    @require_services("gateway")
    def list_standings(self, class_id: str, asked: StandingsIn) -> list[StandingOut]:
        """How far these people are in a class.

        Learning knows no branches: the gateway asks only for whom enrollment has named
        to its visitor.
        """
        found = self.find_standings(class_id, asked.person_ids)
        return [
            StandingOut.of(standing, person_id=id_, hours=standing.quarters / 4)
            for id_, standing in found.items()
        ]
