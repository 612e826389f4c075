"""What we promise each other: the schema and a golden example of every event."""

import functools
import json
from importlib.resources import files
from typing import Any

import jsonschema_rs

BRANCH = "branch"
"""The hearer that is no service: the branch an event names in its data."""
CHASSIS = "chassis"
"""The sayer that is every service: what their plumbing says to each other."""


@functools.cache
def all_types() -> tuple[str, ...]:
    """Every event type there is, sorted."""
    found = files(__name__).joinpath("events").iterdir()
    return tuple(sorted(f.name.removesuffix(".json") for f in found))


@functools.cache
def schema(type_: str) -> dict[str, Any]:
    """The JSON Schema of an event's data. Raises KeyError for an unknown type."""
    return _read("events", type_)


@functools.cache
def example(type_: str) -> dict[str, Any]:
    """A whole event of this type, envelope included."""
    return _read("examples", type_)


@functools.cache
def validator(type_: str) -> jsonschema_rs.Draft202012Validator:
    """Checks the data of an event of this type."""
    return jsonschema_rs.Draft202012Validator(schema(type_))


@functools.cache
def hearers(type_: str) -> frozenset[str]:
    """The services that hear this type, and BRANCH if a branch does."""
    return frozenset(schema(type_)["x-heard-by"])


def sayer(type_: str) -> str:
    """The one service that says this type."""
    return str(schema(type_)["x-said-by"])


def heard_by(service: str) -> frozenset[str]:
    """All facts that a service hears; what branches and plumbing send comes apart."""
    return frozenset(
        type_
        for type_ in all_types()
        if service in hearers(type_) and sayer(type_) not in {BRANCH, CHASSIS}
    )


def _read(folder: str, type_: str) -> dict[str, Any]:
    if type_ not in all_types():
        raise KeyError(type_)
    text = files(__name__).joinpath(folder, f"{type_}.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read
