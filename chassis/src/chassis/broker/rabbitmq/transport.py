"""The transport on RabbitMQ 4, by kombu.

Events travel on one topic exchange; the routing key ends in the partition, and
every service has one quorum queue with a single active consumer per partition.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

import kombu
from amqp.exceptions import AccessRefused

from chassis.broker import topology
from chassis.broker.port import ALL, Keep
from chassis.broker.rabbitmq import declarations
from chassis.broker.rabbitmq.connection import BrokerLink, look_at, require_version
from chassis.broker.rabbitmq.declarations import (
    declare_exchange,
    declare_parked_queue,
    events_queue,
    receipts_queue,
    wake_queue,
)
from chassis.broker.rabbitmq.publisher import RabbitPublisher
from chassis.broker.rabbitmq.subscriber import RabbitSubscriber, delivery_of
from chassis.broker.topology import PARKED, QueueStatus
from chassis.errors import Incompatible
from chassis.ids import new_id

PARKED_SINCE = {
    "delivery_limit": "delivered too often without an answer",
    "rejected": "refused by its consumer",
}


def _why_parked(message: Any) -> str:
    """What the broker notes of a message that it moved out of a queue."""
    deaths = (message.headers or {}).get("x-death") or [{}]
    reason = str(deaths[0].get("reason", "unknown"))
    return f"put aside by the broker: {PARKED_SINCE.get(reason, reason)}"


class RabbitTransport:
    """RabbitMQ as a transport, for a service or for whoever looks at it.

    An account that is called as the service is the service's own; then every other
    service has its own too, and the broker vouches for who published what.
    """

    name = "RabbitMQ"
    is_one_machine = False

    def __init__(self, url: str, service: str = "") -> None:
        self.link = BrokerLink(url)
        user = unquote(urlsplit(url).username or "")
        self.user = service if user == service else ""
        self.names_senders = bool(self.user)

    def open_publisher(self) -> RabbitPublisher:
        """A connection to publish on."""
        return RabbitPublisher(self.link, self.user)

    def open_subscriber(
        self, service: str, types: Iterable[str], partitions: Iterable[int] = ALL
    ) -> RabbitSubscriber:
        """Declare the service's queues and bindings, and consume `partitions`."""
        queues, parked = topology.queues_of(service), topology.parked_queue(service)
        with self.link.open_briefly() as connection:
            declare_exchange(connection, declarations.EVENTS)
            declare_parked_queue(connection, parked)
            channel = connection.channel()
            for partition, name in enumerate(queues):
                events_queue(name, parked)(channel).declare()
                for type_ in types:
                    key = topology.routing_key(type_, partition)
                    channel.queue_bind(name, topology.EXCHANGE, key)
            channel.close()
            return RabbitSubscriber(
                self.link, connection, [queues[p] for p in partitions]
            )

    def open_wake_ups(self, service: str) -> RabbitSubscriber:
        """Declare the service's wake queue and consume it, one wake-up at a time: a
        relay that hangs keeps no more from others."""
        name = topology.wake_queue(service)
        with self.link.open_briefly() as connection:
            with connection.channel() as channel:
                wake_queue(name)(channel).declare()
            return RabbitSubscriber(self.link, connection, [name], prefetch=1)

    def open_roster_queue(
        self, exchange: str, queue: str, pattern: str, at_once: int
    ) -> RabbitSubscriber:
        """Consume what others than services send, each under an account of its own."""
        parked, limit = topology.parked_queue(queue), topology.ROSTER_DELIVERY_LIMIT
        with self.link.open_briefly() as connection:
            declare_parked_queue(connection, parked)
            with connection.channel() as channel:
                kombu.Exchange(exchange, "topic", durable=True)(channel).declare()
                events_queue(queue, parked, limit)(channel).declare()
                channel.queue_bind(queue, exchange, pattern)
            return RabbitSubscriber(self.link, connection, [queue], prefetch=at_once)

    def declare_receipts_queue(self, branch: str) -> None:
        """Make the queue in which a branch finds what is for it alone."""
        name = topology.receipts_queue(branch)
        with self.link.open_channel() as connection, connection.channel() as channel:
            declarations.RECEIPTS(channel).declare()
            receipts_queue(name)(channel).declare()
            channel.queue_bind(name, topology.RECEIPTS, name)

    def take_parked(self, service: str, keep: Keep) -> int:
        """Empty the parked queue, message by message."""
        name, taken = topology.parked_queue(service), 0
        with self.link.open_channel() as connection:
            [parked] = look_at(connection, [QueueStatus(name, kind=PARKED)])
            channel = connection.channel()
            while parked.there and (message := channel.basic_get(name)):
                keep(delivery_of(message), _why_parked(message))
                channel.basic_ack(message.delivery_info["delivery_tag"])
                taken += 1
        return taken

    def find_queues(self, service: str, types: Iterable[str] = ()) -> list[QueueStatus]:
        """A queue for each partition, or an inlet's one, and what was parked.

        Of bindings AMQP tells nothing: whoever makes a queue also binds it.
        """
        wanted = [
            QueueStatus(name, partitions=(number,))
            for number, name in enumerate(topology.queues_of(service))
        ]
        if topology.is_roster_queue(service):
            wanted = [QueueStatus(service)]
        wanted.append(QueueStatus(topology.parked_queue(service), kind=PARKED))
        with self.link.open_channel() as connection:
            return look_at(connection, wanted)

    @property
    def fault(self) -> str:
        """What the last use of a connection found."""
        return self.link.fault

    def try_out(self) -> str:
        """Declare, bind, publish, get and delete as services do; its version."""
        with self.link.open_channel() as connection:
            version = require_version(connection.connection.server_properties)
            try:
                self._try_rights(connection.channel())
            except AccessRefused as error:
                raise Incompatible(
                    f"RabbitMQ does not allow this: {error.reply_text}; services need "
                    "configure, write and read on all of the virtual host"
                ) from error
            return version

    def _try_rights(self, channel: Any) -> None:
        name = f"biyong.trial.{new_id()}"
        declarations.EVENTS(channel).declare()
        events_queue(name, name)(channel).declare()
        try:
            channel.queue_bind(name, topology.EXCHANGE, name)
            message = channel.prepare_message(b"{}")
            channel.basic_publish(message, topology.EXCHANGE, name, mandatory=True)
            channel.queue_purge(name)
        finally:
            channel.queue_delete(name)
