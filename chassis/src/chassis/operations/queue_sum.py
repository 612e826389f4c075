"""A service's queues in a few numbers, as page and command tell them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.broker.port import FACTS, PARKED, QueueSeen, unheard


@dataclass(frozen=True)
class QueueSum:
    """How many queues, how many events in them, how many the bus put aside; and what
    is missing, which queues do not answer, and which are perhaps dead."""

    queues: int
    waiting: int
    aside: int
    missing: list[str]
    silent: list[str]
    dead: list[str]


def sum_queues(queues: Sequence[QueueSeen]) -> QueueSum:
    """What an operator is told of a service's queues."""
    events = [queue for queue in queues if queue.kind == FACTS]
    missing = [queue.name for queue in queues if queue.answers and not queue.there]
    return QueueSum(
        queues=len(events),
        waiting=sum(queue.waiting for queue in events),
        aside=sum(queue.waiting for queue in queues if queue.kind == PARKED),
        missing=missing + [f"{q.name}: {t}" for q in events for t in q.unbound],
        silent=[queue.name for queue in queues if not queue.answers],
        dead=unheard(queues),
    )
