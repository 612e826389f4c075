"""Whoever learns here has been told what is stored about them, and has agreed.

Pages that a browser shows are asked about; scripts with a token are not, nor what a
page loads for itself.
"""

from urllib.parse import quote

from chassis.http.auth import bearer_token
from flask import Flask, Response, request

from gateway.api.request_visitor import current_visitor
from gateway.identity.account import TRAINEE
from gateway.identity.consents import Consents
from gateway.pages.rendering import current_path, is_part, redirect_to

OPEN = (
    "/consent",
    "/account",
    "/deletions",
    "/demo",
    "/help",
    "/sign-out",
    "/language",
    "/verify",
    "/static",
    "/pictures",
    "/v/",
    "/api/",
)
"""What is there for who has not agreed: one's own data, the way out, and help."""


def install_consent_guard(app: Flask, consents: Consents, version: str) -> None:
    """Pages lead to the question until it is answered; without a version never."""

    def ask_for_consent() -> Response | None:
        account = current_visitor().account
        if not version or account is None or TRAINEE not in account.roles:
            return None
        if not _is_page() or consents.has_agreed(account.id, version):
            return None
        return redirect_to(f"/consent?next={quote(current_path())}")

    app.before_request(ask_for_consent)


def _is_page() -> bool:
    """Whether a browser asks for a whole page that is not open to everybody."""
    if bearer_token() is not None or request.method != "GET" or is_part():
        return False
    if "text/html" not in request.headers.get("Accept", ""):
        return False
    return not request.path.startswith(OPEN)
