"""Every route stands in the table, and the table has no other."""

from chassis.http import operations
from chassis.http.app import new_app
from chassis.http.auth import public
from flask import Flask

from tests.contract.test_doors import SERVICES, an_app
from tests.routes.table import read_table

FORWARDED = "/api/<service>/<path:path>"
"""The way on to the services, whose own routes stand in the table instead."""
ASIDE = {"HEAD", "OPTIONS"}


def routes(app: Flask, prefix: str = "") -> set[str]:
    return {
        f"{method} {prefix}{rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - ASIDE
        if rule.rule != FORWARDED
    }


def routes_of_events(name: str) -> set[str]:
    app = Flask(name, static_folder=None)
    app.register_blueprint(operations.blueprint(None, public))  # type: ignore[arg-type]
    return routes(app, f"/api/{name}")


def routes_in_code() -> set[str]:
    """Of every member, as they are reached at the gateway."""
    found = routes(an_app("gateway.api")) | routes(an_app("gateway.pages"))
    found |= routes(new_app("gateway", None, {})) | routes_of_events("gateway")
    for service in SERVICES:
        app = an_app(f"{service}.api")
        found |= routes(app, f"/api/{service}") | routes_of_events(service)
        found |= routes(new_app(service, None, {}), f"/api/{service}")
    return found


def test_every_route_stands_in_the_table() -> None:
    assert routes_in_code() - {line.route for line in read_table()} == set()


def test_the_table_has_no_route_that_is_gone() -> None:
    assert {line.route for line in read_table()} - routes_in_code() == set()
