"""The gateway's own event operations: for itself, in the name of an operator, alone."""

from typing import Any, cast

import pytest
from chassis.http.app import create_app
from chassis.http.auth import Verifier
from chassis.operations import routes
from chassis.operations.console import EventConsole
from chassis.operations.operations import Operation
from flask.testing import FlaskClient
from gateway.api import request_visitor
from gateway.api.site import Site
from gateway.identity.sign_in import SignIn
from gateway.pages import errors

from tests.unit.chassis.test_auth import Keys
from tests.unit.gateway.gateway_app import KnownByName

OPERATIONS = [
    made for made in vars(EventConsole).values() if isinstance(made, Operation)
]


class Nothing:
    """A console of a service in which nothing ever was parked or published."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *_: object) -> list[Any]:
        return []


@pytest.fixture(name="keys", scope="module")
def _keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"), "gateway", "media")


@pytest.fixture(name="client")
def _client(keys: Keys) -> FlaskClient:
    app = create_app("gateway", Verifier("gateway", keys.all))
    sign_in = cast(SignIn, KnownByName())
    request_visitor.install_visitors(app, sign_in, Site("http://localhost:80"))
    errors.install_error_pages(app)
    app.register_blueprint(routes.create_blueprint(cast(EventConsole, Nothing())))
    return app.test_client()


def status(client: FlaskClient, operation: Operation[Any], token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    path = f"http://127.0.0.1:9/events/{operation.path}"
    return client.open(path, method=operation.method, headers=headers).status_code


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda made: made.path)
def test_no_session_opens_them_and_no_other_key(
    client: FlaskClient, keys: Keys, operation: Operation[Any]
) -> None:
    service = {"aud": "gateway", "person": "", "branch": "", "roles": ["service"]}
    trainee = {"aud": "gateway", "roles": ["trainee"]}
    assert status(client, operation, "") == 401
    assert status(client, operation, "operator") == 401, "a session of an operator"
    assert status(client, operation, keys.sign("media", **service)) == 403
    assert status(client, operation, keys.sign("gateway", **trainee)) == 403


def test_the_gateway_asks_itself_by_any_name(client: FlaskClient, keys: Keys) -> None:
    token = keys.sign("gateway", aud="gateway", roles=["operator"])
    assert status(client, EventConsole.find_parked, token) == 200


def test_every_operation_has_its_route(client: FlaskClient) -> None:
    rules = client.application.url_map.iter_rules()
    there = {(rule.rule, method) for rule in rules for method in rule.methods or ()}
    for operation in OPERATIONS:
        assert (f"/events/{operation.path}", operation.method) in there
