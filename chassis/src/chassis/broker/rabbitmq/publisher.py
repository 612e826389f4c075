"""Publishing on RabbitMQ: a window of confirms, and nothing that nobody takes."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chassis.broker import topology
from chassis.broker.port import BusUnavailable, Message, Unconfirmed
from chassis.broker.rabbitmq.connection import BrokerLink, let_go
from chassis.broker.rabbitmq.declarations import EVENTS, RECEIPTS, declare_exchange

CONFIRM_SECONDS = 10.0
"""A quorum queue that elects a leader confirms within these; a broker without disk
space never does."""
PLACES_NAMED = 3  # enough to find a dead queue by, and the reason stays one line


@dataclass(frozen=True)
class Sent:
    """Where an event went that is not confirmed yet."""

    place: str
    partition: int


class RabbitPublisher:
    """Publishes with a window of confirms; what no queue takes is a fault.

    Messages name the account `user`, if one is given, and the broker checks it.
    """

    def __init__(self, link: BrokerLink, user: str = "") -> None:
        self.link = link
        self.properties = {"delivery_mode": 2} | ({"user_id": user} if user else {})
        with link.open_briefly() as self.connection:
            declare_exchange(self.connection, EVENTS)
            self.channel = self.connection.channel()
            self.channel.confirm_select()
        self.waking = self.connection.channel()  # without confirms
        self.knows_receipts = False
        self.waiting: dict[int, Sent] = {}  # in the order of sending
        self.refused: list[Sent] = []
        self.untaken: list[str] = []
        self.next_tag = 1
        self.channel.events["basic_ack"].add(self._settle_confirms)
        self.channel.events["basic_nack"].add(self._on_nack)
        self.channel.events["basic_return"].add(self._on_return)

    def _settle_confirms(self, tag: int, multiple: bool) -> list[Sent]:
        """The broker has decided about this one, or all up to it; which those are."""
        oldest = next(iter(self.waiting), tag) if multiple else tag
        settled = [self.waiting.pop(n, None) for n in range(oldest, tag + 1)]
        return [sent for sent in settled if sent is not None]

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self.refused += self._settle_confirms(tag, multiple)

    def _on_return(self, _: Exception, exchange: str, key: str, message: Any) -> None:
        self.untaken.append(key)

    def publish(self, messages: Sequence[Message]) -> None:
        """Return when the broker has taken all, in their order.

        Raises Unconfirmed where it lives and did not take all, BusUnavailable.
        """
        with self.link.watch_faults():
            for message in messages:
                self._send_message(message)
            self._await_confirms(len(messages))
        refused, self.refused = self.refused, []
        untaken, self.untaken = self.untaken, []
        if refused:
            why = f"the broker refused what goes to {refused[0].place}"
            raise Unconfirmed(why, [sent.partition for sent in refused])
        if untaken:
            raise BusUnavailable(f"no queue takes {untaken[0]}")

    def _send_message(self, message: Message) -> None:
        """To its branch, to its services, or to both. A branch without a queue asks
        over HTTPS, so the broker need not take what is for it."""
        partition = topology.partition_of(message.key)
        exchange, key = topology.EXCHANGE, topology.routing_key(message.type, partition)
        if message.branch:
            self._know_receipts()
            to_branch = topology.receipts_queue(message.branch)
            self._send_to(topology.RECEIPTS, to_branch, message, must_arrive=False)
        if message.to:
            exchange, key = "", topology.queue_name(message.to, partition)
        if message.is_for_services:
            self._send_to(exchange, key, message)

    def _send_to(
        self, exchange: str, key: str, message: Message, *, must_arrive: bool = True
    ) -> None:
        prepared = self.channel.prepare_message(
            message.body,
            content_type="application/cloudevents+json",
            content_encoding="utf-8",
            properties=self.properties,
        )
        self.channel.basic_publish(
            prepared,
            exchange=exchange,
            routing_key=key,
            mandatory=must_arrive,
        )
        partition = topology.partition_of(message.key)
        self.waiting[self.next_tag] = Sent(key, partition)
        self.next_tag += 1

    def _know_receipts(self) -> None:
        """Make their exchange before the first one: most services send none."""
        if not self.knows_receipts:
            RECEIPTS(self.channel).declare()
        self.knows_receipts = True

    def _await_confirms(self, sent: int) -> None:
        """A deadline of our own: a broker without disk space never answers."""
        until = time.monotonic() + CONFIRM_SECONDS
        with suppress(TimeoutError):
            while self.waiting and (left := until - time.monotonic()) > 0:
                self.connection.drain_events(timeout=left)
        if self.waiting:
            left_over = list(self.waiting.values())
            why = _create_unconfirmed([message.place for message in left_over], sent)
            raise Unconfirmed(why, [message.partition for message in left_over])

    def wake_relay(self, service: str) -> None:
        """Into the wake queue, if it is there; it takes one message and no second."""
        queue = topology.wake_queue(service)
        with self.link.watch_faults():
            self.waking.basic_publish(self.waking.prepare_message(b""), "", queue)

    def send_heartbeat(self) -> None:
        """Read what the broker sent meanwhile, and answer that this side lives."""
        with self.link.watch_faults():
            with suppress(TimeoutError):
                while True:
                    self.connection.drain_events(timeout=0)
            self.connection.heartbeat_check()

    def close(self) -> None:
        """Let go of the connection."""
        let_go(self.connection)


def _create_unconfirmed(places: Sequence[str], sent: int) -> str:
    """The reason, for whoever looks for a dead queue. If none of those sent was
    confirmed, it may be any: a broker that waits for one queue answers for no other."""
    different = list(dict.fromkeys(places))
    named = ", ".join(different[:PLACES_NAMED])
    more = " and others" if len(different) > PLACES_NAMED else ""
    return f"{len(places)} of {sent} messages stayed unconfirmed, to {named}{more}"
