"""Whoever learns here has been told what is stored about them, and has agreed.

A page that a browser shows leads to the question. All else, what a script asks, a
form, a part of a page, is refused: a program that acts for somebody stores as much.
"""

from urllib.parse import quote

from chassis.http.auth import bearer_token
from chassis.http.problem import Problem
from flask import Flask, Response, request

from gateway.api.request_visitor import current_visitor
from gateway.identity.account import TRAINEE
from gateway.identity.consents import Consents
from gateway.pages.rendering import current_path, is_part, redirect_to

OPEN = (
    "/privacy",
    "/about",
    "/consent",
    "/account",
    "/name",
    "/deletions",
    "/demo",
    "/help",
    "/sign-in",
    "/sign-out",
    "/invitations",
    "/activate",
    "/language",
    "/look",
    "/handbook",
    "/worker.js",
    "/manifest.webmanifest",
    "/badges",
    "/verify",
    "/static",
    "/pictures",
    "/api/account",
    "/api/session",
    "/api/sign-in-codes",
    "/api/invitations",
    "/api/activations",
    "/api/enrollment/contacts",
    "/api/enrollment/person",
)
"""What is there for who has not agreed, each with all below it: one's own account and
data, the ways in and out, help, and what open pages load for themselves."""
NEEDED = "请先看个人信息说明并答复：打开首页，或用 PUT /api/account/consent"


def install_consent_guard(app: Flask, consents: Consents, version: str) -> None:
    """Nothing else is answered until the question is; without a version nobody is
    asked. An API key speaks for its maker's work and never as a trainee."""

    def ask_for_consent() -> Response | None:
        account = current_visitor().account
        if not version or account is None or TRAINEE not in account.roles:
            return None
        if _is_open(request.path) or consents.has_agreed(account.id, version):
            return None
        if _is_page():
            return redirect_to(f"/consent?next={quote(current_path())}")
        raise Problem(403, "consent-needed", NEEDED, version=version)

    app.before_request(ask_for_consent)


def _is_open(path: str) -> bool:
    return any(path == head or path.startswith(f"{head}/") for head in OPEN)


def _is_page() -> bool:
    """Whether a browser asks for a whole page."""
    if bearer_token() is not None or request.method != "GET" or is_part():
        return False
    return "text/html" in request.headers.get("Accept", "")
