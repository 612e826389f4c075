"""Hostile events: golden examples with one place that is not as promised."""

from collections.abc import Iterator
from typing import Any

from embedded.bus.bus import Message

import contracts
from tests.hostile.values import PERSONAL, Hostile, encoded
from tests.routes.table import SERVICES

PARTITIONS = 16


def hostile_messages(seed: int, count: int) -> Iterator[Message]:
    """So many messages on the topics that services hear each other by, in turn."""
    hostile = Hostile(seed)
    types = [
        type_ for type_ in sorted(contracts.all_types()) if _is_between_services(type_)
    ]
    for number in range(count):
        hostile.turn = number
        type_ = types[number % len(types)]
        event = dict(contracts.example_of(type_)) | {"id": f"hostile.{number}.0"}
        yield Message(type_, number % PARTITIONS, _spoilt(event, hostile))


def _is_between_services(type_: str) -> bool:
    return contracts.producer_of(type_) in SERVICES and bool(
        contracts.consumers_of(type_) & {*SERVICES, "gateway"}
    )


def _spoilt(event: dict[str, Any], hostile: Hostile) -> bytes:
    if hostile.chance.random() < 0.1:
        return hostile.body()
    holder, key = hostile.chance.choice(list(_places(event)))
    if key in PERSONAL or hostile.chance.random() < 0.3:
        holder[key] = hostile.personal(key if key in PERSONAL else "name")
    else:
        holder[key] = hostile.value()
    return encoded(event, hostile.shows_raw)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in an event: what holds it, and its key there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)
