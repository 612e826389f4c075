"""/api/people: inviting people of branches again, one or all."""

from chassis.http.auth import allow_everyone
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get, post
from contracts.http.gateway import InvitedOut, RoundIn, RoundOut

from gateway.api.request_visitor import current_visitor, require_actor
from gateway.clients.page_services import PageServices
from gateway.clients.services import Services
from gateway.identity.invite_branch import InviteBranch
from gateway.identity.invite_people import InvitePeople
from gateway.identity.security_events import OK, SecurityEvents


class PeopleRoutes(Routes):
    """Routes for people."""

    name = "people"

    def __init__(
        self,
        services: Services,
        people: InvitePeople,
        invite_branch: InviteBranch,
        events: SecurityEvents,
    ) -> None:
        self.services, self.people, self.events = services, people, events
        self.invite_branch = invite_branch

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

    @post("/api/people/invitations", status=202)
    @allow_everyone
    def invite_branch_again(self, asked: RoundIn) -> RoundOut:
        """All of a branch are invited, in a round that goes on by itself."""
        by = require_actor()
        branch = self._require_branch(asked.branch_id)
        return RoundOut.of(self.invite_branch(by, branch))

    @get("/api/people/invitations/<branch_id>")
    @allow_everyone
    def show_round(self, branch_id: str) -> RoundOut:
        """How far the branch's latest round is."""
        require_actor()
        branch = self._require_branch(branch_id)
        latest = self.invite_branch.rounds.get_round(branch)
        if latest is None:
            raise Problem(404, "not-found", NOTHING_HERE)
        return RoundOut.of(latest)

    def _require_branch(self, branch_id: str) -> str:
        """The branch's id, if enrollment says that the caller sees it."""
        services = PageServices(self.services, current_visitor())
        return services.enrollment.show_branch(branch_id).id
