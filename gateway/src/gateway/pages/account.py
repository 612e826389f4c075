"""Signing in and out, taking up an invitation, choosing a language."""

from chassis.http.auth import public
from flask import Blueprint, Response, request

from gateway.api.visitors import forget, origin, remember, site, visitor
from gateway.identity.errors import Refusal
from gateway.identity.sign_in import SignIn
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.frame import LANGUAGE_COOKIE, page, see
from gateway.texts import LANGUAGES

YEAR_SECONDS = 365 * 24 * 3600


def blueprint(sign_in: SignIn) -> Blueprint:
    """Pages for the account."""
    bp = Blueprint("account", __name__)

    @bp.get("/sign-in")
    @public
    def ask() -> Response:
        if visitor().account is not None:
            return see(_onward(request.args.get("next", "/")))
        return page("sign-in.html", onward=_onward(request.args.get("next", "/")))

    @bp.post("/sign-in")
    @public
    def enter() -> Response:
        onward = _onward(request.form.get("next", "/"))
        login = request.form.get("login", "")
        try:
            who = sign_in(login, request.form.get("password", ""), origin())
        except Refusal as refusal:
            words = {"fault": refusal, "login": login, "onward": onward}
            asked_again = page("sign-in.html", STATUSES[refusal.slug], **words)
            return with_retry(asked_again, refusal)
        return remember(see(onward), who)

    @bp.post("/sign-out")
    @public
    def leave() -> Response:
        sign_in.sign_out(visitor(), origin())
        return forget(see("/"))

    @bp.get("/invitations/<invitation>")
    @public
    def invited(invitation: str) -> Response:
        return page("invitation.html", account=sign_in.invited(invitation))

    @bp.post("/invitations/<invitation>")
    @public
    def accept(invitation: str) -> Response:
        account = sign_in.invited(invitation)
        try:
            who = sign_in.accept(invitation, request.form.get("password", ""), origin())
        except Refusal as refusal:
            words = {"fault": refusal, "account": account}
            asked_again = page("invitation.html", STATUSES[refusal.slug], **words)
            return with_retry(asked_again, refusal)
        return remember(see("/"), who)

    @bp.post("/language/<wanted>")
    @public
    def choose(wanted: str) -> Response:
        back = see(_onward(request.form.get("next", "/")))
        if wanted in LANGUAGES:
            back.set_cookie(
                LANGUAGE_COOKIE,
                wanted,
                max_age=YEAR_SECONDS,
                samesite="Lax",
                secure=site().is_secure,
            )
        return back

    return bp


def _onward(said: str) -> str:
    """A path of this site; anything else leads home."""
    plain = said.startswith("/") and not said.startswith(("//", "/\\"))
    return said if plain and said.isprintable() else "/"
