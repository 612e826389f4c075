"""Which service may call which route, and that nobody else may: route by issuer."""

import re

import pytest
from chassis.http import auth, problem
from chassis.http.auth import ROLES_OF_PEOPLE, Verifier
from chassis.operations import routes as operations
from chassis.service import pull_routes as recovery
from flask import Flask

from tests.contract.test_doors import SERVICES, an_app, doors
from tests.unit.chassis.test_auth import Keys

ISSUERS = ("gateway", *SERVICES)
CONSUMERS = {
    "catalog": {"enrollment", "learning", "media", "notify"},
    "enrollment": {"gateway", "learning", "media", "notify"},
    "learning": {"enrollment", "notify"},
    "media": {"catalog", "enrollment", "learning", "media"},
    "notify": set[str](),
}
"""Who consumes what a service publishes, and so may pull it."""
MAY_CALL = {
    ("catalog", "GET /classes/<id_>"): {"enrollment"},
    ("enrollment", "GET /branches"): {"catalog"},
    ("enrollment", "POST /people/contacts"): {"gateway", "learning", "notify"},
    ("learning", "GET /classes/<class_id>/certificates/<person_id>"): {"enrollment"},
    ("enrollment", "POST /people/invitees"): {"gateway"},
    ("notify", "POST /mails"): {"gateway"},
    **{
        (service, f"GET /events/{what}"): consumers
        for service, consumers in CONSUMERS.items()
        for what in ("archive", "snapshots")
    },
}


class Tried:
    """A service's routes behind their real doors, with views that only answer."""

    def __init__(self, service: str, keys: Keys) -> None:
        self.service, self.keys = service, keys
        self.app = an_app(f"{service}.api")
        self.app.register_blueprint(operations.create_blueprint(None))  # type: ignore[arg-type]
        self.app.register_blueprint(recovery.create_blueprint(service, None, None))  # type: ignore[arg-type]
        self.doors = doors(self.app)
        _answer_only(self.app)
        problem.install_problems(self.app)
        auth.install_auth(self.app, Verifier(service, keys.all))

    def ask(self, route: str, issuer: str, **claims: object) -> int:
        """The status with a token by this issuer."""
        method, _, rule = route.partition(" ")
        token = self.keys.sign(issuer, aud=self.service, **claims)
        return (
            self.app.test_client()
            .open(
                re.sub("<[^>]*>", "1", rule),
                method=method,
                headers={"Authorization": f"Bearer {token}"},
            )
            .status_code
        )


def _answer_only(app: Flask) -> None:
    for endpoint, view in list(app.view_functions.items()):

        def answering(**_: object) -> tuple[str, int]:
            return "", 204

        answering.__access__ = auth.access_of(view)  # type: ignore[attr-defined]
        app.view_functions[endpoint] = answering


@pytest.fixture(name="keys", scope="module")
def _keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"), *ISSUERS)


def closed(tried: Tried) -> list[str]:
    """The routes that ask for a token at all."""
    return [route for route, door in tried.doors.items() if door and not door.is_open]


@pytest.mark.parametrize("service", SERVICES)
def test_a_route_is_open_to_the_services_it_names_and_to_no_other(
    service: str, keys: Keys
) -> None:
    tried = Tried(service, keys)
    nobody = {"person": "", "branch": "", "roles": ["service"]}
    for route in closed(tried):
        for issuer in ISSUERS:
            may = issuer in MAY_CALL.get((service, route), set())
            status = tried.ask(route, issuer, **nobody)
            assert status == (204 if may else 403), (route, issuer)


@pytest.mark.parametrize("service", SERVICES)
def test_no_key_but_the_gateways_speaks_for_people(service: str, keys: Keys) -> None:
    tried = Tried(service, keys)
    for route in closed(tried):
        door = tried.doors[route]
        for role in sorted(ROLES_OF_PEOPLE):
            may = door is not None and role in door.roles
            for issuer in ISSUERS:
                right = (204 if may else 403) if issuer == "gateway" else 401
                status = tried.ask(route, issuer, roles=[role])
                assert status == right, (route, issuer, role)


def test_the_list_above_names_routes_there_are(keys: Keys) -> None:
    for service, route in MAY_CALL:
        assert route in Tried(service, keys).doors
