"""/api/people: inviting people of branches again."""

from typing import Any

from chassis.http.auth import allow_everyone
from chassis.http.body import json_response
from flask import Blueprint, Response

from gateway.api.request_visitor import current_visitor, require_actor
from gateway.clients.services import PageClient, Services
from gateway.identity.invite_people import InvitePeople
from gateway.identity.security_events import OK, SecurityEvents


def create_blueprint(
    services: Services, people: InvitePeople, events: SecurityEvents
) -> Blueprint:
    """Routes for people."""
    bp = Blueprint("people", __name__)

    @bp.post("/api/people/<person_id>/invitation")
    @allow_everyone
    def invite_again(person_id: str) -> Response:
        """Enrollment says whether the caller sees this person."""
        by = require_actor()
        person: dict[str, Any] = PageClient(services, current_visitor()).read_object(
            "enrollment", "people", person_id
        )
        people.invite_again(person["person_id"])
        events.add_event(
            "invitation-sent", OK, address=by.origin.address, who=by.account.id,
            account=person["person_id"],
        )  # fmt: skip
        return json_response({"person_id": person["person_id"], "invited": True}, 202)

    return bp
