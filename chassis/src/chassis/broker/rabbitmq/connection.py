"""Connections to RabbitMQ; this folder is the one place that knows kombu.

Three things are reached for that kombu and py-amqp do not promise: the socket, to wait
no longer than we want; `channel.events`, for the confirms; `bytes_recv`, to see that
the broker still speaks. A test names them, so that an upgrade cannot take them away
unseen.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any

import kombu
from amqp.exceptions import AMQPError, NotFound, PreconditionFailed
from kombu.exceptions import OperationalError
from kombu.transport import pyamqp

from chassis.broker.address import AmqpAddress
from chassis.broker.port import BusUnavailable
from chassis.broker.topology import QueueStatus
from chassis.errors import Incompatible

HEARTBEAT_SECONDS = 30  # the broker cuts off who is silent for two of these
CONNECT_SECONDS = 5  # a node on the same network answers in milliseconds, or is gone
ANSWER_SECONDS = 10.0  # a quorum queue that elects a leader answers within these
GOODBYE_SECONDS = 2.0  # we go anyhow; nothing depends on the answer
FAULTS = (AMQPError, OperationalError, OSError)
OLDEST = (3, 10)  # the first with delivery limits and dead-lettering at least once
NOT_TRIED = "not connected yet"
NAMED = re.compile(r"for (queue|exchange) '([^']+)'")


def _collect_at_fault(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method of a connection, after whose fault its socket is closed."""

    @wraps(method)
    def guarded(connection: Any, *given: Any, **named: Any) -> Any:
        try:
            return method(connection, *given, **named)
        except BaseException:
            connection.collect()
            raise

    return guarded


class ClosingConnection(pyamqp.Connection):  # type: ignore[misc]
    """A connection whose socket is closed whatever comes over it: py-amqp leaves it
    open where it reads something else than a handshake or a goodbye waits for."""

    connect = _collect_at_fault(pyamqp.Connection.connect)
    close = _collect_at_fault(pyamqp.Connection.close)


class ClosingTransport(pyamqp.Transport):  # type: ignore[misc]
    """What makes such connections for kombu."""

    Connection = ClosingConnection


def _name_mismatch(reply: str) -> str:
    """What to do about a queue or exchange that is there with other properties.

    The broker says, for instance: inequivalent arg 'x-queue-type' for queue 'a.p00'.
    """
    named = NAMED.search(reply)
    kind, name = named.groups() if named else ("queue", "NAME")
    remedy = f"rabbitmqctl delete_queue {name}"
    if kind == "exchange":
        remedy = f"delete the exchange {name} in the management page"
    return (
        f"the broker has the {kind} '{name}' with other properties ({reply}): stop "
        f"what made it so, let its messages be handled, then `{remedy}`; the service "
        "makes it anew when it starts"
    )


def open_connection(url: str) -> kombu.Connection:
    """A connection that is open. Raises what kombu does; Incompatible for a broker that
    is too old.

    No call on it waits without end: behind a cut wire, or a node that hangs, the
    connection stays open and nothing ever comes.
    """
    address = AmqpAddress.of(url)
    connection = kombu.Connection(
        address.url,
        ssl=address.is_tls(),
        heartbeat=HEARTBEAT_SECONDS,
        connect_timeout=CONNECT_SECONDS,
        transport=ClosingTransport,
    )
    connection.connect()
    try:
        require_version(connection.connection.server_properties)
    except Incompatible:
        let_go(connection)
        raise
    _have_patience(connection, ANSWER_SECONDS)
    return connection


def require_version(about: Mapping[str, Any]) -> str:
    """The version that a broker says it is of. Raises Incompatible for one that is too
    old to carry services."""
    version = str(about.get("version", "0"))
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers is None or tuple(map(int, numbers.groups())) < OLDEST:
        raise Incompatible(f"RabbitMQ {version} is too old: use 3.10 or newer")
    return version


def _have_patience(connection: kombu.Connection, seconds: float) -> None:
    """How long reading or writing on it may take where nothing else is said."""
    connection.connection.sock.settimeout(seconds)


def let_go(connection: kombu.Connection) -> None:
    """Close a connection, whatever became of it."""
    with contextlib.suppress(*FAULTS):
        if connection.connected:
            _have_patience(connection, GOODBYE_SECONDS)
        connection.release()


class BrokerLink:
    """The way from this process to the broker: opens connections, and knows what their
    last fault was, without asking anew; `fault` is empty while they can be used."""

    def __init__(self, url: str) -> None:
        self.url, self.fault = url, NOT_TRIED

    @contextmanager
    def watch_faults(self) -> Iterator[None]:
        """What the broker or the wire says, in the words of the transport.

        Raises Incompatible, BusUnavailable.
        """
        try:
            yield
        except PreconditionFailed as error:
            raise Incompatible(_name_mismatch(error.reply_text)) from error
        except FAULTS as error:
            self.fault = f"{type(error).__name__}: {error}"
            raise BusUnavailable(self.fault) from error
        self.fault = ""

    @contextmanager
    def open_channel(self) -> Iterator[kombu.Connection]:
        """A connection for a few questions. Raises Incompatible, BusUnavailable."""
        with self.open_briefly() as connection:
            yield connection
            let_go(connection)

    @contextmanager
    def open_briefly(self) -> Iterator[kombu.Connection]:
        """A connection to keep, let go only if what is begun on it fails.

        Raises Incompatible, BusUnavailable.
        """
        with self.watch_faults():
            connection = open_connection(self.url)
            try:
                yield connection
            except BaseException:
                let_go(connection)
                raise


def look_at(
    connection: kombu.Connection, queues: Iterable[QueueStatus]
) -> list[QueueStatus]:
    """The queues as the broker has them; of bindings AMQP tells nothing."""
    channel, looks = connection.channel(), []
    for queue in queues:
        try:
            seen = channel.queue_declare(queue.name, passive=True)
        except NotFound:
            channel = connection.channel()  # the broker closed the other one
            looks.append(queue)
            continue
        waiting, consumers = int(seen.message_count), int(seen.consumer_count)
        looks.append(replace(queue, there=True, waiting=waiting, consumers=consumers))
    return looks
