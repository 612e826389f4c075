"""The transport on RabbitMQ 4, by kombu.

Events travel on one topic exchange; the routing key ends in the partition, and
every service has one quorum queue with a single active consumer per partition.
"""

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import kombu
from amqp.exceptions import AccessRefused, NotFound

from chassis.faults import Unfit
from chassis.ids import new_id
from chassis.messaging import topology
from chassis.messaging.rabbit_wire import (
    FAULTS,
    HEARTBEAT_SECONDS,
    connect,
    facts,
    faults_as_away,
    hearing_queue,
    kept_if_well,
    parked_exchange,
    plain_queue,
    receipts,
)
from chassis.messaging.transport import (
    ALL,
    Away,
    Delivery,
    Message,
    QueueSeen,
    Standing,
)

PREFETCH = AT_ONCE = 200
CONFIRM_SECONDS = 10.0
GATHER_SECONDS = 0.01
OLDEST = (3, 10)


class RabbitPublisher:
    """Says events with a window of confirms; what no queue takes is a fault."""

    def __init__(self, url: str) -> None:
        with faults_as_away(), kept_if_well(connect(url)) as self.connection:
            self.channel = self.connection.channel()
            facts()(self.channel).declare()
            receipts()(self.channel).declare()
            self.channel.confirm_select()
        self.waiting: dict[int, None] = {}  # in the order they were sent
        self.refused: list[str] = []
        self.next_tag = 1
        self.channel.events["basic_ack"].add(self._on_ack)
        self.channel.events["basic_nack"].add(self._on_nack)
        self.channel.events["basic_return"].add(self._on_return)

    def _settle(self, tag: int, multiple: bool) -> None:
        if not multiple:
            self.waiting.pop(tag, None)
            return
        while self.waiting and (oldest := next(iter(self.waiting))) <= tag:
            del self.waiting[oldest]

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self.refused.append(f"the broker refused message {tag}")
        self._settle(tag, multiple)

    def _on_return(self, *returned: Any) -> None:
        self.refused.append(f"no queue takes {returned[3]}")

    def publish(self, messages: Sequence[Message]) -> None:
        """Return when the broker has taken all, in their order. Raises Away."""
        with faults_as_away():
            for message in messages:
                self._send(message)
            self._await_confirms()
        if self.refused:
            reasons, self.refused = self.refused, []
            raise Away(reasons[0])

    def _send(self, message: Message) -> None:
        partition = topology.partition(message.key)
        exchange, key = topology.EXCHANGE, topology.routing_key(message.type, partition)
        if message.branch:
            exchange, key = topology.RECEIPTS, topology.receipts_queue(message.branch)
        elif message.to:
            exchange, key = "", topology.queue(message.to, partition)
        prepared = self.channel.prepare_message(
            message.body,
            content_type="application/cloudevents+json",
            content_encoding="utf-8",
            properties={"delivery_mode": 2},
        )
        self.channel.basic_publish(
            prepared,
            exchange=exchange,
            routing_key=key,
            mandatory=not message.branch,  # a branch without a queue asks over HTTPS
        )
        self.waiting[self.next_tag] = None
        self.next_tag += 1

    def _await_confirms(self) -> None:
        """A deadline of our own: a broker without disk space never answers."""
        until = time.monotonic() + CONFIRM_SECONDS
        while self.waiting:
            left = until - time.monotonic()
            if left <= 0:
                raise Away(f"{len(self.waiting)} messages stayed unconfirmed")
            self.connection.drain_events(timeout=left)

    def missing(self, type_: str, hearers: Iterable[str]) -> set[str]:
        """Services whose queues are not all there."""
        with faults_as_away():
            return {service for service in hearers if not self._has_queues(service)}

    def _has_queues(self, service: str) -> bool:
        queues = topology.queues_of(service)
        return all(_seen(self.connection, name).there for name in queues)

    def close(self) -> None:
        """Let go of the connection."""
        with contextlib.suppress(*FAULTS):
            self.connection.release()


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

    def __init__(self, connection: kombu.Connection, queues: Sequence[str]) -> None:
        self.connection = connection
        self.channel = connection.channel()
        self.channel.basic_qos(0, PREFETCH, False)
        self.arrived: deque[Any] = deque()
        self.settled = Settled()
        for queue in queues:
            self.channel.basic_consume(
                queue, no_ack=False, callback=self.arrived.append,
                consumer_tag=f"{queue}.hearing",
            )  # fmt: skip
        self.beat = time.monotonic()

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
        while len(self.arrived) < AT_ONCE and (left := until - time.monotonic()) > 0:
            if not self._drain(left):
                return

    def _keep_alive(self) -> None:
        if time.monotonic() - self.beat > HEARTBEAT_SECONDS / 4:
            self.beat = time.monotonic()
            self.connection.heartbeat_check()

    def _batch(self) -> RabbitBatch | None:
        if not self.arrived:
            return None
        count = min(len(self.arrived), AT_ONCE)
        deliveries = [_delivery(self.arrived.popleft()) for _ in range(count)]
        return RabbitBatch(self.channel, deliveries, self.settled)

    def close(self) -> None:
        """Let go; what is not acknowledged is delivered again."""
        with contextlib.suppress(*FAULTS):
            self.connection.release()


