"""A service's routes as an OpenAPI 3.1 document, made from their annotations.

`python -m chassis.http.openapi FOLDER SERVICE ...` writes one for each service.
"""

import importlib
import inspect
import json
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from contracts.http.shape import Answer

from chassis.http.auth import RouteAccess, access_of
from chassis.http.editing import Edit
from chassis.http.routing import Routes
from chassis.http.views import IN_PATH, Rule, ViewTypes

VERSION = "1"
REF = "#/components/schemas/{name}"
EDITED = "The ETag of the version that is edited, or `*`."
Json = dict[str, Any]


class Problem(Answer):
    """A refusal (RFC 9457): `type` ends with its stable code, `detail` is a sentence
    for a person, `instance` the request to quote. Some codes have more members."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


def build_document(service: str, routes: Iterable[type[Routes]]) -> Json:
    """The document of a service with these routes."""
    views = [view for kind in routes for view in _views_of(kind)]
    schemas, components = _build_schemas([view.types for view in views])
    paths: dict[str, Json] = {}
    for view in views:
        path = IN_PATH.sub(r"{\1}", view.rule.path)
        described = view.describe_operation(schemas)
        for method in view.rule.methods:
            paths.setdefault(path, {})[method.lower()] = described
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Biyong: {service}", "version": VERSION},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": bearer},
        },
    }


def find_routes(service: str) -> list[type[Routes]]:
    """The routes in a service's `api`, by their nouns."""
    package = importlib.import_module(f"{service}.api")
    modules = [
        importlib.import_module(f"{service}.api.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
    ]
    kinds = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Routes) and kind is not Routes
    }
    return sorted(kinds, key=lambda kind: kind.name)


class _View:
    """A view with all that the document says of it."""

    def __init__(self, noun: str, name: str, view: Any, rule: Rule) -> None:
        self.noun, self.name, self.view, self.rule = noun, name, view, rule
        self.types = ViewTypes.of(view, rule)

    def describe_operation(self, schemas: "_Schemas") -> Json:
        """The operation."""
        text = inspect.getdoc(self.view) or self.name.replace("_", " ")
        described: Json = {
            "operationId": f"{self.noun}.{self.name}",
            "tags": [self.noun],
            "summary": text.partition("\n")[0],
            "parameters": [*self._path_parameters(), *self._other_parameters(schemas)],
            "responses": self._responses(schemas),
            **_describe_access(access_of(self.view)),
        }
        if content := self._body_content(schemas):
            described["requestBody"] = {"required": True, "content": content}
        return described

    def _path_parameters(self) -> Iterator[Json]:
        for written, name in re.findall(r"<(?:([^<>:]*):)?([^<>]*)>", self.rule.path):
            kind = "integer" if written == "int" else "string"
            yield {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": kind},
            }

    def _other_parameters(self, schemas: "_Schemas") -> Iterator[Json]:
        if self.types.query:
            shape = schemas.find_schema(self.types.query[1])
            for name, schema in shape.get("properties", {}).items():
                is_required = name in shape.get("required", ())
                list_style = (
                    {"style": "form", "explode": False}
                    if schema.get("type") == "array"
                    else {}
                )
                yield {
                    "name": name,
                    "in": "query",
                    "required": is_required,
                    **list_style,
                    "schema": schema,
                }
        if self.rule.in_ranges:
            yield _describe_header("Range", False, "The bytes asked for, `bytes=0-99`.")
        if self.types.edit:
            is_required = self.types.edit[1] is Edit
            yield _describe_header("If-Match", is_required, EDITED)

    def _body_content(self, schemas: "_Schemas") -> Json:
        """What the body may be, by media types; empty where there is none."""
        if self.types.body:
            return {"application/json": {"schema": schemas.of(self.types.body[1])}}
        return {kind: {} for kind in self.rule.takes}

    def _responses(self, schemas: "_Schemas") -> Json:
        good: Json = {"description": "All is well."}
        if self.types.answer is not None:
            schema = schemas.of(self.types.answer)
            good["content"] = {"application/json": {"schema": schema}}
        elif self.rule.answers:
            good["content"] = {kind: {} for kind in self.rule.answers}
        refusal = {
            "description": "A refusal, with what to do next.",
            "content": {"application/problem+json": {"schema": schemas.of(Problem)}},
        }
        part = {**good, "description": "The part that was asked for."}
        parts = {"206": part} if self.rule.in_ranges else {}
        return {str(self.rule.status): good, **parts, "default": refusal}


def _views_of(kind: type[Routes]) -> Iterator[_View]:
    for name, view in vars(kind).items():
        if rule := getattr(view, "__rule__", None):
            yield _View(kind.name, name, view, rule)


def _describe_header(name: str, is_required: bool, description: str) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": is_required,
        "description": description,
        "schema": {"type": "string"},
    }


def _describe_access(access: RouteAccess | None) -> Json:
    """Who may call: roles of people, and services that speak for themselves."""
    if access is None or access.is_open:
        return {"security": []}
    named = {"x-roles": sorted(access.roles), "x-services": sorted(access.services)}
    return {"security": [{"bearer": []}], **{k: v for k, v in named.items() if v}}


class _Schemas:
    """The schemas of types, the named ones by reference."""

    def __init__(self, found: dict[int, Json], components: dict[str, Json]) -> None:
        self.found, self.components = found, components

    def of(self, type_: Any) -> Json:
        """The schema of a type, most often a reference."""
        return self.found[id(type_)]

    def find_schema(self, type_: Any) -> Json:
        """The schema itself."""
        name = self.of(type_).get("$ref", "").rpartition("/")[2]
        return self.components[name] if name else self.of(type_)


def _build_schemas(all_types: list[ViewTypes]) -> tuple[_Schemas, dict[str, Json]]:
    used: list[Any] = [Problem]
    for types in all_types:
        named = (types.query and types.query[1], types.body and types.body[1])
        used += [one for one in (*named, types.answer) if one is not None]
    made, components = msgspec.json.schema_components(used, ref_template=REF)
    written = json.loads(_in_ecma(json.dumps([made, components])))
    found = {id(one): schema for one, schema in zip(used, written[0], strict=True)}
    return _Schemas(found, written[1]), dict(sorted(written[1].items()))


def _in_ecma(text: str) -> str:
    """Patterns as OpenAPI writes them: JavaScript's end of a text is `$`."""
    return text.replace(r"\\Z", "$")


def render_document(service: str) -> str:
    """A service's document as it is written."""
    document = build_document(service, find_routes(service))
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def write_documents(folder: Path, services: Iterable[str]) -> None:
    """The documents of these services, a file each."""
    for service in services:
        (folder / f"{service}.json").write_text(render_document(service), "utf-8")


if __name__ == "__main__":
    write_documents(Path(sys.argv[1]), sys.argv[2:])
