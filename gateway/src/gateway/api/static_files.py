"""/static: what pages load beside their text."""

from importlib.resources import files

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get
from flask import Response, send_from_directory

FOLDER = str(files("gateway").joinpath("static"))
FRESH_SECONDS = 3600
"""An hour: a new release shows everywhere on the day it is installed."""


class StaticRoutes(Routes):
    """Routes for static files."""

    name = "static"

    @get("/static/<path:name>")
    @allow_everyone
    def serve_file(self, name: str) -> Response:
        return send_from_directory(FOLDER, name, max_age=FRESH_SECONDS)

    @get("/static/player/<version>/<name>")
    @allow_everyone
    def serve_module(self, version: str, name: str) -> Response:
        """A module of the player; the version keeps browsers from mixing two."""
        return send_from_directory(f"{FOLDER}/player", name, max_age=FRESH_SECONDS)
