"""Signing in and out, taking up an invitation, choosing a language."""

from typing import Any

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, post, route
from flask import Response, request

from gateway.api.request_visitor import (
    current_origin,
    current_site,
    current_visitor,
    delete_session_cookie,
    set_session_cookies,
)
from gateway.forms.accounts import InvitationForm, SignInForm
from gateway.forms.base import PageForm, apply_problem
from gateway.identity.account import TRAINEE, Account
from gateway.identity.errors import Refusal
from gateway.identity.sign_in import SignIn
from gateway.pages.contacts import find_help
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.letter_language import write_in
from gateway.pages.page_client import page_services
from gateway.pages.provider_leaving import WayOut, find_none, leave_provider
from gateway.pages.rendering import redirect_to, render_page, safe_path
from gateway.texts import LANGUAGES
from gateway.texts.language import LANGUAGE_COOKIE

YEAR_SECONDS = 365 * 24 * 3600
SETTING = "public/invitation.html"


class AccountPages(Routes):
    """Pages for the account."""

    name = "account"

    def __init__(self, sign_in: SignIn, find_way_out: WayOut = find_none) -> None:
        self.sign_in, self.find_way_out = sign_in, find_way_out

    @route("/sign-in", "GET", "POST")
    @allow_everyone
    def sign_in_here(self) -> Response:
        """The form to sign in with; who is signed in goes on."""
        form = SignInForm.of_request()
        form.next.data = safe_path(form.next.data or "/")
        if request.method == "GET" and current_visitor().account is not None:
            return redirect_to(form.next.data)
        if not form.is_sent():
            return _render_form("public/sign-in.html", form)
        login, password = form.login.data or "", form.password.data or ""
        try:
            who = self.sign_in(
                login, password, current_origin(), stays=bool(form.stays.data)
            )
        except Refusal as refusal:
            return _refuse_form("public/sign-in.html", form, refusal)
        return set_session_cookies(redirect_to(form.next.data), who)

    @post("/sign-out")
    @allow_everyone
    def submit_sign_out(self) -> Response:
        way_out = self.find_way_out(current_visitor(), f"{current_site().url}/")
        self.sign_in.sign_out(current_visitor(), current_origin())
        left = leave_provider(way_out) if way_out else redirect_to("/")
        return delete_session_cookie(left)

    @route("/invitations/<invitation>", "GET", "POST")
    @allow_everyone
    def accept_invitation(self, invitation: str) -> Response:
        """The form for the first password. Raises Refusal for an invitation that is
        unknown, used or past its time."""
        account = self.sign_in.account_of_invitation(invitation)
        form = InvitationForm.of_request()
        if not form.is_sent():
            return _render_form(SETTING, form, **_about(account))
        password = form.password.data or ""
        try:
            who = self.sign_in.accept_invitation(invitation, password, current_origin())
        except Refusal as refusal:
            return _refuse_form(SETTING, form, refusal, **_about(account))
        return set_session_cookies(redirect_to("/"), who)

    @post("/language/<wanted>")
    @allow_everyone
    def choose_language(self, wanted: str) -> Response:
        back = redirect_to(safe_path(request.form.get("next", "/")))
        if wanted in LANGUAGES:
            back.set_cookie(
                LANGUAGE_COOKIE,
                wanted,
                max_age=YEAR_SECONDS,
                samesite="Lax",
                secure=current_site().is_secure,
            )
            if TRAINEE in current_visitor().roles:
                write_in(page_services().notify, wanted)
        return back


def _about(account: Account) -> dict[str, Any]:
    """Whose first password it is, and whom they may ask."""
    return {"account": account, "action": "", "help": find_help(account)}


def _render_form(template: str, form: PageForm, **context: Any) -> Response:
    status = 422 if form.find_faults() else 200
    return render_page(template, status, form=form, **context)


def _refuse_form(
    template: str, form: PageForm, refusal: Refusal, **context: Any
) -> Response:
    apply_problem(form, refusal)
    asked_again = render_page(template, STATUSES[refusal.slug], form=form, **context)
    return with_retry(asked_again, refusal)
