"""The transport on RabbitMQ 4, by kombu.

Events travel on one topic exchange; the routing key ends in the partition, and
every service has one quorum queue with a single active consumer per partition.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import kombu
from amqp.exceptions import AccessRefused, PreconditionFailed

from chassis.broker import topology
from chassis.broker.port import (
    ALL,
    PARKED,
    WAKE,
    Keep,
    QueueSeen,
    Standing,
)
from chassis.broker.rabbitmq.connection import (
    BOUNDS,
    FAULTS,
    connect,
    exchange_there,
    facts,
    faults_as_away,
    hearing_queue,
    impatient,
    kept_if_well,
    made,
    parked_exchange,
    plain_queue,
    receipts,
    receipts_queue,
    seen,
    wake_queue,
)
from chassis.broker.rabbitmq.publisher import RabbitPublisher
from chassis.broker.rabbitmq.subscriber import RabbitSubscriber, delivery_of
from chassis.broker.rabbitmq.wakeup import RabbitWakes
from chassis.errors import Unfit
from chassis.ids import new_id
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of

OLDEST = (3, 10)


def _why_parked(message: Any) -> str:
    """What the broker notes of a message that it moved out of a queue."""
    deaths = (message.headers or {}).get("x-death") or [{}]
    reasons = {
        "delivery_limit": "delivered too often without an answer",
        "rejected": "refused by its consumer",
    }
    reason = str(deaths[0].get("reason", "unknown"))
    return f"put aside by the broker: {reasons.get(reason, reason)}"


class RabbitTransport:
    """RabbitMQ as a transport, for a service or for whoever looks at it.

    An account that is called as the service is the service's own; then every other
    service has its own too, and the broker vouches for who sent what.
    """

    name = "RabbitMQ"

    def __init__(self, url: str, service: str = "") -> None:
        self.url = url
        user = unquote(urlsplit(url).username or "")
        self.user = service if user == service else ""
        self.vouches = bool(self.user)

    def publisher(self) -> RabbitPublisher:
        """A connection for saying."""
        return RabbitPublisher(self.url, self.user)

    def subscriber(
        self, service: str, types: Iterable[str], partitions: Iterable[int] = ALL
    ) -> RabbitSubscriber:
        """Declare the service's queues and bindings, and hear those of `partitions`."""
        with faults_as_away(), kept_if_well(connect(self.url)) as connection:
            channel = exchange_there(connection, connection.channel(), facts())
            parked = topology.parked_queue(service)
            channel = self._declare_parked(connection, channel, parked)
            queues = topology.queues_of(service)
            for partition, name in enumerate(queues):
                channel = made(connection, channel, hearing_queue(name, parked))
                for type_ in types:
                    key = topology.routing_key(type_, partition)
                    channel.queue_bind(name, topology.EXCHANGE, key)
            channel.close()
            self._declare_wake_queue(topology.wake_queue(service))
            return RabbitSubscriber(connection, [queues[p] for p in partitions])

    def _declare_wake_queue(self, name: str) -> None:
        """Who hears can do without: relays look by themselves, and make it too."""
        try:
            with impatient(self.url) as connection:
                wake_queue(name)(connection.channel()).declare()
        except PreconditionFailed:
            raise
        except FAULTS as error:
            logger().warning("no_wake_queue", queue=name, reason=reason_of(error))

    def wakes(self, service: str) -> RabbitWakes:
        """A connection to the service's wake queue."""
        return RabbitWakes(self.url, topology.wake_queue(service))

    def inlet(
        self, exchange: str, queue: str, pattern: str, at_once: int
    ) -> RabbitSubscriber:
        """Hear what others than services send, each under an account of its own."""
        with faults_as_away(), kept_if_well(connect(self.url)) as connection:
            channel = connection.channel()
            kombu.Exchange(exchange, "topic", durable=True)(channel).declare()
            parked = topology.parked_queue(queue)
            channel = self._declare_parked(connection, channel, parked)
            hearing = hearing_queue(queue, parked, topology.INLET_DELIVERY_LIMIT)
            channel = made(connection, channel, hearing)
            channel.queue_bind(queue, exchange, pattern)
            channel.close()
            return RabbitSubscriber(connection, [queue], prefetch=at_once)

    def lacking(self, service: str) -> set[int]:
        """Partitions whose queue the broker does not have."""
        with faults_as_away(), kept_if_well(connect(self.url)) as connection:
            names = topology.queues_of(service)
            there = {name: seen(connection, name).there for name in names}
            connection.release()
        return {number for number, name in enumerate(names) if not there[name]}

    def take_parked(self, service: str, keep: Keep) -> int:
        """Empty the parked queue, message by message."""
        taken = 0
        with faults_as_away(), connect(self.url) as connection:
            if not seen(connection, topology.parked_queue(service)).there:
                return 0
            channel = connection.channel()
            while message := channel.basic_get(topology.parked_queue(service)):
                keep(delivery_of(message), _why_parked(message))
                channel.basic_ack(message.delivery_info["delivery_tag"])
                taken += 1
        return taken

    def outlet(self, branch: str) -> None:
        """Make the queue in which a branch finds what is for it alone."""
        with faults_as_away(), connect(self.url) as connection:
            channel = connection.channel()
            receipts()(channel).declare()
            name = topology.receipts_queue(branch)
            channel = made(connection, channel, receipts_queue(name), BOUNDS)
            channel.queue_bind(name, topology.RECEIPTS, name)

    def _declare_parked(
        self, connection: kombu.Connection, channel: Any, name: str
    ) -> Any:
        """The channel to go on with."""
        channel = exchange_there(connection, channel, parked_exchange())
        plain_queue(name)(channel).declare()
        channel.queue_bind(name, topology.PARKED_EXCHANGE, name)
        return channel

    def try_out(self) -> str:
        """Declare, bind, publish, get and delete as services do; its version."""
        with faults_as_away(), connect(self.url) as connection:
            about = connection.connection.server_properties
            version = str(about.get("version", "0"))
            if tuple(map(int, version.split(".")[:2])) < OLDEST:
                raise Unfit(f"RabbitMQ {version} is too old: use 3.10 or newer")
            try:
                self._try_rights(connection.channel())
            except AccessRefused as error:
                raise Unfit(
                    f"RabbitMQ does not allow this: {error.reply_text}; services need "
                    "configure, write and read on all of the virtual host"
                ) from error
            return version

    def _try_rights(self, channel: Any) -> None:
        name = f"biyong.trial.{new_id()}"
        facts()(channel).declare()
        hearing_queue(name, name)(channel).declare()
        try:
            channel.queue_bind(name, topology.EXCHANGE, name)
            message = channel.prepare_message(b"{}")
            channel.basic_publish(message, topology.EXCHANGE, name, mandatory=True)
            channel.queue_purge(name)
        finally:
            channel.queue_delete(name)

    def standing(self, services: Iterable[str]) -> Standing:
        """What the broker counts in the queues of services, or of inlets."""
        waiting = parked = consumers = 0
        with faults_as_away(), connect(self.url) as connection:
            for service in services:
                for name in (service, *topology.queues_of(service)):
                    found = seen(connection, name)
                    waiting += found.waiting
                    consumers += found.consumers
                parked += seen(connection, topology.parked_queue(service)).waiting
        return Standing(waiting, parked, consumers)

    def survey(self, service: str, types: Iterable[str]) -> list[QueueSeen]:
        """The partitions' queues; of bindings AMQP tells nothing."""
        with faults_as_away(), connect(self.url) as connection:
            return [
                *(seen(connection, name) for name in topology.queues_of(service)),
                replace(self._seen_wakes(topology.wake_queue(service)), kind=WAKE),
                replace(seen(connection, topology.parked_queue(service)), kind=PARKED),
            ]

    def _seen_wakes(self, name: str) -> QueueSeen:
        """Where nobody answers for it, that is what is told."""
        try:
            with impatient(self.url) as connection:
                return seen(connection, name)
        except FAULTS:
            return QueueSeen(name, False, 0, 0, answers=False)

    def is_away(self) -> str | None:
        """Why the broker cannot be used now, or None."""
        try:
            connect(self.url).release()
        except FAULTS as error:
            return f"no answer: {type(error).__name__}"
        return None
