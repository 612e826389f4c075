"""A script agrees to the notice that is asked about, and to no other."""

from typing import Any, cast

import pytest
from chassis.http.app import create_app
from flask import Flask, g
from gateway.api.deletions import DeletionRoutes
from gateway.api.site import Site
from gateway.identity.sign_in import Visitor

from tests.unit.gateway.identity import TRAINEE_ACCOUNT

VERSION = "2026-11"


class MemoryConsents:
    """The last word on each version."""

    def __init__(self) -> None:
        self.rows: dict[str, bool] = {}

    def add_decision(self, account_id: str, version: str, *, is_given: bool) -> None:
        self.rows[version] = is_given

    def has_agreed(self, account_id: str, version: str) -> bool:
        return self.rows.get(version, False)


@pytest.fixture
def consents() -> MemoryConsents:
    return MemoryConsents()


@pytest.fixture
def app(consents: MemoryConsents) -> Flask:
    app, nothing = create_app("gateway", None), cast(Any, None)

    def sign_in() -> None:
        g.visitor = Visitor(TRAINEE_ACCOUNT)

    app.extensions["site"] = Site("http://localhost:8080")
    app.before_request(sign_in)
    routes = DeletionRoutes(nothing, nothing, cast(Any, consents), VERSION)
    app.register_blueprint(routes.blueprint())
    return app


def test_the_notice_that_is_asked_about_is_agreed_to(app: Flask) -> None:
    asked = {"version": VERSION, "is_given": True}
    answer = app.test_client().put("/api/account/consent", json=asked)
    assert (answer.status_code, answer.get_json()["is_given"]) == (200, True)


def test_nobody_agrees_to_a_notice_that_is_not_there(
    app: Flask, consents: MemoryConsents
) -> None:
    asked = {"version": "2031-01", "is_given": True}
    answer = app.test_client().put("/api/account/consent", json=asked)
    problem = answer.get_json()
    assert (answer.status_code, problem["version"]) == (409, VERSION)
    assert problem["type"].endswith("notice-differs")
    assert consents.rows == {}
