"""The exchanges and queues on RabbitMQ, with the properties that they must have."""

import kombu
from amqp.exceptions import AccessRefused

from chassis.broker import topology

EVENTS = kombu.Exchange(topology.EXCHANGE, "topic", durable=True)
PARKED = kombu.Exchange(topology.PARKED_EXCHANGE, "direct", durable=True)
RECEIPTS = kombu.Exchange(topology.RECEIPTS, "direct", durable=True)


def declare_exchange(connection: kombu.Connection, exchange: kombu.Exchange) -> None:
    """Make the exchange. An account that may not make it finds it there: the broker's
    own definitions do."""
    try:
        with connection.channel() as channel:
            exchange(channel).declare()
    except AccessRefused:
        with connection.channel() as channel:
            channel.exchange_declare(exchange.name, exchange.type, passive=True)


def declare_parked_queue(connection: kombu.Connection, name: str) -> None:
    """Make the quorum queue to which the broker moves what it parks."""
    declare_exchange(connection, PARKED)
    queue = _create_queue(name, {"x-queue-type": "quorum"})
    with connection.channel() as channel:
        queue(channel).declare()
        channel.queue_bind(name, PARKED.name, name)


def events_queue(
    name: str, parked: str, limit: int = topology.DELIVERY_LIMIT
) -> kombu.Queue:
    """A quorum queue that parks, at least once, what is delivered too often."""
    return _create_queue(
        name,
        {
            "x-queue-type": "quorum",
            "x-single-active-consumer": True,
            "x-delivery-limit": limit,
            "x-dead-letter-exchange": topology.PARKED_EXCHANGE,
            "x-dead-letter-routing-key": parked,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def receipts_queue(name: str) -> kombu.Queue:
    """A quorum queue of a branch that may never look."""
    return _create_queue(name, topology.receipts_arguments())


def wake_queue(name: str) -> kombu.Queue:
    """A queue of one message, which takes no second: all wake-ups are alike.

    Classic, since a wake-up may be lost with its node; durable, since brokers do away
    with queues that are neither that nor exclusive.
    """
    return _create_queue(
        name,
        {
            "x-queue-type": "classic",
            "x-max-length": 1,
            "x-overflow": "reject-publish",
        },
    )


def _create_queue(name: str, arguments: dict[str, object]) -> kombu.Queue:
    return kombu.Queue(name, durable=True, queue_arguments=arguments)
