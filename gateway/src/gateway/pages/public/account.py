"""Signing in and out, taking up an invitation, choosing a language."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get, post
from flask import Response, request

from gateway.api.request_visitor import (
    current_origin,
    current_site,
    current_visitor,
    delete_session_cookie,
    set_session_cookies,
)
from gateway.identity.errors import Refusal
from gateway.identity.sign_in import SignIn
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.language import LANGUAGE_COOKIE
from gateway.pages.rendering import redirect_to, render_page
from gateway.texts import LANGUAGES

YEAR_SECONDS = 365 * 24 * 3600


class AccountPages(Routes):
    """Pages for the account."""

    name = "account"

    def __init__(self, sign_in: SignIn) -> None:
        self.sign_in = sign_in

    @get("/sign-in")
    @allow_everyone
    def show_sign_in(self) -> Response:
        if current_visitor().account is not None:
            return redirect_to(_safe_path(request.args.get("next", "/")))
        return render_page(
            "public/sign-in.html", onward=_safe_path(request.args.get("next", "/"))
        )

    @post("/sign-in")
    @allow_everyone
    def submit_sign_in(self) -> Response:
        onward = _safe_path(request.form.get("next", "/"))
        login = request.form.get("login", "")
        try:
            who = self.sign_in(
                login, request.form.get("password", ""), current_origin()
            )
        except Refusal as refusal:
            context = {"fault": refusal, "login": login, "onward": onward}
            asked_again = render_page(
                "public/sign-in.html", STATUSES[refusal.slug], **context
            )
            return with_retry(asked_again, refusal)
        return set_session_cookies(redirect_to(onward), who)

    @post("/sign-out")
    @allow_everyone
    def submit_sign_out(self) -> Response:
        self.sign_in.sign_out(current_visitor(), current_origin())
        return delete_session_cookie(redirect_to("/"))

    @get("/invitations/<invitation>")
    @allow_everyone
    def show_invitation(self, invitation: str) -> Response:
        return render_page(
            "public/invitation.html",
            account=self.sign_in.account_of_invitation(invitation),
        )

    @post("/invitations/<invitation>")
    @allow_everyone
    def accept_invitation(self, invitation: str) -> Response:
        account = self.sign_in.account_of_invitation(invitation)
        try:
            who = self.sign_in.accept_invitation(
                invitation, request.form.get("password", ""), current_origin()
            )
        except Refusal as refusal:
            context = {"fault": refusal, "account": account}
            asked_again = render_page(
                "public/invitation.html", STATUSES[refusal.slug], **context
            )
            return with_retry(asked_again, refusal)
        return set_session_cookies(redirect_to("/"), who)

    @post("/language/<wanted>")
    @allow_everyone
    def choose_language(self, wanted: str) -> Response:
        back = redirect_to(_safe_path(request.form.get("next", "/")))
        if wanted in LANGUAGES:
            back.set_cookie(
                LANGUAGE_COOKIE,
                wanted,
                max_age=YEAR_SECONDS,
                samesite="Lax",
                secure=current_site().is_secure,
            )
        return back


def _safe_path(path: str) -> str:
    """A path of this site; anything else leads home."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and path.isprintable() else "/"
