"""A service's queues in a few numbers, as page and command tell them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.broker.topology import (
    EVENTS,
    QueueStatus,
    count_parked,
    count_waiting,
    dead_queues,
)


@dataclass(frozen=True)
class QueueSum:
    """How many queues, how many events in them, how many the bus put aside; and what
    is missing, and which queues are perhaps dead."""

    queues: int
    waiting: int
    aside: int
    missing: list[str]
    dead: list[str]


def sum_queues(queues: Sequence[QueueStatus]) -> QueueSum:
    """What an operator is told of a service's queues."""
    events = [queue for queue in queues if queue.kind == EVENTS]
    missing = [queue.name for queue in queues if not queue.there]
    return QueueSum(
        queues=len(events),
        waiting=count_waiting(queues),
        aside=count_parked(queues),
        missing=missing + [f"{q.name}: {t}" for q in events for t in q.unbound],
        dead=dead_queues(queues),
    )
