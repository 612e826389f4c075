"""The operations of the API as pages show them, made from the OpenAPI documents."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from contracts.fields import Field
from contracts.http.documents import load_document
from contracts.http.schema_examples import build_example
from contracts.http.schema_fields import find_fields, name_kind, resolve_schema

Json = dict[str, Any]


@dataclass(frozen=True)
class Payload:
    """A body or an answer: its media type, what it is, its fields, an example.

    `status` is empty for a body; bytes have neither fields nor an example.
    """

    media_type: str
    status: str
    kind: str
    about: str
    fields: list[Field]
    example: str


@dataclass(frozen=True)
class Parameter:
    """A parameter: where it stands (path, query, header) and what it may be."""

    name: str
    place: str
    kind: str
    required: bool
    default: str
    meaning: str


@dataclass(frozen=True)
class Operation:
    """An operation of a service; `roles` and `services` may call it, or everybody."""

    id: str
    service: str
    method: str
    path: str
    summary: str
    roles: list[str]
    services: list[str]
    is_open: bool
    parameters: list[Parameter]
    bodies: list[Payload]
    answers: list[Payload]

    def may_call(self, roles: frozenset[str]) -> bool:
        """Whether an account with these roles may call it."""
        return self.is_open or bool(roles.intersection(self.roles))


@cache
def find_operations(service: str) -> list[Operation]:
    """A service's operations in the order of their paths. Raises KeyError."""
    document = load_document(service)
    schemas = document["components"]["schemas"]
    return [
        _read_operation(service, method, path, described, schemas)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    ]


def _read_operation(
    service: str, method: str, path: str, described: Json, schemas: Json
) -> Operation:
    roles, services = described.get("x-roles", []), described.get("x-services", [])
    body = described.get("requestBody", {}).get("content", {})
    return Operation(
        id=described["operationId"],
        service=service,
        method=method.upper(),
        path=path if services and not roles else f"/api/{service}{path}",
        summary=described["summary"],
        roles=roles,
        services=services,
        is_open=not described["security"],
        parameters=[_read_parameter(one) for one in described["parameters"]],
        bodies=[
            _read_payload("", kind, content, schemas) for kind, content in body.items()
        ],
        answers=list(_read_answers(described, schemas)),
    )


def _read_parameter(described: Json) -> Parameter:
    schema = described["schema"]
    default = schema.get("default")
    return Parameter(
        name=described["name"],
        place=described["in"],
        kind=name_kind(schema),
        required=described["required"],
        default="" if default in (None, "", []) else json.dumps(default),
        meaning=described.get("description", schema.get("description", "")),
    )


def _read_answers(described: Json, schemas: Json) -> Iterator[Payload]:
    """What is answered when all is well; refusals are alike everywhere."""
    for status, answer in described["responses"].items():
        if status == "default":
            continue
        content = answer.get("content") or {"": {}}
        for kind, described_body in content.items():
            yield _read_payload(status, kind, described_body, schemas)


def _read_payload(
    status: str, media_type: str, content: Json, schemas: Json
) -> Payload:
    schema = content.get("schema")
    if schema is None:
        return Payload(media_type, status, "", "", [], "")
    example = build_example(schema, schemas)
    about = resolve_schema(schema, schemas).get("description", "")
    return Payload(
        media_type,
        status,
        name_kind(schema),
        " ".join(about.split()),
        find_fields(schema, schemas),
        json.dumps(example, ensure_ascii=False, indent=2),
    )
