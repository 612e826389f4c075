"""Within a version of HTTP only additions: today's documents against the frozen ones.

A caller of the frozen document must be understood (what is sent may be more, never
must be), and must understand what comes (what is answered may have more). While a
release goes out, its readers also ask services of the last one: what is new in an
answer has a default.
"""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from contracts.http.rosters import ChunkIn

from tests.contract.test_openapi import FOLDER

FROZEN = Path(__file__).parent / "frozen_http"
SERVICES = sorted(path.stem for path in FROZEN.glob("*.json"))
METHODS = {"get", "put", "post", "delete", "patch"}
LISTED = ("anyOf", "oneOf", "allOf")
NARROWING = {
    "maxLength": "min", "maxItems": "min", "maximum": "min", "exclusiveMaximum": "min",
    "minLength": "max", "minItems": "max", "minimum": "max", "exclusiveMinimum": "max",
}  # fmt: skip
"""Bounds, and whether the narrower of two is the lesser or the greater."""
Json = dict[str, Any]


def read(folder: Path, service: str) -> Json:
    document: Json = json.loads((folder / f"{service}.json").read_text("utf-8"))
    return document


class Comparison:
    """Two documents of one service."""

    def __init__(self, old: Json, new: Json) -> None:
        self.old, self.new = old, new

    def faults(self) -> Iterator[str]:
        """What a caller of the old document can no longer rely on."""
        for path, methods in self.old["paths"].items():
            for method in METHODS & methods.keys():
                now = self.new["paths"].get(path, {}).get(method)
                place = f"{method} {path}"
                if now is None:
                    yield f"{place} is gone"
                else:
                    yield from self._operation(methods[method], now, place)

    def _operation(self, old: Json, new: Json, place: str) -> Iterator[str]:
        for name in ("x-roles", "x-services"):
            gone = {*old.get(name, ())} - {*new.get(name, ())}
            if gone and not is_open(new):
                yield f"{place} no longer lets in {sorted(gone)}"
        if is_open(old) and not is_open(new):
            yield f"{place} is for everybody no more"
        yield from self._parameters(old, new, place)
        yield from self._body(old, new, place)
        for code, response in old["responses"].items():
            now = new["responses"].get(code)
            if now is None:
                yield f"{place} answers no {code} any more"
            else:
                yield from self._response(response, now, f"{place} {code}")

    def _parameters(self, old: Json, new: Json, place: str) -> Iterator[str]:
        before = {(one["in"], one["name"]): one for one in old["parameters"]}
        after = {(one["in"], one["name"]): one for one in new["parameters"]}
        for key, one in before.items():
            if key not in after:
                yield f"{place} {key} is gone"
            else:
                schemas = one["schema"], after[key]["schema"]
                yield from self._sent(*schemas, f"{place} {key}")
        for key, one in after.items():
            if one["required"] and not before.get(key, {}).get("required"):
                yield f"{place} {key} is needed now"

    def _body(self, old: Json, new: Json, place: str) -> Iterator[str]:
        before = old.get("requestBody", {}).get("content", {})
        after = new.get("requestBody", {}).get("content", {})
        for kind, content in before.items():
            if kind not in after:
                yield f"{place} takes no {kind} any more"
            else:
                schemas = content.get("schema", {}), after[kind].get("schema", {})
                yield from self._sent(*schemas, f"{place} body")
        if after and not before:
            yield f"{place} needs a body now"

    def _response(self, old: Json, new: Json, place: str) -> Iterator[str]:
        for name in old.get("headers", {}):
            if name not in new.get("headers", {}):
                yield f"{place} {name} is gone"
        for kind, content in old.get("content", {}).items():
            now = new.get("content", {}).get(kind)
            if now is None:
                yield f"{place} is no {kind} any more"
            else:
                schemas = content.get("schema", {}), now.get("schema", {})
                yield from self._answered(*schemas, place)
        if added := {*new.get("content", {})} - {*old.get("content", {})}:
            yield f"{place} may be {sorted(added)} now"

    def _sent(self, old: Json, new: Json, place: str) -> Iterator[str]:
        """What was good to send is good still."""
        yield from self._compare(old, new, place, is_sent=True, seen=())

    def _answered(self, old: Json, new: Json, place: str) -> Iterator[str]:
        """What was there to be read is there still."""
        yield from self._compare(old, new, place, is_sent=False, seen=())

    def _compare(
        self, old: Json, new: Json, place: str, is_sent: bool, seen: tuple[str, ...]
    ) -> Iterator[str]:
        name = old.get("$ref", "")
        if name in seen:  # a schema within itself
            return
        seen = (*seen, name) if name else seen
        old, new = _resolve(self.old, old), _resolve(self.new, new)
        yield from _own_faults(old, new, place, is_sent)
        for part, schema in old.get("properties", {}).items():
            now = new.get("properties", {}).get(part)
            if now is None:
                yield f"{place}.{part} is gone"
            else:
                where = f"{place}.{part}"
                yield from self._compare(schema, now, where, is_sent, seen)
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
                pair = old[part], new[part]
                yield from self._compare(*pair, f"{place}[]", is_sent, seen)
        for part in LISTED:
            pairs = zip(old.get(part, ()), new.get(part, ()), strict=False)
            for before, after in pairs:
                yield from self._compare(before, after, place, is_sent, seen)


def is_open(operation: Json) -> bool:
    """Whether it is for everybody."""
    return {} in operation["security"]


def _resolve(document: Json, schema: Json) -> Json:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Json = document["components"]["schemas"][name] if name else schema
    return found


