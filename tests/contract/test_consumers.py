"""A service handles exactly what the contracts say it hears."""

import importlib
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import contracts

ROOT = Path(__file__).parents[2]
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
MEMBERS = [*SERVICES, "gateway"]


def handled(service: str) -> Mapping[str, Any]:
    """The service's table of handlers, with placeholders for what they use."""
    handlers = importlib.import_module(f"{service}.events.handlers").build_handlers
    table: Mapping[str, Any] = handlers(
        *[None] * len(inspect.signature(handlers).parameters)
    )
    return table


@pytest.mark.parametrize("service", MEMBERS)
def test_a_service_handles_what_it_is_named_as_a_hearer_of(service: str) -> None:
    assert set(handled(service)) == contracts.consumed_by(service)


@pytest.mark.parametrize("service", MEMBERS)
def test_every_handler_can_be_called(service: str) -> None:
    assert all(callable(handler) for handler in handled(service).values())


def test_every_hearer_of_every_type_is_one_there_is() -> None:
    named = {
        hearer for t in contracts.all_types() for hearer in contracts.consumers_of(t)
    }
    assert named <= {*MEMBERS, contracts.BRANCH}
