"""What a service's answer about its queues says, also that of an earlier release."""

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.broker.port import FACTS, PARKED

Row = Mapping[str, Any]


def kind_of(queue: Row) -> str:
    """Its kind. An earlier release tells none; beside those in which it hears facts it
    lists only the one of what was put aside."""
    by_name = PARKED if queue["name"].endswith(f".{PARKED}") else FACTS
    return str(queue.get("kind", by_name))


def answers(queue: Row) -> bool:
    """Whether the bus said anything of it; by an earlier release it always did."""
    return bool(queue.get("answers", True))


def unheard(queues: Iterable[Row]) -> list[str]:
    """Those that nobody hears while others of the service are heard.

    So looks a queue that is dead: the replicas hear all between them, and the broker
    still tells of it, as of an empty one. For some seconds after one of them died it
    looks so too.
    """
    hearing = [queue for queue in queues if kind_of(queue) == FACTS and queue["there"]]
    if not any(queue["consumers"] for queue in hearing):
        return []
    return [queue["name"] for queue in hearing if not queue["consumers"]]
