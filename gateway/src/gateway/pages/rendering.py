"""Pages and parts of pages as answers."""

from typing import Any

from flask import Response, redirect, request
from flask import render_template as render


def render_page(template: str, status: int = 200, **context: Any) -> Response:
    """A page from a template."""
    return Response(
        render(template, **context), status, content_type="text/html; charset=utf-8"
    )


def redirect_to(path: str) -> Response:
    """A redirect to another page."""
    return Response(redirect(path, 303).data, 303, {"Location": path})


def safe_path(path: str) -> str:
    """A path of this site; anything else leads home."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and path.isprintable() else "/"


def current_path() -> str:
    """The path of this page with its query."""
    return request.full_path.removesuffix("?")


def is_part() -> bool:
    """Whether htmx asks for a part of a page; on the way back it asks for all of it."""
    is_way_back = request.headers.get("HX-History-Restore-Request") == "true"
    return request.headers.get("HX-Request") == "true" and not is_way_back