def _own_faults(old: Json, new: Json, place: str, is_sent: bool) -> Iterator[str]:
    if old.get("type") != new.get("type"):
        yield f"{place} was {old.get('type')}, is {new.get('type')}"
    needed, needed_now = {*old.get("required", ())}, {*new.get("required", ())}
    if is_sent and needed_now - needed:
        yield f"{place} needs {sorted(needed_now - needed)} now"
    if not is_sent and needed_now - needed:
        yield f"{place} needs a default for {sorted(needed_now - needed)}"
    if not is_sent and needed - needed_now:
        yield f"{place} may lack {sorted(needed - needed_now)} now"
    for part in LISTED:
        if len(old.get(part, ())) != len(new.get(part, ())):
            yield f"{place} has other kinds"
    values, values_now = old.get("enum"), new.get("enum")
    if values_now is not None and (values is None or {*values} - {*values_now}):
        yield f"{place} has fewer values"
    if is_sent:
        yield from _narrowed(old, new, place)


def _narrowed(old: Json, new: Json, place: str) -> Iterator[str]:
    """Bounds within which something that was good no longer is."""
    if new.get("pattern") not in (None, old.get("pattern")):
        yield f"{place} has another pattern"
    for bound, narrower in NARROWING.items():
        before, after = old.get(bound), new.get(bound)
        if after is not None and after != before:
            pick = min if narrower == "min" else max
            if before is None or pick(before, after) == after:
                yield f"{place} has a narrower {bound}"
    is_shut = new.get("additionalProperties") is False
    if is_shut and old.get("additionalProperties") is not False:
        yield f"{place} is shut to more now"


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_only_gained(service: str) -> None:
    comparison = Comparison(read(FROZEN, service), read(FOLDER, service))
    assert [*comparison.faults()] == []


def test_every_document_is_frozen() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == SERVICES


ANSWER: Json = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "kind": {"enum": ["a", "b"]}},
}
WITH_MORE: Json = {**ANSWER["properties"], "more": {"type": "string"}}
BODY: Json = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": {"type": "string", "maxLength": 9}},
    "additionalProperties": False,
}
QUERY: Json = {"name": "q", "in": "query", "required": False, "schema": {}}
OLD: Json = {
    "paths": {
        "/things": {
            "get": {"security": [{}], "parameters": [], "responses": {}},
            "post": {
                "security": [{"bearer": []}],
                "x-roles": ["officer", "staff"],
                "parameters": [QUERY],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/In"}
                        }
                    }
                },
                "responses": {
                    "200": {
                        "headers": {"ETag": {}},
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Out"}
                            }
                        },
                    }
                },
            },
        }
    },
    "components": {"schemas": {"In": BODY, "Out": ANSWER}},
}
OPEN, POST = ("paths", "/things", "get"), ("paths", "/things", "post")
IN, OUT = ("components", "schemas", "In"), ("components", "schemas", "Out")
GONE = object()


def faults_of(*path: Any, value: Any = GONE) -> list[str]:
    """What is found when this place has another value, or is gone."""
    new = copy.deepcopy(OLD)
    part = new
    for step in path[:-1]:
        part = part[step]
    if value is GONE:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return [*Comparison(OLD, new).faults()]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("paths", "/things"), GONE),
        ((*POST,), GONE),
        ((*POST, "parameters"), []),
        ((*POST, "parameters", 0, "required"), True),
        ((*POST, "parameters", 0, "schema", "maxLength"), 3),
        ((*POST, "x-roles"), ["staff"]),
        ((*POST, "responses", "200"), GONE),
        ((*OPEN, "security"), [{"bearer": []}]),
        ((*POST, "responses", "200", "headers"), {}),
        ((*POST, "responses", "200", "content", "text/plain"), {}),
        ((*POST, "requestBody", "content", "application/json"), GONE),
        ((*IN, "required"), ["title", "more"]),
        ((*IN, "properties", "title"), GONE),
        ((*IN, "properties", "title", "maxLength"), 8),
        ((*IN, "properties", "title", "pattern"), "^a"),
        ((*IN, "properties", "title", "type"), "integer"),
        ((*OUT, "required"), []),
        ((*OUT, "required"), ["id", "kind"]),
        (OUT, ANSWER | {"required": ["id", "more"], "properties": WITH_MORE}),
        ((*OUT, "properties", "id"), GONE),
        ((*OUT, "properties", "id", "type"), "integer"),
        ((*OUT, "properties", "kind", "enum"), ["a"]),
    ],
)
def test_what_breaks_a_caller_is_found(path: tuple[Any, ...], value: Any) -> None:
    assert faults_of(*path, value=value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("paths", "/more"), {"get": {}}),
        ((*POST, "x-roles"), ["officer", "operator", "staff"]),
        ((*POST, "parameters"), [QUERY, {**QUERY, "name": "r"}]),
        ((*POST, "responses", "201"), {}),
        ((*IN, "properties", "more"), {"type": "string"}),
        ((*IN, "properties", "title", "maxLength"), 10),
        ((*IN, "required"), []),
        ((*OUT, "properties", "more"), {"type": "string"}),
    ],
)
def test_an_addition_is_let_through(path: tuple[Any, ...], value: Any) -> None:
    assert faults_of(*path, value=value) == []


def test_a_body_has_no_new_field_for_whoever_does_not_use_it() -> None:
    body = msgspec.json.decode(msgspec.json.encode(ChunkIn(roster_id="r", rows=[])))
    assert body == {"roster_id": "r", "rows": []}
