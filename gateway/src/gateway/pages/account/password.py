"""A new password for one's own account, after a fresh proof."""

from chassis.http.routing import Routes, route
from flask import Response

from gateway.api.request_visitor import (
    current_origin,
    current_visitor,
    set_session_cookies,
)
from gateway.forms.accounts import InvitationForm
from gateway.forms.base import apply_problem
from gateway.identity.account import ROLES
from gateway.identity.errors import Refusal
from gateway.identity.own_password import OwnPassword, require_fresh_proof
from gateway.pages.account.proof import with_fresh_proof
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role

PAGE = "account/password.html"


class PasswordPages(Routes):
    """The page of the own password."""

    name = "own_password"

    def __init__(self, own_password: OwnPassword) -> None:
        self.own_password = own_password

    @route("/account/password", "GET", "POST")
    @for_role(*ROLES)
    @with_fresh_proof
    def set_password(self) -> Response:
        """The form for a new password; all other login sessions end with it."""
        who, form = current_visitor(), InvitationForm.of_request()
        account = require_fresh_proof(who)
        if not form.is_sent():
            status = 422 if form.find_faults() else 200
            return render_page(PAGE, status, form=form, account=account)
        password = form.password.data or ""
        try:
            fresh = self.own_password.set_password(who, password, current_origin())
        except Refusal as refusal:
            apply_problem(form, refusal)
            page = render_page(PAGE, STATUSES[refusal.slug], form=form, account=account)
            return with_retry(page, refusal)
        return set_session_cookies(redirect_to("/account"), fresh)
