"""The queues on the bus: their names, alike on every transport, and how they stand."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

PARTITIONS = 16  # five replicas still have three each, and no key ever moves
EXCHANGE = "biyong.events"
PARKED_EXCHANGE = "biyong.parked"
RECEIPTS = "biyong.receipts"
DELIVERY_LIMIT = 50
"""So high, since RabbitMQ counts a delivery for all that a dying consumer had in hand,
innocents too, and an event that it parks loses its turn. Which event kills is found by
the retry queue after a few."""
ROSTER_DELIVERY_LIMIT = 6
"""So low, since what comes from outside has no retry queue and no turn to lose."""
MOST_RECEIPTS, MOST_RECEIPT_BYTES, RECEIPT_DAYS = 10_000, 64 * 1024 * 1024, 14
"""What a branch's queue holds: as many receipts as chunks may wait for their outcome,
and over the longest holidays. It was read by then, or nobody reads it."""
EVENTS, PARKED = "events", "parked"
"""The kinds of a queue: where events are consumed, where the bus itself parks."""


def partition_of(key: str) -> int:
    """The partition a key belongs to, for ever."""
    return zlib.crc32(key.encode()) % PARTITIONS


def routing_key(type_: str, partition_: int) -> str:
    """Where an event of this type and partition is routed."""
    return f"{type_}.p{partition_:02d}"


def queue_name(service: str, partition_: int) -> str:
    """The queue in which a service consumes one partition."""
    return f"{service}.p{partition_:02d}"


def queues_of(service: str) -> list[str]:
    """All queues in which a service consumes events, by partition."""
    return [queue_name(service, number) for number in range(PARTITIONS)]


def is_roster_queue(name: str) -> bool:
    """Whether this is the queue of rosters, one under its own name; no service's name
    has a dot."""
    return "." in name


def parked_queue(service: str) -> str:
    """The queue to which the broker moves what was delivered too often."""
    return f"{service}.parked"


def wake_queue(service: str) -> str:
    """The queue of one message by which a service's relay is woken."""
    return f"{service}.wake"


def receipts_queue(branch: str) -> str:
    """The queue in which a branch finds its receipts."""
    return f"branch.{branch}.receipts"


def receipts_arguments() -> dict[str, object]:
    """What a queue of receipts is declared with at RabbitMQ, whoever makes it first.

    A branch may never look: the oldest receipts give way. No receipt is lost by that:
    sending the chunk again brings it again.
    """
    return {
        "x-queue-type": "quorum",
        "x-overflow": "drop-head",
        "x-max-length": MOST_RECEIPTS,
        "x-max-length-bytes": MOST_RECEIPT_BYTES,
        "x-message-ttl": RECEIPT_DAYS * 24 * 3600 * 1000,
    }


@dataclass(frozen=True)
class QueueStatus:
    """One queue as it is on the bus, or before anybody looked, and the `partitions`
    whose events lie in it.

    `unbound` are types that it should take and, as far as the bus tells, does not.
    """

    name: str
    there: bool = False
    waiting: int = 0
    consumers: int = 0
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
