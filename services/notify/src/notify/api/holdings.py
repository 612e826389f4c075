"""/people/P/holdings: all that is stored here about a person, for the gateway."""

from chassis.http.auth import require_services
from chassis.http.routing import Routes, get
from chassis.people.personal_data import PersonalData
from contracts.http.holdings import HoldingsOut


class HoldingsRoutes(Routes):
    """The route by which a person's data are handed out."""

    name = "holdings"

    def __init__(self, data: PersonalData) -> None:
        self.data = data

    @get("/people/<person_id>/holdings")
    @require_services("gateway")
    def list_holdings(self, person_id: str) -> HoldingsOut:
        """All that is stored here about a person."""
        return self.data.find_holdings(person_id)
