"""/api/session and /api/invitations: a script signs in, somebody is invited."""

from typing import Annotated

import msgspec
from chassis.http.auth import allow_everyone
from chassis.http.body import json_response, read_body
from chassis.http.routing import Routes, delete, get, post
from contracts.http.shape import Name, Shape, Text
from flask import Response

from gateway.api.request_visitor import current_origin, current_visitor, require_actor
from gateway.identity.invite_members import INVITED, InvitationRequest, InviteMembers
from gateway.identity.sign_in import SignIn, Visitor

Password = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SessionIn(Shape):
    """Login and password of a script."""

    login: Name
    password: Password


class SessionOut(msgspec.Struct, kw_only=True):
    """Who is signed in. A script keeps `device` and sends it as X-Device when it signs
    in again: a known device is let in whatever strangers tried."""

    token: str
    device: str
    login: str
    name: str
    roles: list[str]
    person_id: str
    branch_id: str


class InvitationIn(Shape):
    """Somebody to invite; officers need a branch."""

    login: Name
    name: Name
    email: Name
    role: Annotated[str, msgspec.Meta(pattern=r"^(officer|staff|operator)\Z")]
    branch_id: Text = ""
    branch_name: Text = ""


class AcceptanceIn(Shape):
    """The password an invitation is answered with."""

    password: Password


class SessionRoutes(Routes):
    """Routes for login sessions of scripts, and for invitations."""

    name = "sessions"

    def __init__(self, sign_in: SignIn, invite_members: InviteMembers) -> None:
        self.sign_in, self.invite_members = sign_in, invite_members

    @post("/api/session")
    @allow_everyone
    def create_session(self) -> Response:
        asked = read_body(SessionIn)
        return json_response(
            to_session_out(self.sign_in(asked.login, asked.password, current_origin())),
            201,
        )

    @get("/api/session")
    @allow_everyone
    def show_session(self) -> Response:
        return json_response(to_session_out(current_visitor()))

    @delete("/api/session")
    @allow_everyone
    def delete_session(self) -> Response:
        self.sign_in.sign_out(current_visitor(), current_origin())
        return json_response({"ended": True})

    @post("/api/invitations")
    @allow_everyone
    def send_invitation(self) -> Response:
        by = require_actor()
        asked = InvitationRequest(**msgspec.structs.asdict(read_body(InvitationIn)))
        invited = self.invite_members(by.account, asked, by.origin)
        account = invited.account
        sent = {"login": account.login, "account": account.id, "done": invited.done}
        return json_response(sent, 201 if invited.done == INVITED else 200)

    @post("/api/invitations/<invitation>")
    @allow_everyone
    def accept_invitation(self, invitation: str) -> Response:
        password = read_body(AcceptanceIn).password
        return json_response(
            to_session_out(
                self.sign_in.accept_invitation(invitation, password, current_origin())
            ),
            201,
        )


def to_session_out(who: Visitor) -> SessionOut:
    """The login session of a visitor as it is answered."""
    account = who.account
    return SessionOut(
        token=who.token,
        device=who.device,
        login=account.login if account else "",
        name=account.name if account else "",
        roles=sorted(who.roles),
        person_id=account.person_id if account else "",
        branch_id=account.branch_id if account else "",
    )
