"""Queue status: the queues of one consumer as the bus has them, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass

EVENTS, PARKED = "events", "parked"
"""The kinds of a queue: where events are consumed, where the bus itself parks."""


@dataclass(frozen=True)
class QueueStatus:
    """One queue as it is on the bus, and the `partitions` whose events lie in it.

    `unbound` are types that it should take and, as far as the bus tells, does not.
    """

    name: str
    there: bool
    waiting: int
    consumers: int
    unbound: tuple[str, ...] = ()
    kind: str = EVENTS
    partitions: tuple[int, ...] = ()


Queues = Sequence[QueueStatus]


def missing_partitions(queues: Queues) -> set[int]:
    """The partitions whose queue is not there."""
    missing = [queue for queue in queues if not queue.there]
    return {number for queue in missing for number in queue.partitions}


def takes_type(queues: Queues, type_: str) -> bool:
    """Whether every queue for events is there and takes this type."""
    events = [queue for queue in queues if queue.kind == EVENTS]
    return all(queue.there and type_ not in queue.unbound for queue in events)


def dead_queues(queues: Queues) -> list[str]:
    """The queues that nobody consumes while others of the service are consumed.

    So looks a queue that is dead: the replicas consume all between them, and the broker
    still tells of it, as of an empty one. For some seconds after a replica died it
    looks so too.
    """
    events = [queue for queue in queues if queue.kind == EVENTS and queue.there]
    if not any(queue.consumers for queue in events):
        return []
    return [queue.name for queue in events if not queue.consumers]


def count_waiting(queues: Queues) -> int:
    """How many events wait to be consumed."""
    return sum(queue.waiting for queue in queues if queue.kind == EVENTS)


def count_parked(queues: Queues) -> int:
    """How many events the bus itself has parked."""
    return sum(queue.waiting for queue in queues if queue.kind == PARKED)


def count_consumers(queues: Queues) -> int:
    """How many consumers there are: one for each queue that a process consumes."""
    return sum(queue.consumers for queue in queues)
