"""/api/account and /api/accounts: one's own sessions and password, and those of others.

Paths name accounts by id: a login may be a phone, and no phone stands in a URL.
"""

import datetime
from typing import Annotated, Any

import msgspec
from chassis.http.auth import allow_everyone
from chassis.http.body import json_response, read_body, read_query
from chassis.http.routing import Routes, delete, get, post, put
from contracts.http.shape import Name, Shape, Text
from flask import Response

from gateway.api.request_visitor import (
    current_origin,
    current_visitor,
    require_actor,
    require_operator,
)
from gateway.api.sessions import Password, to_session_out
from gateway.identity.account import Account
from gateway.identity.login_sessions import LoginSession, LoginSessions
from gateway.identity.manage_accounts import ManageAccounts
from gateway.identity.security_events import LONGEST_PAGE, SecurityEvents
from gateway.identity.sign_in import SignIn

Role = Annotated[str, msgspec.Meta(pattern=r"^(officer|staff|operator)\Z")]


class FindIn(Shape):
    """The login of the account that is looked for."""

    login: Name


class PasswordIn(Shape):
    """The password until now, and the next."""

    old: Password
    new: Password


class ResetIn(Shape):
    """The letter's address, for accounts of whom enrollment knows none."""

    email: Text = ""


class RoleIn(Shape):
    """A role to give; an officer's names the branch."""

    role: Role
    branch_id: Text = ""


class EventsIn(Shape):
    """The cursor of the last event that was read, or a moment like 2026-11-28."""

    after: Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_PAGE)] = 100


class AccountOut(msgspec.Struct, kw_only=True):
    """An account as those see it who manage it."""

    id: str
    login: str
    name: str
    roles: list[str]
    branch_id: str
    state: str


class SessionOfAccountOut(msgspec.Struct, kw_only=True):
    """A live login session; `is_this` is the one that asks."""

    id: str
    began: datetime.datetime
    seen: datetime.datetime
    until: datetime.datetime
    network: str
    is_this: bool


class AccountRoutes(Routes):
    """Routes for accounts. `ManageAccounts` decides who may use them."""

    name = "accounts"

    def __init__(
        self,
        sign_in: SignIn,
        sessions: LoginSessions,
        manage: ManageAccounts,
        events: SecurityEvents,
    ) -> None:
        self.sign_in, self.sessions, self.manage, self.events = (
            sign_in,
            sessions,
            manage,
            events,
        )

    @get("/api/account/sessions")
    @allow_everyone
    def list_own_sessions(self) -> Response:
        account = require_actor().account
        live = self.sessions.find_by_account(account.id)
        return json_response(
            _to_sessions_out(
                [session for session in live if session.epoch == account.epoch]
            )
        )

    @delete("/api/account/sessions")
    @allow_everyone
    def end_other_sessions(self) -> Response:
        ended = self.sessions.delete_sessions(
            require_actor().account.id, but=current_visitor().token
        )
        self.events.add_event(
            "sessions-ended",
            "ok",
            address=current_origin().address,
            who=require_actor().account.id,
        )
        return json_response({"ended": ended})

    @put("/api/account/password")
    @allow_everyone
    def change_password(self) -> Response:
        require_actor()
        asked = read_body(PasswordIn)
        changed = self.sign_in.change_password(
            current_visitor(), asked.old, asked.new, current_origin()
        )
        return json_response(to_session_out(changed))

    @post("/api/accounts/find")
    @allow_everyone
    def find_account(self) -> Response:
        return json_response(
            _to_account_out(
                self.manage.get_by_login(require_actor(), read_body(FindIn).login)
            )
        )

    @post("/api/accounts/<account_id>/disabling")
    @allow_everyone
    def disable_account(self, account_id: str) -> Response:
        return json_response(
            _to_account_out(self.manage.disable(require_actor(), account_id))
        )

    @post("/api/accounts/<account_id>/enabling")
    @allow_everyone
    def enable_account(self, account_id: str) -> Response:
        return json_response(
            _to_account_out(self.manage.enable(require_actor(), account_id))
        )

    @get("/api/accounts/<account_id>/sessions")
    @allow_everyone
    def list_sessions(self, account_id: str) -> Response:
        return json_response(
            _to_sessions_out(self.manage.find_sessions(require_actor(), account_id))
        )

    @delete("/api/accounts/<account_id>/sessions")
    @allow_everyone
    def end_sessions(self, account_id: str) -> Response:
        return json_response(
            _to_account_out(self.manage.end_sessions(require_actor(), account_id))
        )

    @post("/api/accounts/<account_id>/reset")
    @allow_everyone
    def reset_password(self, account_id: str) -> Response:
        by, asked = require_actor(), read_body(ResetIn)
        return json_response(
            _to_account_out(self.manage.reset_password(by, account_id, asked.email))
        )

    @put("/api/accounts/<account_id>/roles")
    @allow_everyone
    def give_role(self, account_id: str) -> Response:
        by, asked = require_actor(), read_body(RoleIn)
        given = self.manage.give_role(by, account_id, asked.role, asked.branch_id)
        return json_response(_to_account_out(given))

    @delete("/api/accounts/<account_id>/roles/<any(officer, staff, operator):role>")
    @allow_everyone
    def take_role(self, account_id: str, role: str) -> Response:
        return json_response(
            _to_account_out(self.manage.take_role(require_actor(), account_id, role))
        )

    @get("/api/security-events")
    @allow_everyone
    def list_security_events(self) -> Response:
        require_operator()
        asked = read_query(EventsIn)
        lines = self.events.find_after(asked.after, asked.limit)
        cursor = lines[-1]["cursor"] if lines else asked.after
        return json_response({"events": lines, "next": cursor})


def _to_account_out(account: Account) -> AccountOut:
    return AccountOut(
        id=account.id,
        login=account.login,
        name=account.name,
        roles=list(account.roles),
        branch_id=account.branch_id,
        state=account.state,
    )


def _to_sessions_out(live: list[LoginSession]) -> dict[str, Any]:
    lines = [
        SessionOfAccountOut(
            id=session.id,
            began=session.began,
            seen=session.seen,
            until=session.until,
            network=session.network,
            is_this=session.id == current_visitor().session,
        )
        for session in live
    ]
    return {"sessions": lines}
