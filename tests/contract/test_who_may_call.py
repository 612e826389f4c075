"""Which service may call which route, and that nobody else may: route by issuer."""

import re
import time
from collections.abc import Callable
from functools import cache, partial

import pytest
from chassis.http import auth, problem
from chassis.http.auth import ROLES_OF_PEOPLE, Verifier
from chassis.operations import routes as operations
from chassis.service import pull_routes as recovery
from flask import Flask

from tests.contract.test_doors import SERVICES, an_app, doors
from tests.depth import IS_DEEP
from tests.unit.chassis.test_auth import Keys

LIFE_SECONDS = 290
"""Of a token that is signed once for all routes: no longer one is taken."""
ISSUERS = ("gateway", "edge", *SERVICES)
CONSUMERS = {
    "catalog": {"enrollment", "learning", "media", "notify"},
    "enrollment": {"catalog", "enrollment", "gateway", "learning", "media", "notify"},
    "learning": {"enrollment", "notify"},
    "media": {"catalog", "enrollment", "learning", "media"},
    "notify": set[str](),
}
"""Who consumes what a service publishes, and so may pull it."""
MAY_CALL = {
    ("catalog", "GET /classes/<id_>"): {"enrollment"},
    ("enrollment", "GET /branches"): {"catalog"},
    ("enrollment", "GET /branches/tree"): {"catalog"},
    ("enrollment", "GET /classes/<class_id>/cancellation"): {"catalog"},
    ("enrollment", "GET /branches/<branch_id>"): {"learning"},
    ("enrollment", "POST /memberships/terms"): {"learning"},
    ("enrollment", "POST /people/contacts"): {"gateway", "learning", "notify"},
    ("learning", "GET /classes/<class_id>/certificates/<person_id>"): {"enrollment"},
    ("learning", "POST /classes/<class_id>/standing"): {"gateway"},
    ("enrollment", "POST /people/invitees"): {"gateway"},
    ("enrollment", "PUT /people/<person_id>/contact"): {"gateway"},
    ("media", "PUT /served"): {"edge"},
    ("notify", "POST /mails"): {"gateway"},
    ("notify", "GET /channels"): {"gateway"},
    ("notify", "GET /tray"): {"gateway"},
    ("notify", "POST /reminders"): {"gateway"},
    ("enrollment", "POST /people/<person_id>/deletion"): {"gateway"},
    **{
        (service, "GET /people/<person_id>/holdings"): {"gateway"}
        for service in ("enrollment", "learning", "media", "notify")
    },
    **{
        (service, f"GET /events/{what}"): consumers
        for service, consumers in CONSUMERS.items()
        for what in ("archive", "snapshots")
    },
}


class Tried:
    """A service's routes behind their real doors, with views that only answer."""

    def __init__(self, service: str, keys: Keys) -> None:
        self.service = service
        self.sign = cache(partial(keys.sign, exp=int(time.time()) + LIFE_SECONDS))
        self.app = an_app(f"{service}.api")
        self.app.register_blueprint(operations.create_blueprint(None))  # type: ignore[arg-type]
        self.app.register_blueprint(recovery.create_blueprint(service, None, None))  # type: ignore[arg-type]
        self.doors = doors(self.app)
        _answer_only(self.app)
        problem.install_problems(self.app)
        auth.install_auth(self.app, Verifier(service, keys.all))
        self.client = self.app.test_client()

    def ask(self, route: str, issuer: str, role: str, **claims: str) -> int:
        """The status with a token by this issuer, for somebody in this role."""
        method, _, rule = route.partition(" ")
        token = self.sign(issuer, aud=self.service, roles=(role,), **claims)
        headers = {"Authorization": f"Bearer {token}"}
        path = re.sub("<[^>]*>", "1", rule)
        return self.client.open(path, method=method, headers=headers).status_code


def _answer_only(app: Flask) -> None:
    for endpoint, view in list(app.view_functions.items()):

        def answering(**_: object) -> tuple[str, int]:
            return "", 204

        answering.__access__ = auth.access_of(view)  # type: ignore[attr-defined]
        app.view_functions[endpoint] = answering


@pytest.fixture(name="keys", scope="module")
def _keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"), *ISSUERS)


@pytest.fixture(scope="module")
def try_service(keys: Keys) -> Callable[[str], Tried]:
    """A service's routes, built once."""
    return cache(lambda service: Tried(service, keys))


def roles_asked(place: int, issuer: str) -> list[str]:
    """Every role by the gateway; by an issuer that speaks for no people, one at each
    route in turn, and every one in depth."""
    roles = sorted(ROLES_OF_PEOPLE)
    everyone = issuer == "gateway" or IS_DEEP
    return roles if everyone else [roles[place % len(roles)]]


def closed(tried: Tried) -> list[str]:
    """The routes that ask for a token at all."""
    return [route for route, door in tried.doors.items() if door and not door.is_open]


@pytest.mark.parametrize("service", SERVICES)
def test_a_route_is_open_to_the_services_it_names_and_to_no_other(
    service: str, try_service: Callable[[str], Tried]
) -> None:
    tried = try_service(service)
    for route in closed(tried):
        for issuer in ISSUERS:
            may = issuer in MAY_CALL.get((service, route), set())
            status = tried.ask(route, issuer, "service", person="", branch="")
            assert status == (204 if may else 403), (route, issuer)


@pytest.mark.parametrize("service", SERVICES)
def test_no_key_but_the_gateways_speaks_for_people(
    service: str, try_service: Callable[[str], Tried]
) -> None:
    tried = try_service(service)
    for place, route in enumerate(closed(tried)):
        door = tried.doors[route]
        for issuer in ISSUERS:
            for role in roles_asked(place, issuer):
                may = door is not None and role in door.roles
                right = (204 if may else 403) if issuer == "gateway" else 401
                status = tried.ask(route, issuer, role)
                assert status == right, (route, issuer, role)


def test_the_list_above_names_routes_there_are(
    try_service: Callable[[str], Tried],
) -> None:
    for service, route in MAY_CALL:
        assert route in try_service(service).doors
