"""Hearing queues of RabbitMQ on one channel, in batches."""

import time
from collections import deque
from collections.abc import Sequence
from typing import Any

import kombu

from chassis.broker.port import (
    Delivery,
)
from chassis.broker.rabbitmq.connection import (
    HEARTBEAT_SECONDS,
    faults_as_away,
    let_go,
)

PREFETCH = AT_ONCE = 200
GATHER_SECONDS = 0.01
SILENT_SECONDS = 5.0
"""A broker that says nothing for so long is asked something."""


class Settled:
    """Up to which tag everything that a channel delivered is done with."""

    def __init__(self) -> None:
        self.tag = 0


class RabbitBatch:
    """Deliveries of one channel, as they came: in order for each queue."""

    def __init__(
        self, channel: Any, deliveries: list[Delivery], settled: Settled
    ) -> None:
        self.channel, self.deliveries, self.settled = channel, deliveries, settled
        self.parked: set[int] = set()

    def acknowledge(self) -> bool:
        """Done with all but what was parked.

        One acknowledgement covers all up to the last, unless something that came
        before this batch was given up without a word: then each has its own.
        """
        done = [d.tag for d in self.deliveries if d.tag not in self.parked]
        with faults_as_away():
            if self.deliveries[0].tag != self.settled.tag + 1:
                for tag in done:
                    self.channel.basic_ack(tag)
                return True
            if done:
                self.channel.basic_ack(done[-1], multiple=True)
        self.settled.tag = self.deliveries[-1].tag
        return True

    def release(self) -> None:
        """Nothing to do: closing the channel returns them, in order, counted once."""

    def park(self, delivery: Delivery, why: str) -> None:
        """To the parked queue, through the queue's own dead-letter exchange."""
        if delivery.tag in self.parked:
            return
        with faults_as_away():
            self.channel.basic_reject(delivery.tag, requeue=False)
        self.parked.add(delivery.tag)


class RabbitSubscriber:
    """Hears several queues on one channel; hands out what came, oldest first."""

    def __init__(
        self,
        connection: kombu.Connection,
        queues: Sequence[str],
        prefetch: int = PREFETCH,
    ) -> None:
        self.connection, self.prefetch = connection, prefetch
        self.channel = connection.channel()
        self.wire = self.channel.connection
        self.channel.basic_qos(0, prefetch, False)
        self.arrived: deque[Any] = deque()
        self.settled = Settled()
        for queue in queues:
            self.channel.basic_consume(
                queue, no_ack=False, callback=self.arrived.append,
                consumer_tag=f"{queue}.hearing",
            )  # fmt: skip
        self.beat = self.spoke = time.monotonic()
        self.octets = 0

    def receive(self, timeout_seconds: float) -> RabbitBatch | None:
        """The next batch, or None if none came in time. Raises Away."""
        with faults_as_away():
            self._keep_alive()
            if not self.arrived:
                self._drain(timeout_seconds)
            if self.arrived:
                self._gather()
        return self._batch()

    def _drain(self, seconds: float) -> bool:
        try:
            self.connection.drain_events(timeout=seconds)
        except TimeoutError:
            return False
        return True

    def _gather(self) -> None:
        """What comes within a moment goes into the same batch."""
        until = time.monotonic() + GATHER_SECONDS
        most = min(AT_ONCE, self.prefetch)
        while len(self.arrived) < most and (left := until - time.monotonic()) > 0:
            if not self._drain(left):
                return

    def _keep_alive(self) -> None:
        """Show that this side lives; see that the other one does."""
        now = time.monotonic()
        if now - self.beat > HEARTBEAT_SECONDS / 4:
            self.beat = now
            self.connection.heartbeat_check()
        octets = self.wire.bytes_recv
        if octets != self.octets:
            self.octets, self.spoke = octets, now
        elif now - self.spoke > SILENT_SECONDS:
            self.channel.basic_qos(0, self.prefetch, False)  # any question will do

    def _batch(self) -> RabbitBatch | None:
        if not self.arrived:
            return None
        count = min(len(self.arrived), AT_ONCE)
        deliveries = [delivery_of(self.arrived.popleft()) for _ in range(count)]
        return RabbitBatch(self.channel, deliveries, self.settled)

    def close(self) -> None:
        """Let go; what is not acknowledged is delivered again."""
        let_go(self.connection)


def delivery_of(message: Any) -> Delivery:
    """A message of the wire as the transport has it."""
    about = message.delivery_info
    headers = message.headers or {}
    again = bool(about.get("redelivered")) or headers.get("x-delivery-count", 0) > 0
    body = message.body
    return Delivery(
        about["delivery_tag"],
        body.encode() if isinstance(body, str) else bytes(body),
        again,
        about.get("routing_key", ""),
        message.properties.get("user_id", ""),
    )
