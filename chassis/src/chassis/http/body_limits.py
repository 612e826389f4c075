"""How large a body each route takes: known before a byte of it is read."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from flask import Flask, request
from werkzeug.exceptions import HTTPException

View = TypeVar("View", bound=Callable[..., Any])


class BodyLimit(NamedTuple):
    """Bytes that a route takes: from who shows a session or a token, and from others.

    What somebody shows is not verified here: that comes when the route runs.
    """

    known: int
    strangers: int


SMALL = 1024 * 1024
LARGE = 9 * 1024 * 1024  # a part of an upload is 8 MiB, a roster's file 8 MB
FORM_SIZE = 64 * 1024
USUAL, NOTHING = BodyLimit(SMALL, FORM_SIZE), BodyLimit(0, 0)


def limit_body(known: int, strangers: int = 0) -> Callable[[View], View]:
    """Let a route take bodies up to these sizes instead of the usual ones."""

    def mark_view(view: View) -> View:
        view.__body_limit__ = BodyLimit(known, strangers)  # type: ignore[attr-defined]
        return view

    return mark_view


def largest_body(app: Flask, method: str, path: str, is_known: bool) -> int:
    """The largest body that this request may bring; 0 where there is no route."""
    try:
        endpoint, _ = app.url_map.bind("").match(path, method)
    except HTTPException:
        return 0
    return _body_limit(app, endpoint, is_known)


def install_body_limits(app: Flask) -> None:
    """Hold every request to what its route takes, whatever server runs the app."""

    def limit_request() -> None:
        if not (request.content_length or "Transfer-Encoding" in request.headers):
            return  # to read nothing is allowed where nothing is taken
        is_known = "Authorization" in request.headers or "Cookie" in request.headers
        request.max_content_length = _body_limit(app, request.endpoint, is_known)

    app.before_request(limit_request)


def _body_limit(app: Flask, endpoint: str | None, is_known: bool) -> int:
    view = app.view_functions.get(endpoint or "")
    allowance = NOTHING if view is None else getattr(view, "__body_limit__", USUAL)
    return int(allowance.known if is_known else allowance.strangers)
