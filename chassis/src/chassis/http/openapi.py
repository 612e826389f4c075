"""Routes as an OpenAPI 3.1 document, made from their annotations."""

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterable, Iterator
from typing import Any, get_type_hints

import msgspec
from contracts.http.shape import Answer

from chassis.http.auth import RouteAccess, access_of
from chassis.http.editing import Edit
from chassis.http.idempotency import LONGEST_KEY, is_idempotent
from chassis.http.routing import Routes, rule_of
from chassis.http.views import IN_PATH, Rule, ViewTypes

VERSION = "1"
REF = "#/components/schemas/{name}"
EDITED = "The ETag of the version that is edited, or `*`."
KNOWN = "The ETag of the version that the reader has; 304 while it is the newest."
ONCE = "The same key brings the first answer again and does nothing twice."
GATEWAY = "gateway"
ANY_OF = re.compile(r"any\((.*)\)")
UNCHANGED = "It is still the version that the reader has."
CONFLICT = "Another version than the one named is the newest by now."
UNNAMED = "No version was named in `If-Match`."
REFUSAL = "A refusal, with what to do next."
Json = dict[str, Any]
TAGGED: Json = {"schema": {"type": "string"}, "description": "Names the version."}


class Problem(Answer):
    """A refusal (RFC 9457): `type` ends with its stable code, `detail` is a sentence
    for a person, `instance` the request to quote. Some codes have more members."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


def build_document(service: str, routes: Iterable[type[Routes]]) -> Json:
    """The document of a service with these routes, as they are at the gateway."""
    place = "/" if service == GATEWAY else f"/api/{service}"
    views = [view for kind in routes for view in views_of(kind)]
    return describe_views(service, views, [{"url": place}])


def describe_views(
    title: str, views: Iterable["DocumentedView"], servers: list[Json]
) -> Json:
    """The document of these views, below the addresses of `servers`."""
    views = [*views]
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
        "info": {"title": f"Biyong: {title}", "version": VERSION},
        "servers": servers,
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
        if isinstance(kind, type) and issubclass(kind, Routes)
        if kind is not Routes and kind.is_documented
    }
    return sorted(kinds, key=lambda kind: kind.name)


class DocumentedView:
    """A view with all that the document says of it; its types are those of its
    annotations where none are given."""

    def __init__(
        self,
        noun: str,
        name: str,
        view: Any,
        rule: Rule,
        types: ViewTypes | None = None,
    ) -> None:
        self.noun, self.name, self.view, self.rule = noun, name, view, rule
        self.types = types or ViewTypes.of(view, rule)

    @property
    def has_versions(self) -> bool:
        """Whether what it answers is under an ETag."""
        answer = self.types.answer
        hints = get_type_hints(answer) if isinstance(answer, type) else {}
        return hints.get("version") is int

    @property
    def is_revalidated(self) -> bool:
        """Whether its reader may keep it and ask whether it still holds."""
        return self.has_versions and "GET" in self.rule.methods

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
            schema: Json = {"type": "integer" if written == "int" else "string"}
            if one_of := ANY_OF.fullmatch(written):
                schema["enum"] = [word.strip() for word in one_of[1].split(",")]
            yield {"name": name, "in": "path", "required": True, "schema": schema}

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
        if self.is_revalidated:
            yield _describe_header("If-None-Match", False, KNOWN)
        if is_idempotent(self.view):
            header = _describe_header("Idempotency-Key", False, ONCE)
            header["schema"] |= {"minLength": 1, "maxLength": LONGEST_KEY}
            yield header

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
        if self.has_versions:
            good["headers"] = {"ETag": TAGGED}
        statuses = sorted({self.rule.status, *self.rule.also})
        found = {str(status): good for status in statuses}
        if self.rule.in_ranges:
            found["206"] = {**good, "description": "The part that was asked for."}
        if self.is_revalidated:
            found["304"] = {"description": UNCHANGED, "headers": {"ETag": TAGGED}}
        problem = {"application/problem+json": {"schema": schemas.of(Problem)}}
        if self.types.edit:
            found["412"] = {"description": CONFLICT, "content": problem}
            if self.types.edit[1] is Edit:
                found["428"] = {"description": UNNAMED, "content": problem}
        return {**found, "default": {"description": REFUSAL, "content": problem}}


def views_of(kind: type[Routes]) -> Iterator[DocumentedView]:
    """The views of a class of routes."""
    for name, view in vars(kind).items():
        if rule := rule_of(view):
            yield DocumentedView(kind.name, name, view, rule)


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
    if access is None:  # the service that has the route names those who may call
        return {"security": [{"bearer": []}]}
    if access.is_open:  # with a token or without; what needs one says so with 401
        return {"security": [{"bearer": []}, {}]}
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
