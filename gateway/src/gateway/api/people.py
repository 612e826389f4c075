"""/api/people: inviting people of branches again."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, post
from contracts.http.gateway import InvitedOut

from gateway.api.request_visitor import current_visitor, require_actor
from gateway.clients.page_services import PageServices
from gateway.clients.services import Services
from gateway.identity.invite_people import InvitePeople
from gateway.identity.security_events import OK, SecurityEvents


class PeopleRoutes(Routes):
    """Routes for people."""

    name = "people"

    def __init__(
        self, services: Services, people: InvitePeople, events: SecurityEvents
    ) -> None:
        self.services, self.people, self.events = services, people, events

    @post("/api/people/<person_id>/invitation", status=202)
    @allow_everyone
    def invite_again(self, person_id: str) -> InvitedOut:
        """Enrollment says whether the caller sees this person."""
        by = require_actor()
        services = PageServices(self.services, current_visitor())
        person = services.enrollment.show_person(person_id)
        self.people.invite_again(person.person_id)
        self.events.add_event(
            "invitation-sent",
            OK,
            address=by.origin.address,
            who=by.account.id,
            account=person.person_id,
        )
        return InvitedOut(person_id=person.person_id, invited=True)
