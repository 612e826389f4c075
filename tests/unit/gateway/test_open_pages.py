"""A page that stays open while its visitor's session ends."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gateway.api import visitors
from gateway.api.visitors import Visitor
from gateway.pages import errors, frame, record


class NobodySignedIn:
    """Knows no session."""

    def visitor(self, token: str) -> Visitor:
        return Visitor()


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("gateway", static_folder=None)
    visitors.install(app, NobodySignedIn())
    frame.install(app, None)
    errors.install(app)
    app.register_blueprint(record.blueprint("http://127.0.0.1"))
    return app.test_client()


@pytest.mark.parametrize("path", ["/record?seen=x", "/inbox/unread"])
def test_the_page_to_sign_in_at_never_comes_into_an_open_page(
    client: FlaskClient, path: str
) -> None:
    whole = client.get(path)
    assert (whole.status_code, whole.location[:9]) == (303, "/sign-in?")
    assert client.get(path, headers={"HX-Request": "true"}).status_code == 401
