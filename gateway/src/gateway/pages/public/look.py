"""Choosing how pages look."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get, post
from flask import Response, request

from gateway.api.request_visitor import current_site
from gateway.pages.look import LOOK_COOKIE, YEAR_SECONDS, page_look
from gateway.pages.rendering import redirect_to, render_page, safe_path


class LookPages(Routes):
    """The page of all switches, to which every page leads, and what they send."""

    name = "look"

    @get("/look")
    @allow_everyone
    def show_look(self) -> Response:
        """The switches, and the way back to the page that led here."""
        back = safe_path(request.args.get("next", "/"))
        return render_page("public/look.html", next=back)

    @post("/look")
    @allow_everyone
    def choose_look(self) -> Response:
        """Back to the page, which looks as was chosen from now on."""
        back = redirect_to(safe_path(request.form.get("next", "/")))
        back.set_cookie(
            LOOK_COOKIE,
            page_look().change(request.form).dump(),
            max_age=YEAR_SECONDS,
            samesite="Lax",
            secure=current_site().is_secure,
        )
        return back
