"""One's own account: who one is here, how one is reached, where one is signed in."""

from chassis.http.routing import Routes, get, post
from flask import Response

from gateway.api.request_visitor import current_origin, current_visitor
from gateway.identity.account import ROLES
from gateway.identity.change_contacts import ChangeContacts
from gateway.identity.own_sessions import OwnSessions
from gateway.identity.sign_in import account_of
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role

SESSIONS_AT = "/account#sessions"


class OwnAccountPages(Routes):
    """Pages of one's own account."""

    name = "own_account"

    def __init__(self, contacts: ChangeContacts, sessions: OwnSessions) -> None:
        self.contacts, self.sessions = contacts, sessions

    @get("/account")
    @for_role(*ROLES)
    def show_account(self) -> Response:
        who = current_visitor()
        account = account_of(who)
        return render_page(
            "account/overview.html",
            account=account,
            contacts=self.contacts.find_contacts(account),
            sessions=self.sessions.find_live(account),
            session=who.session,
        )

    @post("/account/sessions/<session_id>/ending")
    @for_role(*ROLES)
    def end_session(self, session_id: str) -> Response:
        """One login session ends. Raises UnknownSession."""
        account = account_of(current_visitor())
        self.sessions.end_session(account, session_id, current_origin())
        return redirect_to(SESSIONS_AT)

    @post("/account/sessions/ending")
    @for_role(*ROLES)
    def end_other_sessions(self) -> Response:
        """All login sessions end, but for this one."""
        self.sessions.end_others(current_visitor(), current_origin())
        return redirect_to(SESSIONS_AT)
