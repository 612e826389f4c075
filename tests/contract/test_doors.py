"""Every route says who may use it."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from chassis.http.app import create_app
from chassis.http.auth import ROLES_OF_PEOPLE, RouteAccess, access_of
from chassis.http.routing import Routes
from flask import Blueprint, Flask

ROOT = Path(__file__).parents[2]
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
ROOMS = [*(f"{service}.api" for service in SERVICES), "gateway.api", "gateway.pages"]
OPEN_IN_SERVICES = {"GET /v/<token>/<lecture_id>/<int:number>/<file>"}
HEALTH = {"/livez", "/readyz", "/metrics"}


def modules(room: str) -> Iterator[ModuleType]:
    package = importlib.import_module(room)
    for found in pkgutil.walk_packages(package.__path__, f"{room}."):
        yield importlib.import_module(found.name)


def blueprints(room: str) -> Iterator[Blueprint]:
    """Every blueprint of a room, with placeholders for what its views use."""
    for module in modules(room):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, Routes) and kind != Routes:
                placeholders = [None] * len(inspect.signature(kind).parameters)
                yield kind(*placeholders).blueprint()


def an_app(room: str) -> Flask:
    app = Flask("bare", static_folder=None)
    for blueprint in blueprints(room):
        app.register_blueprint(blueprint)
    return app


def doors(app: Flask) -> dict[str, RouteAccess | None]:
    """Who may use each route, by its method and path."""
    return {
        f"{method} {rule.rule}": access_of(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"})
    }


@pytest.mark.parametrize("room", ROOMS)
def test_every_route_has_a_door(room: str) -> None:
    found = doors(an_app(room))
    assert found
    assert [route for route, door in found.items() if door is None] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_door_names_roles_and_services_there_are(room: str) -> None:
    for route, door in doors(an_app(room)).items():
        assert door is not None
        assert door.roles <= ROLES_OF_PEOPLE, route
        assert door.services <= {*SERVICES, "gateway", "edge"}, route


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_of_a_service_is_open_to_all_but_what_a_token_in_the_path_guards(
    service: str,
) -> None:
    app = an_app(f"{service}.api")
    open_ones = {route for route, door in doors(app).items() if door and door.is_open}
    assert open_ones <= OPEN_IN_SERVICES


def test_health_and_metrics_are_open_and_nothing_else_comes_with_an_app() -> None:
    app = create_app("bare", None)
    assert {rule.rule for rule in app.url_map.iter_rules()} == HEALTH
    assert set(doors(app).values()) == {RouteAccess(is_open=True)}
