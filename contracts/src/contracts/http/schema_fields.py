"""The fields of a body or an answer as people read them, out of OpenAPI's schemas."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.fields import Field

Json = Mapping[str, Any]
Schemas = Mapping[str, Json]

LIMITS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "minLength": "≥ {} chars",
    "maxLength": "≤ {} chars",
    "minItems": "≥ {} items",
    "maxItems": "≤ {} items",
    "pattern": "{}",
}
KNOWN_PATTERNS = {
    r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$": "",
    r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$": "(id)",
    r"^([A-Za-z0-9][A-Za-z0-9._:-]{0,79})?$": "(id)",
}
"""Patterns that stand everywhere, in a word; every text is printable."""


def find_fields(schema: Json, schemas: Schemas) -> list[Field]:
    """Every field, each before those inside it: `items[].id`.

    What contains itself is opened once. A list as a whole has its fields below `[]`.
    """
    return list(_find_inside(schema, schemas, "", frozenset()))


def name_kind(schema: Json) -> str:
    """The kind of a value in a few words: its type, or the values it may have."""
    if "$ref" in schema:
        return _name_of(schema)
    if "enum" in schema:
        return " / ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " / ".join(name_kind(part) for part in schema["anyOf"])
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"{_name_items(schema)}[]"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return "{…: " + name_kind(schema["additionalProperties"]) + "}"
    return " ".join([kind, *name_limits(schema)])


def name_limits(schema: Json) -> list[str]:
    """What a value must keep to."""
    limits = [
        text.format(KNOWN_PATTERNS.get(schema[name], schema[name]))
        for name, text in LIMITS.items()
        if name in schema
    ]
    return [limit for limit in limits if limit]


def resolve_schema(schema: Json, schemas: Schemas) -> Json:
    """The schema itself where there is a reference to it."""
    return schemas[_name_of(schema)] if "$ref" in schema else schema


def _find_inside(
    schema: Json, schemas: Schemas, above: str, opened: frozenset[str]
) -> Iterator[Field]:
    if "$ref" in schema:
        name = _name_of(schema)
        if name in opened:
            return
        opened |= {name}
        schema = schemas[name]
    for part, mark in _parts_of(schema):
        base = above.removesuffix(".")
        yield from _find_inside(part, schemas, f"{base}{mark}.", opened)
    about = schema.get("description", "")
    for name, part in schema.get("properties", {}).items():
        meaning = part.get("description") or find_meaning(about, name)
        required = name in schema.get("required", ())
        yield Field(f"{above}{name}", name_kind(part), required, meaning)
        yield from _find_inside(part, schemas, f"{above}{name}.", opened)


def _parts_of(schema: Json) -> Iterator[tuple[Json, str]]:
    """The schemas inside a list, a map or a choice, and how a path shows it."""
    if isinstance(schema.get("items"), Mapping):
        yield schema["items"], "[]"
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield schema["additionalProperties"], ".*"
    for part in schema.get("anyOf", ()):
        yield part, ""


def find_meaning(about: str, name: str) -> str:
    """The sentences of a description that name a field."""
    sentences = re.split(r"(?<=[.;])\s+", " ".join(about.split()))
    return " ".join(one for one in sentences if f"`{name}`" in one)


def _name_items(schema: Json) -> str:
    if "prefixItems" in schema:
        return "(" + ", ".join(name_kind(part) for part in schema["prefixItems"]) + ")"
    return name_kind(schema.get("items", {}))


def _name_of(schema: Json) -> str:
    return str(schema["$ref"]).rpartition("/")[2]
