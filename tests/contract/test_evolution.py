"""Within a version only optional fields are added: today against the first release."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import contracts

FROZEN = Path(__file__).parent / "frozen"
TYPES = sorted(path.stem for path in FROZEN.glob("*.json"))
NAMED_PARTS = ("properties", "$defs")
LISTED_PARTS = ("oneOf", "anyOf", "allOf", "prefixItems")
JUDGED_APART = {*NAMED_PARTS, *LISTED_PARTS, "items"}
SAYS_NOTHING = {"title", "description", "examples", "$comment", "deprecated"}
Schema = dict[str, Any]


def frozen(type_: str) -> Schema:
    """The schema as it was first released."""
    read: Schema = json.loads((FROZEN / f"{type_}.json").read_text("utf-8"))
    return read


def faults(old: Schema, new: Schema, place: str = "data") -> list[str]:
    """What a hearer or sayer of the old schema could no longer rely on.

    A hearer checks what comes by the contract of its own release, so a wider bound
    or one more value breaks those behind as surely as a narrower one those ahead.
    """
    found = [f"{place}: {said}" for said in _own_faults(old, new)]
    for kind in NAMED_PARTS:
        for name, part in old.get(kind, {}).items():
            if name in new.get(kind, {}):
                found += faults(part, new[kind][name], f"{place}/{name}")
            else:
                found.append(f"{place}/{name} is gone")
    for kind in LISTED_PARTS:
        pairs = zip(old.get(kind, ()), new.get(kind, ()), strict=False)
        for number, (before, after) in enumerate(pairs):
            found += faults(before, after, f"{place}/{kind}{number}")
    if "items" in old:
        found += faults(old["items"], new.get("items", {}), f"{place}[]")
    return found


def _own_faults(old: Schema, new: Schema) -> list[str]:
    found = [
        f"{name} changed"
        for name in sorted({*old, *new} - JUDGED_APART - SAYS_NOTHING)
        if not name.startswith("x-") and _value(old, name) != _value(new, name)
    ]
    found += [
        f"{name} has other parts"
        for name in LISTED_PARTS
        if len(old.get(name, ())) != len(new.get(name, ()))
    ]
    if "items" in new and "items" not in old:
        found.append("only some items are allowed now")
    if old.get("additionalProperties") is False:
        added = set(new.get("properties", ())) - set(old.get("properties", ()))
        found += [f"{name} was not allowed before" for name in sorted(added)]
    return found


def _value(schema: Schema, name: str) -> object:
    """A keyword's value; the order of names and values means nothing."""
    said = schema.get(name)
    return set(said) if name in ("required", "enum") and said else said


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
    old, new = frozen(type_), contracts.schema_of(type_)
    if contracts.producer_of(type_) == contracts.BRANCH:
        asked = set(old["required"])
        assert set(new["required"]) <= asked, "a branch behind sends no more than that"
        old["required"] = new["required"]
    assert faults(old, new) == []


@pytest.mark.parametrize("type_", TYPES)
def test_a_type_is_still_said_by_the_same_service(type_: str) -> None:
    assert contracts.producer_of(type_) == frozen(type_)["x-produced-by"]


@pytest.mark.parametrize("type_", TYPES)
def test_an_event_with_the_first_releases_fields_only_is_still_accepted(
    type_: str,
) -> None:
    known = frozen(type_)["properties"]
    example = contracts.example_of(type_)["data"]
    data = {name: value for name, value in example.items() if name in known}
    contracts.validator_of(type_).validate(data)


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
    "$defs": {
        "place": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}
OLD["properties"]["shut"] = {
    "type": "object",
    "properties": {},
    "additionalProperties": False,
}
OLD["properties"]["at"] = {"$ref": "#/$defs/place"}
OLD["properties"]["who"] = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "oneOf": [
        {"type": "object", "properties": {"person": {"type": "string"}}},
        {"type": "object", "properties": {"branch": {"type": "string"}}},
    ],
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
PLACE = ("$defs", "place")
WHO = ("properties", "who")
SHUT = ("properties", "shut")
PERSON = OLD["properties"]["who"]["oneOf"][0]


@pytest.mark.parametrize(
    "new",
    [
        changed("properties", "kind", drop=True),
        changed("properties", "id", "type", value="integer"),
        changed("required", value=["id", "kind"]),
        changed("required", value=[]),
        changed("properties", "kind", "enum", value=["a"]),
        changed("properties", "kind", "enum", value=["a", "b", "c"]),
        changed("properties", "id", "maxLength", value=500),
        changed("properties", "id", "enum", value=["x"]),
        changed("properties", "id", "maxLength", value=20),
        changed("properties", "id", "minLength", value=2),
        changed("properties", "rows", "minItems", value=1),
        changed("properties", "id", "pattern", value="^a"),
        changed("additionalProperties", value=False),
        changed(*ROW, "properties", "row", drop=True),
        changed(*ROW, "properties", "row", "minimum", value=1),
        changed(*ROW, "required", value=["row", "outcome"]),
        changed(*WHO, "properties", "name", drop=True),
        changed(*WHO, "properties", "name", "type", value="integer"),
        changed(*WHO, "required", value=["name", "since"]),
        changed(*WHO, "additionalProperties", value={"type": "string"}),
        changed(*WHO, "oneOf", value=[PERSON]),
        changed(*WHO, "oneOf", value=[PERSON, {"type": "string"}]),
        changed(*WHO, "oneOf", drop=True),
        changed(*WHO, "anyOf", value=[{"maxProperties": 1}]),
        changed(*WHO, "propertyNames", value={"maxLength": 3}),
        changed(*WHO, "dependentRequired", value={"name": ["since"]}),
        changed(*PLACE, "properties", "city", drop=True),
        changed(*PLACE, "properties", "city", "maxLength", value=5),
        changed(*PLACE, drop=True),
        changed(*SHUT, "properties", "added", value={"type": "string"}),
        changed("properties", "at", "$ref", value="#/$defs/other"),
        changed("properties", "at", value={"type": "string"}),
        changed("properties", "id", "items", value={"type": "string"}),
        changed("if", value={"required": ["kind"]}),
    ],
)
def test_a_change_that_breaks_a_promise_is_noticed(new: Schema) -> None:
    assert faults(OLD, new)


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        changed("properties", "added", value={"type": "string"}),
        changed("properties", "id", "description", value="a better word"),
        changed("properties", "kind", "enum", value=["b", "a"]),
        changed("x-consumed-by", value=["media"]),
        changed(*ROW, "properties", "added", value={"type": "string"}),
        changed(*WHO, "properties", "added", value={"type": "string"}),
        changed(*PLACE, "properties", "added", value={"type": "string"}),
        changed("$defs", "added", value={"type": "string"}),
        changed("title", value="another"),
    ],
)
def test_a_change_that_keeps_every_promise_is_let_through(new: Schema) -> None:
    assert faults(OLD, new) == []
