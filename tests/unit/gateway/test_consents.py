"""Who has not agreed to the notice that is asked about is asked, also as a script."""

from typing import Any, cast

import pytest
from chassis.http.app import create_app
from flask import Flask, g
from gateway.api.deletions import DeletionRoutes
from gateway.api.site import Site
from gateway.identity.account import OFFICER, TRAINEE, Account
from gateway.identity.sign_in import Visitor
from gateway.pages.consent_guard import install_consent_guard

from tests.unit.gateway.identity import OFFICER_ACCOUNT, TRAINEE_ACCOUNT, an_account

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


BOTH = an_account("p2", TRAINEE, OFFICER, person_id="p2", branch_id="dongcheng")
PAGE = {"Accept": "text/html"}
SCRIPT = {"Authorization": "Bearer t", "Accept": "application/json"}
PART = PAGE | {"HX-Request": "true"}


def guarded(consents: MemoryConsents, account: Account | None, version: str) -> Flask:
    """A gateway that answers everything, behind the guard."""
    app = create_app("gateway", None)

    def sign_in() -> None:
        g.visitor = Visitor(account)

    app.before_request(sign_in)
    install_consent_guard(app, cast(Any, consents), version)
    methods = ["GET", "POST", "PUT", "DELETE", "PATCH"]
    app.add_url_rule("/<path:path>", "all", lambda path: path, methods=methods)
    return app


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/api/notify/notices", SCRIPT),
        ("GET", "/api/notify/notices", {}),
        ("GET", "/api/enrollment/enrolments", PART),
        ("POST", "/api/media/lectures/l1/grants", SCRIPT),
        ("GET", "/v/token/l1/1/0.ts", {}),
        ("GET", "/record", SCRIPT),
        ("GET", "/inbox", PART),
        ("POST", "/inbox/read", PAGE),
        ("GET", "/accounts", PART),
        ("GET", "/api/accounts", SCRIPT),
    ],
)
@pytest.mark.parametrize("account", [TRAINEE_ACCOUNT, BOTH], ids=["trainee", "both"])
def test_who_has_not_agreed_is_refused_with_a_code_until_they_do(
    consents: MemoryConsents,
    account: Account,
    method: str,
    path: str,
    headers: dict[str, str],
) -> None:
    client = guarded(consents, account, VERSION).test_client()
    refused = client.open(path, method=method, headers=headers)
    problem = refused.get_json()
    assert (refused.status_code, problem["version"]) == (403, VERSION)
    assert problem["type"].endswith("/consent-needed")
    consents.add_decision(account.id, VERSION, is_given=True)
    assert client.open(path, method=method, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/api/account/consent"),
        ("GET", "/api/account/sessions"),
        ("DELETE", "/api/session"),
        ("GET", "/api/enrollment/contacts/college"),
        ("GET", "/api/enrollment/person"),
        ("POST", "/account/data/deletion"),
        ("GET", "/deletions/token"),
        ("POST", "/sign-out"),
        ("POST", "/sign-in"),
        ("GET", "/help"),
        ("GET", "/badges"),
    ],
)
def test_account_data_help_and_the_way_out_are_there_without_it(
    consents: MemoryConsents, method: str, path: str
) -> None:
    client = guarded(consents, TRAINEE_ACCOUNT, VERSION).test_client()
    for headers in (SCRIPT, PAGE, PART):
        assert client.open(path, method=method, headers=headers).status_code == 200


def test_a_page_leads_to_the_question_and_back(consents: MemoryConsents) -> None:
    client = guarded(consents, TRAINEE_ACCOUNT, VERSION).test_client()
    asked = client.get("/record?year=2026", headers=PAGE)
    path = "/consent?next=/record%3Fyear%3D2026"
    assert (asked.status_code, asked.headers["Location"]) == (303, path)


@pytest.mark.parametrize(
    ("account", "version"),
    [(None, VERSION), (OFFICER_ACCOUNT, VERSION), (TRAINEE_ACCOUNT, "")],
    ids=["nobody", "officer", "no notice"],
)
def test_nobody_else_is_asked(
    consents: MemoryConsents, account: Account | None, version: str
) -> None:
    client = guarded(consents, account, version).test_client()
    assert client.get("/api/notify/notices", headers=SCRIPT).status_code == 200
    assert client.get("/record", headers=PAGE).status_code == 200
