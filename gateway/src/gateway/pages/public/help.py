"""Help: whom to ask, and what to do where one is stuck."""

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get
from flask import Response

from gateway.pages.contacts import find_help
from gateway.pages.rendering import render_page


class HelpPages(Routes):
    """The page of help."""

    name = "help"

    @get("/help")
    @allow_everyone
    def show_help(self) -> Response:
        return render_page("public/help.html", help=find_help())
