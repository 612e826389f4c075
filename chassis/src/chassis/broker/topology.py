"""Names on the bus. Pure functions, the same on every transport."""

import zlib

PARTITIONS = 16
EXCHANGE = "biyong.facts"
PARKED_EXCHANGE = "biyong.parked"
RECEIPTS = "biyong.receipts"
DELIVERY_LIMIT, INLET_DELIVERY_LIMIT = 50, 6
"""RabbitMQ counts a delivery for all that a dying consumer had in hand, innocents too,
and what it puts aside loses its turn. Who kills is found by held after a few. For what
comes in from outside nothing is held, and it has no turn to lose."""

MOST_RECEIPTS, MOST_RECEIPT_BYTES, RECEIPT_DAYS = 10_000, 64 * 1024 * 1024, 14
"""What a branch's queue holds: as many receipts as chunks may wait for their outcome,
and over the longest holidays. It was read by then, or nobody reads it."""


def partition(key: str) -> int:
    """The partition a key belongs to, for ever."""
    return zlib.crc32(key.encode()) % PARTITIONS


def routing_key(type_: str, partition_: int) -> str:
    """Where an event of this type and partition is routed."""
    return f"{type_}.p{partition_:02d}"


def queue(service: str, partition_: int) -> str:
    """The queue in which a service hears one partition."""
    return f"{service}.p{partition_:02d}"


def queues_of(service: str) -> list[str]:
    """All queues in which a service hears facts."""
    return [queue(service, number) for number in range(PARTITIONS)]


def parked_queue(service: str) -> str:
    """Where the broker puts what was delivered too often."""
    return f"{service}.parked"


def wake_queue(service: str) -> str:
    """The queue of one message by which a service's relay is woken."""
    return f"{service}.wake"


def receipts_queue(branch: str) -> str:
    """The queue in which a branch finds its receipts."""
    return f"branch.{branch}.receipts"
