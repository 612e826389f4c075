"""The OpenAPI documents: made from the routes, valid, and the same as committed."""

import json
from pathlib import Path
from typing import Any

import pytest
from chassis.http.openapi import build_document, find_routes, render_document
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.contract.test_doors import SERVICES

FOLDER = Path(__file__).parents[2] / "contracts/src/contracts/http/openapi"
UNREADABLE = r"\Z"
"""The end of a text in Python's patterns; others take it for a letter."""


def document(service: str) -> dict[str, Any]:
    return build_document(service, find_routes(service))


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_is_as_the_routes_make_it(service: str) -> None:
    written = (FOLDER / f"{service}.json").read_text("utf-8")
    assert written == render_document(service), "make docs"


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_is_valid(service: str) -> None:
    faults = [*OpenAPIV31SpecValidator(document(service)).iter_errors()]
    assert faults == []
    assert UNREADABLE not in json.dumps(document(service))


@pytest.mark.parametrize("service", SERVICES)
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


@pytest.mark.parametrize("service", ["catalog", "learning", "media", "notify"])
def test_every_operation_says_what_it_answers(service: str) -> None:
    operations = [
        (method, path, code)
        for path, methods in document(service)["paths"].items()
        for method, operation in methods.items()
        for code, response in operation["responses"].items()
        if "content" not in response
    ]
    assert operations == []


def test_there_is_a_document_for_each_service_and_no_other() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == SERVICES