def _delivery(message: Any) -> Delivery:
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


def _why_parked(message: Any) -> str:
    """What the broker notes of a message that it moved out of a queue."""
    deaths = (message.headers or {}).get("x-death") or [{}]
    reasons = {
        "delivery_limit": "delivered too often without an answer",
        "rejected": "refused by its consumer",
    }
    reason = str(deaths[0].get("reason", "unknown"))
    return f"put aside by the broker: {reasons.get(reason, reason)}"


def _seen(connection: kombu.Connection, queue: str) -> QueueSeen:
    channel = connection.channel()
    try:
        found = channel.queue_declare(queue, passive=True)
    except NotFound:
        return QueueSeen(queue, there=False, waiting=0, consumers=0)
    channel.close()
    waiting, consumers = int(found.message_count), int(found.consumer_count)
    return QueueSeen(queue, True, waiting, consumers)


class RabbitTransport:
    """RabbitMQ as a transport."""

    name = "RabbitMQ"

    def __init__(self, url: str) -> None:
        self.url = url

    def publisher(self) -> RabbitPublisher:
        """A connection for saying."""
        return RabbitPublisher(self.url)

    def subscriber(
        self, service: str, types: Iterable[str], partitions: Iterable[int] = ALL
    ) -> RabbitSubscriber:
        """Declare the service's queues and bindings, and hear those of `partitions`."""
        with faults_as_away(), kept_if_well(connect(self.url)) as connection:
            channel = connection.channel()
            facts()(channel).declare()
            parked = topology.parked_queue(service)
            self._declare_parked(channel, parked)
            queues = topology.queues_of(service)
            for partition, name in enumerate(queues):
                hearing_queue(name, parked)(channel).declare()
                for type_ in types:
                    key = topology.routing_key(type_, partition)
                    channel.queue_bind(name, topology.EXCHANGE, key)
            channel.close()
            return RabbitSubscriber(connection, [queues[p] for p in partitions])

    def inlet(self, exchange: str, queue: str, pattern: str) -> RabbitSubscriber:
        """Hear what others than services send, each under an account of its own."""
        with faults_as_away(), kept_if_well(connect(self.url)) as connection:
            channel = connection.channel()
            kombu.Exchange(exchange, "topic", durable=True)(channel).declare()
            parked = topology.parked_queue(queue)
            self._declare_parked(channel, parked)
            hearing_queue(queue, parked)(channel).declare()
            channel.queue_bind(queue, exchange, pattern)
            channel.close()
            return RabbitSubscriber(connection, [queue])

    def lacking(self, service: str) -> set[int]:
        """Partitions whose queue the broker does not have."""
        with faults_as_away(), kept_if_well(connect(self.url)) as connection:
            names = topology.queues_of(service)
            there = {name: _seen(connection, name).there for name in names}
            connection.release()
        return {number for number, name in enumerate(names) if not there[name]}

    def take_parked(self, service: str, keep: Callable[[bytes, str], None]) -> int:
        """Empty the parked queue, message by message."""
        taken = 0
        with faults_as_away(), connect(self.url) as connection:
            if not _seen(connection, topology.parked_queue(service)).there:
                return 0
            channel = connection.channel()
            while message := channel.basic_get(topology.parked_queue(service)):
                keep(_delivery(message).body, _why_parked(message))
                channel.basic_ack(message.delivery_info["delivery_tag"])
                taken += 1
        return taken

    def outlet(self, branch: str) -> None:
        """Make the queue in which a branch finds what is for it alone."""
        with faults_as_away(), connect(self.url) as connection:
            channel = connection.channel()
            receipts()(channel).declare()
            name = topology.receipts_queue(branch)
            plain_queue(name)(channel).declare()
            channel.queue_bind(name, topology.RECEIPTS, name)

    def _declare_parked(self, channel: Any, name: str) -> None:
        parked_exchange()(channel).declare()
        plain_queue(name)(channel).declare()
        channel.queue_bind(name, topology.PARKED_EXCHANGE, name)

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
                    found = _seen(connection, name)
                    waiting += found.waiting
                    consumers += found.consumers
                parked += _seen(connection, topology.parked_queue(service)).waiting
        return Standing(waiting, parked, consumers)

    def survey(self, service: str, types: Iterable[str]) -> list[QueueSeen]:
        """The partitions' queues; of bindings AMQP tells nothing."""
        names = [*topology.queues_of(service), topology.parked_queue(service)]
        with faults_as_away(), connect(self.url) as connection:
            return [_seen(connection, name) for name in names]

    def is_away(self) -> str | None:
        """Why the broker cannot be used now, or None."""
        try:
            connect(self.url).release()
        except FAULTS as error:
            return f"no answer: {type(error).__name__}"
        return None
