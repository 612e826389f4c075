"""What a branch's program may call over HTTPS, alone, as an OpenAPI document."""

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

from contracts.branch_asyncapi import build_sent_events
from contracts.http.documents import load_document

import contracts
from gateway.identity.key_scopes import SCOPES, SEND_ROSTERS

Json = dict[str, Any]
SERVICES = ("enrollment", "catalog")
ABOUT = (
    "What an API key of the scope rosters-send may call. Rosters go to "
    "`POST /api/enrollment/branches/{branch}/events`, what became of them is read from "
    "`GET /api/enrollment/branches/{branch}/chunks/{key}`. A refusal is "
    "application/problem+json; the last part of its type is a stable code."
)
REF = "#/components/schemas/"
EVENTS = "/api/enrollment/branches/{branch}/events"


def render_branch_openapi() -> str:
    """The document as it is written."""
    return json.dumps(build_branch_openapi(), ensure_ascii=False, indent=1) + "\n"


def build_branch_openapi() -> Json:
    """The document, of those of the services."""
    paths: Json = {}
    schemas: Json = {}
    for service in SERVICES:
        document = load_document(service)
        for path, method, operation in _find_operations(service, document):
            paths.setdefault(path, {})[method] = _with_key(operation)
            named = dict(_find_schemas(operation, document["components"]["schemas"]))
            schemas |= named
    sent = build_sent_events(contracts.REGISTRY)
    _describe_events(paths[EVENTS]["post"]["requestBody"]["content"], sorted(sent))
    schemas |= sent
    return {
        "openapi": "3.1.0",
        "info": {"title": "Biyong for branches", "version": "1", "description": ABOUT},
        "servers": [
            {"url": "https://{host}", "variables": {"host": {"default": "localhost"}}}
        ],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _describe_events(content: Json, types: Sequence[str]) -> None:
    """What the bodies hold that the service reads by itself: events, or in binary mode
    the data of one."""
    events: list[Json] = [{"$ref": f"{REF}{type_}"} for type_ in types]
    data: list[Json] = [{"$ref": f"{REF}{type_}/properties/data"} for type_ in types]
    event: Json = {"oneOf": events}
    content["application/cloudevents+json"] = {"schema": event}
    content["application/json"] = {"schema": {"anyOf": [*events, *data]}}
    batch = {"type": "array", "minItems": 1, "maxItems": 100, "items": event}
    content["application/cloudevents-batch+json"] = {"schema": batch}


def _find_operations(service: str, document: Json) -> Iterator[tuple[str, str, Json]]:
    """Path, method and operation of all that a key may call."""
    scope = SCOPES[SEND_ROSTERS]
    for path, methods in document["paths"].items():
        full = f"/api/{service}{path}"
        for method, operation in methods.items():
            is_for_people = "x-services" not in operation or "x-roles" in operation
            if is_for_people and scope.can_call(method.upper(), full):
                yield full, method, operation


def _with_key(operation: Json) -> Json:
    own = copy.deepcopy(operation)
    own.pop("x-roles", None)
    return own | {"security": [{"key": []}]} if "security" in own else own


def _find_schemas(part: object, schemas: Json) -> Iterator[tuple[str, Json]]:
    """Every schema that is named in a part, and those named there."""
    if isinstance(part, list):
        for item in part:
            yield from _find_schemas(item, schemas)
    if not isinstance(part, dict):
        return
    name = str(part.get("$ref", "")).removeprefix(REF)
    if name in schemas:
        yield name, schemas[name]
        yield from _find_schemas(schemas[name], schemas)
    for item in part.values():
        yield from _find_schemas(item, schemas)
