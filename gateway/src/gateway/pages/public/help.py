"""Help: whom to ask, and what to do where one is stuck; what is stored; who we are."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get
from flask import Response

from gateway.pages.contacts import find_help
from gateway.pages.rendering import render_page
from gateway.pages.shared_pages import for_everybody


class HelpPages(Routes):
    """The pages that every page leads to."""

    name = "help"

    @get("/help")
    @allow_everyone
    def show_help(self) -> Response:
        return render_page("public/help.html", help=find_help())

    @get("/privacy")
    @for_everybody
    def show_privacy(self) -> Response:
        """What is stored and why, as trainees are asked to agree to it."""
        return render_page("public/privacy.html", help=find_help())

    @get("/about")
    @for_everybody
    def show_about(self) -> Response:
        """What this platform is, and whose."""
        return render_page("public/about.html", help=find_help())
