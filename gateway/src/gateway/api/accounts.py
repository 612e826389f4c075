"""/api/account and /api/accounts: one's own sessions and password, and those of others.

Paths name accounts by id: a login may be a phone, and no phone stands in a URL.
"""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, delete, get, post, put
from contracts.http.gateway import (
    AccountOut,
    EndedSessionsOut,
    FindAccountIn,
    PasswordIn,
    ResetIn,
    RoleIn,
    SecurityEventOut,
    SecurityEventsOut,
    SecurityEventsQuery,
    SessionOfAccountOut,
    SessionOut,
    SessionsOut,
)

from gateway.api.request_visitor import (
    current_origin,
    current_visitor,
    require_actor,
    require_operator,
)
from gateway.api.sessions import to_session_out
from gateway.identity.login_sessions import LoginSession
from gateway.identity.manage_accounts import ManageAccounts
from gateway.identity.own_password import OwnPassword
from gateway.identity.own_sessions import OwnSessions
from gateway.identity.security_events import SecurityEvents


class AccountRoutes(Routes):
    """Routes for accounts. `ManageAccounts` decides who may use them."""

    name = "accounts"

    def __init__(
        self,
        own_password: OwnPassword,
        own_sessions: OwnSessions,
        manage: ManageAccounts,
        events: SecurityEvents,
    ) -> None:
        self.own_password, self.own_sessions = own_password, own_sessions
        self.manage, self.events = manage, events

    @get("/api/account/sessions")
    @allow_everyone
    def list_own_sessions(self) -> SessionsOut:
        """One's own live login sessions."""
        return _to_sessions_out(self.own_sessions.find_live(require_actor().account))

    @delete("/api/account/sessions")
    @allow_everyone
    def end_other_sessions(self) -> EndedSessionsOut:
        """One's own login sessions end, but for this one."""
        require_actor()
        ended = self.own_sessions.end_others(current_visitor(), current_origin())
        return EndedSessionsOut(ended=ended)

    @delete("/api/account/sessions/<session_id>")
    @allow_everyone
    def end_own_session(self, session_id: str) -> EndedSessionsOut:
        """One of one's own login sessions ends."""
        by = require_actor()
        self.own_sessions.end_session(by.account, session_id, by.origin)
        return EndedSessionsOut(ended=1)

    @put("/api/account/password")
    @allow_everyone
    def change_password(self, asked: PasswordIn) -> SessionOut:
        """One's own password is changed; all other login sessions end."""
        require_actor()
        changed = self.own_password.change_password(
            current_visitor(), asked.old, asked.new, current_origin()
        )
        return to_session_out(changed)

    @post("/api/accounts/find")
    @allow_everyone
    def find_account(self, asked: FindAccountIn) -> AccountOut:
        """The account of a login."""
        return AccountOut.of(self.manage.get_by_login(require_actor(), asked.login))

    @post("/api/accounts/<account_id>/disabling")
    @allow_everyone
    def disable_account(self, account_id: str) -> AccountOut:
        """Nobody signs in by an account any more."""
        return AccountOut.of(self.manage.disable(require_actor(), account_id))

    @post("/api/accounts/<account_id>/enabling")
    @allow_everyone
    def enable_account(self, account_id: str) -> AccountOut:
        """A disabled account is let in again."""
        return AccountOut.of(self.manage.enable(require_actor(), account_id))

    @get("/api/accounts/<account_id>/sessions")
    @allow_everyone
    def list_sessions(self, account_id: str) -> SessionsOut:
        """The live login sessions of an account."""
        return _to_sessions_out(self.manage.find_sessions(require_actor(), account_id))

    @delete("/api/accounts/<account_id>/sessions")
    @allow_everyone
    def end_sessions(self, account_id: str) -> AccountOut:
        """All login sessions of an account end."""
        return AccountOut.of(self.manage.end_sessions(require_actor(), account_id))

    @post("/api/accounts/<account_id>/reset")
    @allow_everyone
    def reset_password(self, account_id: str, asked: ResetIn) -> AccountOut:
        """A letter leads to a new password."""
        by = require_actor()
        return AccountOut.of(self.manage.reset_password(by, account_id, asked.email))

    @put("/api/accounts/<account_id>/roles")
    @allow_everyone
    def give_role(self, account_id: str, asked: RoleIn) -> AccountOut:
        """An account gets a role."""
        by = require_actor()
        return AccountOut.of(
            self.manage.give_role(by, account_id, asked.role, asked.branch_id)
        )

    @delete("/api/accounts/<account_id>/roles/<any(officer, staff, operator):role>")
    @allow_everyone
    def take_role(self, account_id: str, role: str) -> AccountOut:
        """An account loses a role."""
        return AccountOut.of(self.manage.take_role(require_actor(), account_id, role))

    @get("/api/security-events")
    @allow_everyone
    def list_security_events(self, asked: SecurityEventsQuery) -> SecurityEventsOut:
        """What was done about signing in and rights, for an operator's collector."""
        require_operator()
        lines = self.events.find_after(asked.after, asked.limit)
        return SecurityEventsOut(
            events=[SecurityEventOut(**line) for line in lines],
            next=lines[-1]["cursor"] if lines else asked.after,
        )


def _to_sessions_out(live: list[LoginSession]) -> SessionsOut:
    this = current_visitor().session
    return SessionsOut(
        sessions=[
            SessionOfAccountOut.of(session, is_this=session.id == this)
            for session in live
        ]
    )
