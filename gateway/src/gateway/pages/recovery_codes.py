"""Recovery codes as they are shown, once."""

from collections.abc import Sequence

from flask import Response

from gateway.pages.rendering import redirect_to, render_page

NO_STORE = "private, no-store, no-transform"
"""Neither kept nor packed: the length of a packed page betrays what is in it."""


def show_recovery_codes(codes: Sequence[str], path: str) -> Response:
    """The page of fresh codes, to print; without any the way goes on at once."""
    if not codes:
        return redirect_to(path)
    page = render_page("account/second-factor/codes.html", codes=codes, onward=path)
    page.headers["Cache-Control"] = NO_STORE
    return page
