"""The promises of one folder: schemas, golden examples, and steps between versions."""

import copy
import json
import re
from collections.abc import Mapping
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import Any

import jsonschema_rs

from contracts.upcasting import Data, Step

BRANCH = "branch"
"""The hearer that is no service: the branch an event names in its data."""
MASK = "a value"
"""Stands in what a validator says for what was written: that may name people."""
NUMBER = re.compile(r"\.v([1-9][0-9]{0,5})$", re.ASCII)
Schema = dict[str, Any]


class Book:
    """What is promised in one folder, which holds `events` and `examples`."""

    def __init__(self, folder: Traversable, steps: Mapping[str, Step]) -> None:
        self.folder, self.steps = folder, steps
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def all_types(self) -> tuple[str, ...]:
        """Every event type there is, sorted."""
        return tuple(self._schemas)

    def schema(self, type_: str) -> Schema:
        """The JSON Schema of an event's data. Raises KeyError for an unknown type."""
        return self._schemas[type_]

    def example(self, type_: str) -> dict[str, Any]:
        """A whole event of this type, envelope included, to do with as one likes.

        Raises KeyError.
        """
        return copy.deepcopy(self._examples[type_])

    def validator(self, type_: str) -> jsonschema_rs.Draft202012Validator:
        """Checks the data of an event of this type. Raises KeyError."""
        if type_ not in self._validators:
            made = jsonschema_rs.Draft202012Validator(self.schema(type_), mask=MASK)
            self._validators[type_] = made
        return self._validators[type_]

    def hearers(self, type_: str) -> frozenset[str]:
        """The services that hear this type, and BRANCH if a branch does."""
        return self._hearers[type_]

    def sayer(self, type_: str) -> str:
        """The one service that says this type."""
        return str(self.schema(type_)["x-said-by"])

    def heard_by(self, service: str) -> frozenset[str]:
        """The types a service handles: of each event the newest version it hears.

        What branches say comes apart.
        """
        heard = [t for t in self.all_types() if service in self.hearers(t)]
        newest = {name_of(type_): type_ for type_ in sorted(heard, key=number_of)}
        return frozenset(t for t in newest.values() if self.sayer(t) != BRANCH)

    def newest(self, type_: str) -> str | None:
        """The newest version there is of this event, or None if there is none."""
        return self._newest.get(name_of(type_))

    def older(self, type_: str) -> tuple[str, ...]:
        """The versions that lead to this one step by step, newest first."""
        found = []
        while type_ in self.steps:
            type_ = f"{name_of(type_)}.v{number_of(type_) - 1}"
            found.append(type_)
        return tuple(found)

    def forms(self, type_: str) -> tuple[str, ...]:
        """The versions in which a type is said: those heard by anybody, newest first.

        Raises KeyError.
        """
        return self._forms[type_]

    def lift(self, data: Data, old: str, new: str) -> Data:
        """Data of an older type as a newer one says them. Raises what a step does."""
        for type_ in reversed([new, *self.older(new)]):
            if number_of(type_) > number_of(old):
                data = self.steps[type_].lift(data)
        return data

    def lower(self, data: Data, new: str, old: str) -> Data:
        """Data of a newer type as an older one says them. Raises what a step does."""
        for type_ in [new, *self.older(new)]:
            if number_of(type_) > number_of(old):
                data = self.steps[type_].lower(data)
        return data

    @cached_property
    def _schemas(self) -> dict[str, Schema]:
        return self._read("events")

    @cached_property
    def _examples(self) -> dict[str, dict[str, Any]]:
        return self._read("examples")

    @cached_property
    def _hearers(self) -> dict[str, frozenset[str]]:
        return {t: frozenset(s["x-heard-by"]) for t, s in self._schemas.items()}

    @cached_property
    def _forms(self) -> dict[str, tuple[str, ...]]:
        return {
            type_: tuple(t for t in (type_, *self.older(type_)) if self.hearers(t))
            for type_ in self._schemas
        }

    @cached_property
    def _newest(self) -> dict[str, str]:
        return {name_of(type_): type_ for type_ in sorted(self._schemas, key=number_of)}

    def _read(self, folder: str) -> dict[str, Any]:
        files = {
            file.name.removesuffix(".json"): file
            for file in self.folder.joinpath(folder).iterdir()
        }
        return {
            name: json.loads(files[name].read_text("utf-8")) for name in sorted(files)
        }


def name_of(type_: str) -> str:
    """What is said, without its version: `enrollment.seat.taken`."""
    return type_.rpartition(".v")[0]


def number_of(type_: str) -> int:
    """The version's number, 0 for what has none."""
    number = NUMBER.search(type_)
    return int(number[1]) if number else 0
