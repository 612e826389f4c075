"""Names on the bus. Pure functions, the same on every transport."""

import zlib

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
    """Whether this is an inlet, which has one queue of its own name; no service's name
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
