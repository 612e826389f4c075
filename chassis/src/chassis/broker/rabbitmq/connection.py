"""Connections to RabbitMQ and what is declared on them; with rabbitmq.py the one
place that knows kombu."""

import contextlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import kombu
from amqp.exceptions import (
    AccessRefused,
    AMQPError,
    NotFound,
    PreconditionFailed,
)
from kombu.exceptions import OperationalError

from chassis.broker import topology
from chassis.broker.address import AmqpAddress
from chassis.broker.port import Away, QueueSeen
from chassis.errors import Unfit
from chassis.telemetry.logs import logger

HEARTBEAT_SECONDS, CONNECT_SECONDS = 30, 5
ANSWER_SECONDS, BRIEF_SECONDS, GOODBYE_SECONDS = 10.0, 2.0, 2.0
"""How long the broker may take to answer, the same where we can do without it, and to
be told that we go."""
FAULTS = (AMQPError, OperationalError, OSError)
LIMIT, BOUNDS = "x-delivery-limit", ("x-max-length", "x-message-ttl", "x-overflow")
NAMED = re.compile(r"for (queue|exchange) '([^']+)'")


@contextmanager
def faults_as_away() -> Iterator[None]:
    """What the broker or the wire says, in the words of the transport."""
    try:
        yield
    except PreconditionFailed as error:
        raise Unfit(_mismatch(error.reply_text)) from error
    except FAULTS as error:
        raise Away(f"{type(error).__name__}: {error}") from error


def _mismatch(said: str) -> str:
    """What to do about a queue or exchange that is there with other properties.

    The broker says, for instance: inequivalent arg 'x-queue-type' for queue 'a.p00'.
    """
    named = NAMED.search(said)
    kind, name = named.groups() if named else ("queue", "NAME")
    remedy = f"rabbitmqctl delete_queue {name}"
    if kind == "exchange":
        remedy = f"delete the exchange {name} in the management page"
    return (
        f"the broker has the {kind} '{name}' with other properties ({said}): stop what "
        f"made it so, let its messages be handled, then `{remedy}`; the service makes "
        "it anew when it starts"
    )


def connect(url: str) -> kombu.Connection:
    """A connection that is open. Raises what kombu does.

    No call on it waits without end: behind a cut wire, or a node that hangs, the
    connection stays open and nothing ever comes.
    """
    address = AmqpAddress.of(url)
    connection = kombu.Connection(
        address.url,
        ssl=address.tls(),
        heartbeat=HEARTBEAT_SECONDS,
        connect_timeout=CONNECT_SECONDS,
    )
    connection.connect()
    _have_patience(connection, ANSWER_SECONDS)
    return connection


def _have_patience(connection: kombu.Connection, seconds: float) -> None:
    """How long reading or writing on it may take where nothing else is said."""
    connection.connection.sock.settimeout(seconds)


@contextmanager
def impatient(url: str) -> Iterator[kombu.Connection]:
    """A connection on which no answer is waited for long. Raises what kombu does.

    For wake queues: one lives on one node, and while that is cut off nobody answers
    for it.
    """
    connection = connect(url)
    _have_patience(connection, BRIEF_SECONDS)
    try:
        yield connection
    finally:
        let_go(connection)


def let_go(connection: kombu.Connection) -> None:
    """Close a connection, whatever became of it."""
    with contextlib.suppress(*FAULTS):
        if connection.connected:
            _have_patience(connection, GOODBYE_SECONDS)
        connection.release()


@contextmanager
def kept_if_well(connection: kombu.Connection) -> Iterator[kombu.Connection]:
    """A connection that is let go if what is begun on it fails."""
    try:
        yield connection
    except BaseException:
        let_go(connection)
        raise


def facts() -> kombu.Exchange:
    """The exchange of all facts."""
    return kombu.Exchange(topology.EXCHANGE, "topic", durable=True)


def parked_exchange() -> kombu.Exchange:
    """The exchange to the parked queues."""
    return kombu.Exchange(topology.PARKED_EXCHANGE, "direct", durable=True)


def receipts() -> kombu.Exchange:
    """The exchange of what is for one branch."""
    return kombu.Exchange(topology.RECEIPTS, "direct", durable=True)


def hearing_queue(
    name: str, parked: str, limit: int = topology.DELIVERY_LIMIT
) -> kombu.Queue:
    """A quorum queue that parks, at least once, what is delivered too often."""
    return kombu.Queue(
        name,
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-single-active-consumer": True,
            LIMIT: limit,
            "x-dead-letter-exchange": topology.PARKED_EXCHANGE,
            "x-dead-letter-routing-key": parked,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def made(
    connection: kombu.Connection,
    channel: Any,
    queue: kombu.Queue,
    may_differ: Sequence[str] = (LIMIT,),
) -> Any:
    """Make the queue; the channel to go on with.

    One that an earlier release made otherwise in these properties does as well. With
    another delivery limit: what it puts aside sooner is tried all the same. Without
    bounds: a policy may set them.
    """
    try:
        queue(channel).declare()
    except PreconditionFailed as error:
        if not any(name in str(error.reply_text) for name in may_differ):
            raise
        logger().info("queue_made_otherwise", queue=queue.name)
        return connection.channel()
    return channel


def exchange_there(
    connection: kombu.Connection, channel: Any, exchange: kombu.Exchange
) -> Any:
    """Make the exchange; the channel to go on with.

    An account that may not make it finds it there: the broker's own definitions do.
    """
    try:
        exchange(channel).declare()
    except AccessRefused:
        channel = connection.channel()
        channel.exchange_declare(exchange.name, exchange.type, passive=True)
    return channel


def plain_queue(name: str) -> kombu.Queue:
    """A quorum queue that parks nothing."""
    return kombu.Queue(name, durable=True, queue_arguments={"x-queue-type": "quorum"})


def receipts_queue(name: str) -> kombu.Queue:
    """A quorum queue of a branch that may never look: the oldest receipts give way.

    No receipt is lost by that: sending the chunk again brings it again.
    """
    return kombu.Queue(
        name,
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-overflow": "drop-head",
            "x-max-length": topology.MOST_RECEIPTS,
            "x-max-length-bytes": topology.MOST_RECEIPT_BYTES,
            "x-message-ttl": topology.RECEIPT_DAYS * 24 * 3600 * 1000,
        },
    )


def wake_queue(name: str) -> kombu.Queue:
    """A queue of one message, which takes no second: all wakes are alike.

    Classic, since a wake may be lost with its node; durable, since brokers do away
    with queues that are neither that nor exclusive.
    """
    return kombu.Queue(
        name,
        durable=True,
        queue_arguments={
            "x-queue-type": "classic",
            "x-max-length": 1,
            "x-overflow": "reject-publish",
        },
    )


def keep(connection: kombu.Connection) -> None:
    """Read what the broker sent meanwhile, and answer that this one is still here."""
    with contextlib.suppress(TimeoutError):
        while True:
            connection.drain_events(timeout=0)
    connection.heartbeat_check()


def seen(connection: kombu.Connection, queue: str) -> QueueSeen:
    """One queue as the broker has it; of bindings AMQP tells nothing."""
    channel = connection.channel()
    try:
        found = channel.queue_declare(queue, passive=True)
    except NotFound:
        return QueueSeen(queue, there=False, waiting=0, consumers=0)
    channel.close()
    waiting, consumers = int(found.message_count), int(found.consumer_count)
    return QueueSeen(queue, True, waiting, consumers)
