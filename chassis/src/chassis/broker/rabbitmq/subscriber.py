"""Consuming queues of RabbitMQ on one channel, in batches."""

import time
from collections import deque
from collections.abc import Sequence
from typing import Any

import kombu

from chassis.broker.port import Delivery
from chassis.broker.rabbitmq.connection import (
    HEARTBEAT_SECONDS,
    BrokerLink,
    let_go,
)

PREFETCH = BATCH_EVENTS = 200
"""What one write of the store takes well, and little to handle again after a crash."""
GATHER_SECONDS = 0.01  # a batch saves writes; more than this would be felt in an answer
AT_ONCE_SECONDS = 0.0005
"""So little that only what lies here already is taken along with a lone delivery."""
SILENT_SECONDS = 5.0
"""A broker that says nothing for so long is asked something."""


class RabbitBatch:
    """Deliveries of one channel, as they came: in order for each queue."""

    def __init__(
        self, subscriber: "RabbitSubscriber", deliveries: Sequence[Delivery]
    ) -> None:
        self.subscriber, self.deliveries = subscriber, deliveries

    def acknowledge(self) -> bool:
        """All are done with.

        One acknowledgement covers all up to the last, unless a batch that came before
        was given up without a word: then each delivery has its own.
        """
        subscriber = self.subscriber
        tags = [delivery.tag for delivery in self.deliveries]
        with subscriber.link.watch_faults():
            if tags[0] == subscriber.settled_tag + 1:
                subscriber.channel.basic_ack(tags[-1], multiple=True)
                subscriber.settled_tag = tags[-1]
            else:
                for tag in tags:
                    subscriber.channel.basic_ack(tag)
        return True


class RabbitSubscriber:
    """Consumes several queues on one channel; hands out what came, oldest first."""

    def __init__(
        self,
        link: BrokerLink,
        connection: kombu.Connection,
        queues: Sequence[str],
        prefetch: int = PREFETCH,
    ) -> None:
        self.link, self.connection, self.prefetch = link, connection, prefetch
        self.channel = connection.channel()
        self.wire = self.channel.connection
        self.channel.basic_qos(0, prefetch, False)
        self.arrived: deque[Any] = deque()
        self.settled_tag = 0  # all that was delivered up to it is done with
        self.came_together = False
        for queue in queues:
            self.channel.basic_consume(
                queue,
                callback=self.arrived.append,
                consumer_tag=f"{queue}.hearing",
            )
        self.checked = self.spoke = time.monotonic()
        self.octets = 0

    def receive(self, timeout_seconds: float) -> RabbitBatch | None:
        """The next batch, or None if none came in time. Raises BusUnavailable."""
        with self.link.watch_faults():
            self._send_heartbeats()
            if not self.arrived:
                self._drain_events(timeout_seconds)
            if self.arrived:
                self._gather_deliveries()
        return self._create_batch()

    def _drain_events(self, seconds: float) -> bool:
        try:
            self.connection.drain_events(timeout=seconds)
        except TimeoutError:
            return False
        return True

    def _gather_deliveries(self) -> None:
        """What lies here goes into the same batch; in a stream, what comes within a
        moment, too.

        In a stream a batch is handled while several come, so the last one had several.
        """
        seconds = GATHER_SECONDS if self.came_together else AT_ONCE_SECONDS
        until = time.monotonic() + seconds
        most = min(BATCH_EVENTS, self.prefetch)
        while len(self.arrived) < most:
            if not self._drain_events(max(AT_ONCE_SECONDS, until - time.monotonic())):
                break
        self.came_together = len(self.arrived) > 1

    def _send_heartbeats(self) -> None:
        """Show that this side lives; see that the other one does."""
        now = time.monotonic()
        if now - self.checked > HEARTBEAT_SECONDS / 4:
            self.checked = now
            self.connection.heartbeat_check()
        octets = self.wire.bytes_recv
        if octets != self.octets:
            self.octets, self.spoke = octets, now
        elif now - self.spoke > SILENT_SECONDS:
            self.channel.basic_qos(0, self.prefetch, False)  # any question will do

    def _create_batch(self) -> RabbitBatch | None:
        if not self.arrived:
            return None
        count = min(len(self.arrived), BATCH_EVENTS)
        deliveries = [delivery_of(self.arrived.popleft()) for _ in range(count)]
        return RabbitBatch(self, deliveries)

    def close(self) -> None:
        """Let go; what is not acknowledged is delivered again."""
        let_go(self.connection)


def delivery_of(message: Any) -> Delivery:
    """A delivery as the transport has it, from a message of the wire."""
    about = message.delivery_info
    headers = message.headers or {}
    count = headers.get("x-delivery-count")  # a sender may write anything there
    again = bool(about.get("redelivered")) or (isinstance(count, int) and count > 0)
    body = message.body
    return Delivery(
        about["delivery_tag"],
        body.encode(errors="surrogatepass") if isinstance(body, str) else bytes(body),
        again,
        about.get("routing_key", ""),
        message.properties.get("user_id", ""),
        str(message.properties.get("content_type") or ""),
        str(message.properties.get("message_id") or ""),
        {str(name).lower(): str(value) for name, value in headers.items()},
    )
