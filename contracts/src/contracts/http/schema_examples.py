"""Examples made from OpenAPI's schemas: each is what its schema allows."""

import re
from collections.abc import Mapping
from typing import Any

from contracts.http.schema_fields import Schemas, resolve_schema

Json = Mapping[str, Any]

BY_NAME = {
    "title": "集体协商实务",
    "name": "李建国",
    "email": "li@example.org",
    "phone": "13800138000",
    "address": "/courses/c-2026-01",
    "url": "https://example.org/part",
    "language": "zh",
    "detail": "请换一个再试。",
    "number": "BY-2026-7Q4K-M2XA-91",
    "hours": "1.50",
}
"""Texts as people would find them in such a field."""
BY_ENDING = {
    "_id": "c-2026-01",
    "_on": "2026-11-29",
    "_at": "2026-11-29T09:30:00+08:00",
    "at": "2026-11-29T09:30:00+08:00",
}
ANY_TEXT = ("text", "c-2026-01", "2026-11-29", "enrolled", "")
"""Tried in turn, until one is allowed."""
DEEPEST = 12
"""Of what contains itself; no answer is as deep."""


def build_example(
    schema: Json, schemas: Schemas, name: str = "", depth: int = 0
) -> Any:
    """A value that the schema allows; `name` is the field's whose value it is."""
    schema = resolve_schema(schema, schemas)
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return build_example(schema["anyOf"][0], schemas, name, depth)
    kind = schema.get("type")
    if kind == "object":
        return _build_object(schema, schemas, depth)
    if kind == "array":
        return _build_list(schema, schemas, name, depth)
    if kind in ("integer", "number"):
        return _pick_number(schema)
    return {"boolean": True, "string": _pick_text(schema, name)}.get(str(kind))


def _build_object(schema: Json, schemas: Schemas, depth: int) -> dict[str, Any]:
    inside = schema.get("properties", {}) if depth < DEEPEST else {}
    made = {
        name: build_example(part, schemas, name, depth + 1)
        for name, part in inside.items()
    }
    more = schema.get("additionalProperties")
    if isinstance(more, Mapping) and not made and depth < DEEPEST:
        made["c-2026-01"] = build_example(more, schemas, "", depth + 1)
    return made


def _build_list(schema: Json, schemas: Schemas, name: str, depth: int) -> list[Any]:
    parts = schema.get("prefixItems")
    if parts is None and depth < DEEPEST:
        parts = [schema.get("items", {})]
    singular = name.removesuffix("s")
    return [build_example(part, schemas, singular, depth + 1) for part in parts or ()]


def _pick_number(schema: Json) -> float:
    default = schema.get("default")
    if isinstance(default, int | float):
        return default
    lowest: float = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    highest: float = schema.get("maximum", lowest + 1)
    return min(max(lowest, 1), highest)


def _pick_text(schema: Json, name: str) -> str:
    endings = (text for end, text in BY_ENDING.items() if name.endswith(end))
    fitting = [BY_NAME[name]] if name in BY_NAME else []
    if name == "id":
        fitting.append(BY_ENDING["_id"])
    wanted = [*fitting, *endings, *ANY_TEXT]
    return next((text for text in wanted if _is_allowed(text, schema)), "")


def _is_allowed(text: str, schema: Json) -> bool:
    is_long_enough = len(text) >= schema.get("minLength", 0)
    is_short_enough = len(text) <= schema.get("maxLength", len(text))
    fits = re.search(schema.get("pattern", ""), text) is not None
    return is_long_enough and is_short_enough and fits
