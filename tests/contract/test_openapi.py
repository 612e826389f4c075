"""The OpenAPI documents: made from the routes, valid, and the same as committed."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from chassis.operations.console import EventConsole
from chassis.operations.operations import Operation
from chassis.service.documents import SHARED, render_document
from gateway.connect.openapi import build_branch_openapi, render_branch_openapi
from gateway.identity.key_scopes import SCOPES, SEND_ROSTERS
from openapi_spec_validator import OpenAPIV31SpecValidator

import contracts
from tests.contract.test_doors import SERVICES

FOLDER = Path(__file__).parents[2] / "contracts/src/contracts/http/openapi"
BRANCH_FILE = Path(__file__).parents[2] / "docs/connect/openapi.json"
UNREADABLE = r"\Z"
"""The end of a text in Python's patterns; others take it for a letter."""


OPERATIONS = [
    made for made in vars(EventConsole).values() if isinstance(made, Operation)
]
DOCUMENTS = [*SERVICES, "gateway", SHARED]


@cache
def document(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(render_document(name))
    return read


@pytest.mark.parametrize("service", DOCUMENTS)
def test_the_document_is_as_the_routes_make_it(service: str) -> None:
    written = (FOLDER / f"{service}.json").read_text("utf-8")
    assert written == render_document(service), "make docs"


@pytest.mark.parametrize("service", DOCUMENTS)
def test_the_document_is_valid(service: str) -> None:
    faults = [*OpenAPIV31SpecValidator(document(service)).iter_errors()]
    assert faults == []
    assert UNREADABLE not in json.dumps(document(service))


@pytest.mark.parametrize("service", DOCUMENTS)
def test_every_operation_has_an_id_of_its_own_and_says_what_it_does(
    service: str,
) -> None:
    operations = [
        operation
        for path in document(service)["paths"].values()
        for operation in path.values()
    ]
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    assert all(operation["summary"] for operation in operations)


def test_what_answers_bytes_says_which() -> None:
    paths = document("media")["paths"]
    stream = paths["/v/{token}/{lecture_id}/{number}/{file}"]["get"]
    whole, part = stream["responses"]["200"], stream["responses"]["206"]
    assert part["content"] == whole["content"]
    assert sorted(whole["content"]) == [
        "application/vnd.apple.mpegurl",
        "image/jpeg",
        "video/iso.segment",
        "video/mp4",
    ]
    assert "Range" in [parameter["name"] for parameter in stream["parameters"]]
    put = paths["/uploads/{id_}/parts/{part}"]["put"]["requestBody"]
    assert [*put["content"]] == ["application/octet-stream"]


@pytest.mark.parametrize("service", DOCUMENTS)
def test_every_operation_says_what_it_answers(service: str) -> None:
    operations = [
        (method, path, code)
        for path, methods in document(service)["paths"].items()
        for method, operation in methods.items()
        for code, response in operation["responses"].items()
        if "content" not in response and code != "304"
    ]
    assert operations == []


def test_there_is_a_document_for_each_service_and_no_other() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(DOCUMENTS)


def test_what_has_versions_says_how_it_is_kept_and_edited() -> None:
    area = document("catalog")["paths"]["/drafts/{id_}"]["get"]
    assert "ETag" in area["responses"]["200"]["headers"]
    assert "content" not in area["responses"]["304"]
    assert "If-None-Match" in names_of(area)
    edit = document("catalog")["paths"]["/courses/{id_}"]["put"]
    assert {"412", "428"} <= set(edit["responses"])


def test_a_write_that_may_be_sent_again_says_under_which_key() -> None:
    post = document("catalog")["paths"]["/courses"]["post"]
    assert "Idempotency-Key" in names_of(post)


def test_what_every_service_has_is_documented_once() -> None:
    shared = document(SHARED)["paths"]
    operations = {f"/events/{made.path}" for made in OPERATIONS}
    pulled = {"/events/archive", "/events/snapshots"}
    assert {*shared} == operations | pulled | {"/livez", "/readyz", "/metrics"}
    resend = shared["/events/resend"]["post"]["requestBody"]
    assert resend["content"]["application/json"]["schema"]["$ref"].endswith("Resend")
    assert names_of(shared["/events/published"]["get"]) == {"id"}


def test_the_gateway_documents_what_it_answers_itself() -> None:
    paths = document("gateway")["paths"]
    assert "/api/session" in paths
    assert not any(path.startswith("/api/{service}") for path in paths)
    invited = paths["/api/invitations"]["post"]["responses"]
    assert invited["200"]["content"] == invited["201"]["content"]


def test_the_document_of_a_branch_is_as_its_key_may_call() -> None:
    assert BRANCH_FILE.read_text("utf-8") == render_branch_openapi(), "make docs"
    made = build_branch_openapi()
    assert [*OpenAPIV31SpecValidator(made).iter_errors()] == []
    scope = SCOPES[SEND_ROSTERS]
    for path, methods in made["paths"].items():
        assert all(scope.can_call(method.upper(), path) for method in methods)
    assert "/api/enrollment/branches/{branch}/events" in made["paths"]
    assert "/api/enrollment/branches/{branch}/chunks/{key}" in made["paths"]


def test_the_document_of_a_branch_says_what_an_event_is() -> None:
    type_ = "branch.roster.sent.v1"
    schema = build_branch_openapi()["components"]["schemas"][type_]
    check = jsonschema_rs.validator_for(schema)
    example = contracts.example_of(type_)
    assert check.is_valid(example)
    assert not check.is_valid(example | {"type": "branch.roster.sent.v9"})


def names_of(operation: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in operation["parameters"]}
