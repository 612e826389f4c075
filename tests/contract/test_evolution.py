"""Within a version only optional fields are added: today against the first release."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import contracts

FROZEN = Path(__file__).parent / "frozen"
TYPES = sorted(path.stem for path in FROZEN.glob("*.json"))
LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
NEVER_NEW = ("pattern", "format", "const", "multipleOf", "uniqueItems", "not", "allOf")
Schema = dict[str, Any]


def frozen(type_: str) -> Schema:
    """The schema as it was first released."""
    read: Schema = json.loads((FROZEN / f"{type_}.json").read_text("utf-8"))
    return read


def faults(old: Schema, new: Schema, place: str = "data") -> list[str]:
    """What a hearer or sayer of the old schema could no longer rely on."""
    found = [f"{place}: {said}" for said in _own_faults(old, new)]
    for name, part in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            found += faults(part, new["properties"][name], f"{place}/{name}")
        else:
            found.append(f"{place}/{name} is gone")
    if "items" in old:
        found += faults(old["items"], new.get("items", {}), f"{place}[]")
    return found


def _own_faults(old: Schema, new: Schema) -> list[str]:
    found = []
    if old.get("type") != new.get("type"):
        found.append(f"type {old.get('type')} became {new.get('type')}")
    if set(old.get("required", [])) != set(new.get("required", [])):
        found.append("what is required changed")
    if "enum" in old and not set(old["enum"]) <= set(new.get("enum") or old["enum"]):
        found.append("a value is no longer allowed")
    if "enum" in new and "enum" not in old:
        found.append("only some values are allowed now")
    found += [
        f"{name} changed"
        for name in NEVER_NEW
        if name in new and new[name] != old.get(name)
    ]
    if _is_shut(new) and not _is_shut(old):
        found.append("fields may no longer be added")
    return found + _narrowed(old, new)


def _is_shut(schema: Schema) -> bool:
    return schema.get("additionalProperties", True) is False


def _narrowed(old: Schema, new: Schema) -> list[str]:
    lower = [n for n in LOWER_BOUNDS if n in new and new[n] > old.get(n, -1e300)]
    upper = [n for n in UPPER_BOUNDS if n in new and new[n] < old.get(n, 1e300)]
    return [f"{name} is narrower" for name in (*lower, *upper)]


def test_the_first_release_is_kept() -> None:
    assert len(TYPES) >= 20


@pytest.mark.parametrize("type_", TYPES)
def test_every_released_type_is_still_there(type_: str) -> None:
    assert type_ in contracts.all_types()


@pytest.mark.parametrize("type_", contracts.all_types())
def test_every_type_has_its_first_release_kept(type_: str) -> None:
    assert type_ in TYPES, f"copy contracts' schema of {type_} to {FROZEN}"


@pytest.mark.parametrize("type_", TYPES)
def test_a_type_only_gained_optional_fields(type_: str) -> None:
    assert faults(frozen(type_), contracts.schema(type_)) == []


@pytest.mark.parametrize("type_", TYPES)
def test_a_type_is_still_said_by_the_same_service(type_: str) -> None:
    assert contracts.sayer(type_) == frozen(type_)["x-said-by"]


@pytest.mark.parametrize("type_", TYPES)
def test_an_event_with_the_first_releases_fields_only_is_still_accepted(
    type_: str,
) -> None:
    known = frozen(type_)["properties"]
    example = contracts.example(type_)["data"]
    data = {name: value for name, value in example.items() if name in known}
    contracts.validator(type_).validate(data)


OLD: Schema = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 120},
        "kind": {"enum": ["a", "b"]},
        "rows": {
            "type": "array",
            "maxItems": 200,
            "items": {
                "type": "object",
                "properties": {"row": {"type": "integer"}},
                "required": ["row"],
            },
        },
    },
    "required": ["id"],
}


def changed(*path: str, value: object = None, drop: bool = False) -> Schema:
    new = copy.deepcopy(OLD)
    part = new
    for name in path[:-1]:
        part = part[name]
    if drop:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return new


ROW = ("properties", "rows", "items")


@pytest.mark.parametrize(
    "new",
    [
        changed("properties", "kind", drop=True),
        changed("properties", "id", "type", value="integer"),
        changed("required", value=["id", "kind"]),
        changed("required", value=[]),
        changed("properties", "kind", "enum", value=["a"]),
        changed("properties", "id", "enum", value=["x"]),
        changed("properties", "id", "maxLength", value=20),
        changed("properties", "id", "minLength", value=2),
        changed("properties", "rows", "minItems", value=1),
        changed("properties", "id", "pattern", value="^a"),
        changed("additionalProperties", value=False),
        changed(*ROW, "properties", "row", drop=True),
        changed(*ROW, "properties", "row", "minimum", value=1),
        changed(*ROW, "required", value=["row", "outcome"]),
    ],
)
def test_a_change_that_breaks_a_promise_is_noticed(new: Schema) -> None:
    assert faults(OLD, new)


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        changed("properties", "added", value={"type": "string"}),
        changed("properties", "id", "maxLength", value=500),
        changed("properties", "id", "description", value="a better word"),
        changed("properties", "kind", "enum", value=["a", "b", "c"]),
        changed("x-heard-by", value=["media"]),
        changed(*ROW, "properties", "added", value={"type": "string"}),
    ],
)
def test_a_change_that_keeps_every_promise_is_let_through(new: Schema) -> None:
    assert faults(OLD, new) == []
