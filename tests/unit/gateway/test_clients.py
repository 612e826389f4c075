"""Every method of a client asks for an operation of its service's document."""

import datetime
import inspect
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from chassis.http.openapi import REF
from gateway.clients.caller import ServiceCaller
from gateway.clients.page_services import PageServices
from gateway.clients.services import NAMES, Services
from gateway.identity.sign_in import Visitor

FOLDER = Path(__file__).parents[3] / "contracts/src/contracts/http/openapi"
SAMPLES: dict[Any, Any] = {
    datetime.datetime: datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC),
    str: "x1",
    int: 7,
    float: 1.5,
    bool: True,
    bytes: b"x",
    dict: {},
    Any: {},
}
"""Other values than those that are understood anyhow: so all of a query travels."""
DOORS = {"gateway", "shared"}
"""Documents of what no page asks a client for."""
BYTES = "application/octet-stream"


@dataclass
class Asked(Exception):
    """What a client asks, at the moment it does."""

    method: str
    path: tuple[str, ...]
    answer: Any
    sent: dict[str, Any]


class Wire:
    """A service as the gateway asks it."""

    def __init__(self, audience: str) -> None:
        self.audience = audience

    def send_request(
        self, method: str, path: tuple[str, ...], answer: Any, **sent: Any
    ) -> Any:
        raise Asked(method, path, answer, sent)


def clients() -> dict[str, Any]:
    """The typed clients of a page, by their services."""
    wires: Any = {name: Wire(name) for name in NAMES}
    page = PageServices(Services(**wires), Visitor())
    return {
        name: client
        for name, client in vars(page).items()
        if isinstance(getattr(client, "ask", None), ServiceCaller)
    }


def methods() -> Iterator[tuple[str, str]]:
    """Every service and method."""
    for service, client in clients().items():
        for name, _ in inspect.getmembers(type(client), inspect.isfunction):
            if not name.startswith("_"):
                yield service, name


def sample_of(hint: Any) -> Any:
    """A value of a type."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return sample_of(parts[0])
    if origin is Literal:
        return parts[-1]
    if origin in (Union, UnionType):
        return sample_of(next(part for part in parts if part is not type(None)))
    if origin is list:
        return [sample_of(parts[0])]
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = get_type_hints(hint, include_extras=True)
        return hint(**{name: sample_of(hints[name]) for name in hint.__struct_fields__})
    return SAMPLES[origin or hint]


def ask(method: Callable[..., object]) -> Asked:
    """What a method asks with all its arguments given."""
    hints = get_type_hints(method, include_extras=True)
    names = inspect.signature(method).parameters
    with pytest.raises(Asked) as asked:
        method(**{name: sample_of(hints[name]) for name in names})
    return asked.value


def find_operation(document: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """The operation that a service takes the question for."""
    path = "/" + "/".join(asked.path)
    fitting = {
        template: operations[asked.method.lower()]
        for template, operations in document["paths"].items()
        if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", template), path)
        and asked.method.lower() in operations
    }
    assert fitting, f"no operation {asked.method} {path}"
    found: dict[str, Any] = fitting[min(fitting, key=lambda path: path.count("{"))]
    return found


def names_in(operation: dict[str, Any], place: str, required: bool = False) -> set[str]:
    """The names of its parameters in a place, or of those that are required."""
    return {
        parameter["name"]
        for parameter in operation["parameters"]
        if parameter["in"] == place and (parameter["required"] or not required)
    }


def schema_of(type_: Any) -> tuple[Any, dict[str, Any]]:
    """The schema of a type and those that it refers to, as documents have them."""
    made = msgspec.json.schema_components([type_], ref_template=REF)
    (schema,), components = json.loads(json.dumps(made).replace(r"\\Z", "$"))
    return schema, components


@pytest.mark.parametrize(("service", "method"), [*methods()])
def test_a_client_asks_for_what_its_service_documents(
    service: str, method: str
) -> None:
    document = json.loads((FOLDER / f"{service}.json").read_text("utf-8"))
    asked = ask(getattr(clients()[service], method))
    operation = find_operation(document, asked)

    schema, components = schema_of(asked.answer)
    good = next(code for code in operation["responses"] if code.startswith("2"))
    answers = operation["responses"][good]["content"]["application/json"]["schema"]
    assert answers == schema
    assert components.items() <= document["components"]["schemas"].items()

    query = (asked.sent.get("query") or {}).keys()
    assert query <= names_in(operation, "query")
    assert query >= names_in(operation, "query", required=True)
    headers = asked.sent.get("headers", {}).keys() - {"Idempotency-Key"}
    assert headers <= names_in(operation, "header")
    assert headers >= names_in(operation, "header", required=True)


@pytest.mark.parametrize(("service", "method"), [*methods()])
def test_a_client_sends_the_body_that_its_service_documents(
    service: str, method: str
) -> None:
    document = json.loads((FOLDER / f"{service}.json").read_text("utf-8"))
    asked = ask(getattr(clients()[service], method))
    taken = find_operation(document, asked).get("requestBody", {}).get("content", {})
    body = asked.sent.get("body")
    if asked.sent.get("raw") is not None:
        assert BYTES in taken
    elif body is None:
        assert taken == {}
    else:
        schema, _ = schema_of(type(body))
        assert taken["application/json"]["schema"] == schema


def test_there_is_a_client_of_every_service() -> None:
    assert sorted(clients()) == sorted(
        path.stem for path in FOLDER.glob("*.json") if path.stem not in DOORS
    )
