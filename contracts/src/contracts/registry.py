"""The contract registry: schemas and golden examples of every event type."""

import copy
import json
import re
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import Any

import jsonschema_rs

BRANCH = "branch"
"""The consumer that is no service: the branch an event names in its data."""
MASK = "a value"
"""A validator's message has this for what was written: that may name people."""
NUMBER = re.compile(r"\.v([1-9][0-9]{0,5})$", re.ASCII)
Schema = dict[str, Any]


class ContractRegistry:
    """The event contracts of one folder, which holds `events` and `examples`."""

    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def all_types(self) -> tuple[str, ...]:
        """Every event type there is, sorted."""
        return tuple(self._schemas)

    def schema_of(self, type_: str) -> Schema:
        """The JSON Schema of an event's data. Raises KeyError for an unknown type."""
        return self._schemas[type_]

    def example_of(self, type_: str) -> dict[str, Any]:
        """A whole event of this type, envelope included, to do with as one likes.

        Raises KeyError.
        """
        return copy.deepcopy(self._examples[type_])

    def validator_of(self, type_: str) -> jsonschema_rs.Draft202012Validator:
        """Checks the data of an event of this type. Raises KeyError."""
        if type_ not in self._validators:
            made = jsonschema_rs.Draft202012Validator(self.schema_of(type_), mask=MASK)
            self._validators[type_] = made
        return self._validators[type_]

    def consumers_of(self, type_: str) -> frozenset[str]:
        """The services that consume this type, and BRANCH if a branch does."""
        return self._consumers[type_]

    def producer_of(self, type_: str) -> str:
        """The one service that publishes this type."""
        return str(self.schema_of(type_)["x-produced-by"])

    def consumed_by(self, service: str) -> frozenset[str]:
        """The types a service handles. What branches publish is not among them."""
        consumed = [t for t in self.all_types() if service in self.consumers_of(t)]
        return frozenset(t for t in consumed if self.producer_of(t) != BRANCH)

    def newest_version(self, type_: str) -> str | None:
        """The newest version of this event, or None if there is none."""
        return self._newest_versions.get(name_of(type_))

    @cached_property
    def _schemas(self) -> dict[str, Schema]:
        return self._read_folder("events")

    @cached_property
    def _examples(self) -> dict[str, dict[str, Any]]:
        return self._read_folder("examples")

    @cached_property
    def _consumers(self) -> dict[str, frozenset[str]]:
        return {t: frozenset(s["x-consumed-by"]) for t, s in self._schemas.items()}

    @cached_property
    def _newest_versions(self) -> dict[str, str]:
        return {
            name_of(type_): type_ for type_ in sorted(self._schemas, key=version_of)
        }

    def _read_folder(self, folder: str) -> dict[str, Any]:
        files = {
            file.name.removesuffix(".json"): file
            for file in self.folder.joinpath(folder).iterdir()
        }
        return {
            name: json.loads(files[name].read_text("utf-8")) for name in sorted(files)
        }


def name_of(type_: str) -> str:
    """The event of a type, without its version: `enrollment.seat.taken`."""
    return type_.rpartition(".v")[0]


def version_of(type_: str) -> int:
    """The version's number, 0 for what has none."""
    number = NUMBER.search(type_)
    return int(number[1]) if number else 0
