"""/api/session and /api/invitations: a script signs in, somebody is invited."""

import msgspec
from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, delete, get, post
from chassis.http.views import Answered
from contracts.http.gateway import (
    AcceptanceIn,
    EndedOut,
    InvitationIn,
    InvitationOut,
    SessionIn,
    SessionOut,
)

from gateway.api.request_visitor import current_origin, current_visitor, require_actor
from gateway.identity.invite_members import INVITED, InvitationRequest, InviteMembers
from gateway.identity.sign_in import SignIn, Visitor
from gateway.second_factor.errors import SecondFactorNeeded
from gateway.second_factor.finish_sign_in import NEEDED, FinishSignIn


class SessionRoutes(Routes):
    """Routes for login sessions of scripts, and for invitations."""

    name = "sessions"

    def __init__(
        self, sign_in: SignIn, invite_members: InviteMembers, finish: FinishSignIn
    ) -> None:
        self.sign_in, self.invite_members = sign_in, invite_members
        self.finish = finish

    @post("/api/session", status=201)
    @allow_everyone
    def create_session(self, asked: SessionIn) -> SessionOut:
        """A script signs in, with a second factor where one is due."""
        origin = current_origin()
        who = self.sign_in(asked.login, asked.password, origin)
        return to_session_out(self.finish.finish_script(who, asked.second, origin))

    @get("/api/session")
    @allow_everyone
    def show_session(self) -> SessionOut:
        """Who is signed in."""
        return to_session_out(current_visitor())

    @delete("/api/session")
    @allow_everyone
    def delete_session(self) -> EndedOut:
        """A script signs out."""
        self.sign_in.sign_out(current_visitor(), current_origin())
        return EndedOut(ended=True)

    @post("/api/invitations", status=201, also=(200,))
    @allow_everyone
    def send_invitation(self, asked: InvitationIn) -> Answered[InvitationOut]:
        """Somebody is invited to an account; 200 where it was there already."""
        by = require_actor()
        wanted = InvitationRequest(**msgspec.structs.asdict(asked))
        invited = self.invite_members(by.account, wanted, by.origin)
        account = invited.account
        sent = InvitationOut(login=account.login, account=account.id, done=invited.done)
        return Answered(sent, 201 if invited.done == INVITED else 200)

    @post("/api/invitations/<invitation>", status=201)
    @allow_everyone
    def accept_invitation(self, invitation: str, asked: AcceptanceIn) -> SessionOut:
        """An invitation is answered with a password."""
        return to_session_out(
            self.sign_in.accept_invitation(invitation, asked.password, current_origin())
        )


def to_session_out(who: Visitor) -> SessionOut:
    """The login session of a visitor as it is answered. Raises SecondFactorNeeded for
    a half one, which is of no use to a script."""
    if who.half_of is not None:
        raise SecondFactorNeeded(NEEDED)
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
