"""The routes there are in code, as they are reached at the gateway, and their views."""

from collections.abc import Callable, Mapping
from typing import Any

from chassis.http.app import create_app
from chassis.operations import routes as operations
from chassis.service import pull_routes as recovery
from flask import Flask

from tests.contract.test_doors import SERVICES, an_app

View = Callable[..., Any]
FORWARDED = {
    "/api/<service>/<path:path>",
    "/api/media/uploads/<upload>/parts/<int:part>",
    "/api/media/lectures/<lecture_id>/captions/<language>",
    "/api/media/pictures",
}
"""The ways on to the services, whose own routes are listed instead."""
ASIDE = {"HEAD", "OPTIONS"}


def routes_in_code() -> Mapping[str, View]:
    """Of every member: method and path, and what answers there."""
    found = _routes(an_app("gateway.api")) | _routes(an_app("gateway.pages"))
    found |= _routes(create_app("gateway", None)) | _routes_of_events("gateway")
    for service in SERVICES:
        prefix = f"/api/{service}"
        found |= _routes(an_app(f"{service}.api"), prefix)
        found |= _routes(create_app(service, None), prefix)
        found |= _routes_of_events(service) | _routes_of_recovery(service)
    return found


def _routes_of_events(name: str) -> dict[str, View]:
    app = Flask(name, static_folder=None)
    app.register_blueprint(operations.create_blueprint(None))  # type: ignore[arg-type]
    return _routes(app, f"/api/{name}")


def _routes_of_recovery(name: str) -> dict[str, View]:
    app = Flask(name, static_folder=None)
    app.register_blueprint(recovery.create_blueprint(name, None, None))  # type: ignore[arg-type]
    return _routes(app, f"/api/{name}")


def _routes(app: Flask, prefix: str = "") -> dict[str, View]:
    return {
        f"{method} {prefix}{rule.rule}".replace(", ", ","): app.view_functions[
            rule.endpoint
        ]
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - ASIDE
        if rule.rule not in FORWARDED
    }
