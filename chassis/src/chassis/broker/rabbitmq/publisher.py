"""Saying events on RabbitMQ: a window of confirms, and nothing that nobody takes."""

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chassis.broker import topology
from chassis.broker.port import Away, Message, Unconfirmed
from chassis.broker.rabbitmq.connection import (
    connect,
    exchange_there,
    facts,
    faults_as_away,
    keep,
    kept_if_well,
    let_go,
    receipts,
    seen,
)

CONFIRM_SECONDS = 10.0
PLACES_NAMED = 3
"""So many of those that do not answer stand in the reason."""


@dataclass(frozen=True)
class Sent:
    """Where a message went that is not confirmed yet."""

    place: str
    partition: int


class RabbitPublisher:
    """Says events with a window of confirms; what no queue takes is a fault.

    Messages name the account `user`, if one is given, and the broker checks it.
    """

    def __init__(self, url: str, user: str = "") -> None:
        self.properties = {"delivery_mode": 2} | ({"user_id": user} if user else {})
        with faults_as_away(), kept_if_well(connect(url)) as self.connection:
            channel = self.connection.channel()
            self.channel = exchange_there(self.connection, channel, facts())
            self.channel.confirm_select()
        self.knows_receipts = False
        self.waiting: dict[int, Sent] = {}  # in the order of sending
        self.refused: list[Sent] = []
        self.untaken: list[str] = []
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
        oldest = next(iter(self.waiting), tag) if multiple else tag
        refused = range(oldest, tag + 1)
        self.refused += [self.waiting[n] for n in refused if n in self.waiting]
        self._settle(tag, multiple)

    def _on_return(self, *returned: Any) -> None:
        self.untaken.append(str(returned[3]))

    def publish(self, messages: Sequence[Message]) -> None:
        """Return when the broker has taken all, in their order.

        Raises Unconfirmed where it lives and did not take all, Away.
        """
        with faults_as_away():
            for message in messages:
                self._send(message)
            self._await_confirms(len(messages))
        refused, self.refused = self.refused, []
        untaken, self.untaken = self.untaken, []
        if refused:
            why = f"the broker refused what goes to {refused[0].place}"
            raise Unconfirmed(why, [sent.partition for sent in refused])
        if untaken:
            raise Away(f"no queue takes {untaken[0]}")

    def _send(self, message: Message) -> None:
        partition = topology.partition(message.key)
        exchange, key = topology.EXCHANGE, topology.routing_key(message.type, partition)
        if message.branch:
            self._know_receipts()
            exchange, key = topology.RECEIPTS, topology.receipts_queue(message.branch)
        elif message.to:
            exchange, key = "", topology.queue(message.to, partition)
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
            mandatory=not message.branch,  # a branch without a queue asks over HTTPS
        )
        self.waiting[self.next_tag] = Sent(key, partition)
        self.next_tag += 1

    def _know_receipts(self) -> None:
        """Make their exchange before the first one: most services send none."""
        if not self.knows_receipts:
            receipts()(self.channel).declare()
        self.knows_receipts = True

    def _await_confirms(self, sent: int) -> None:
        """A deadline of our own: a broker without disk space never answers."""
        until = time.monotonic() + CONFIRM_SECONDS
        with suppress(TimeoutError):
            while self.waiting and (left := until - time.monotonic()) > 0:
                self.connection.drain_events(timeout=left)
        if self.waiting:
            left_over = list(self.waiting.values())
            why = _unconfirmed([one.place for one in left_over], sent)
            raise Unconfirmed(why, [one.partition for one in left_over])

    def missing(self, type_: str, hearers: Iterable[str]) -> set[str]:
        """Services whose queues are not all there."""
        with faults_as_away():
            return {service for service in hearers if not self._has_queues(service)}

    def _has_queues(self, service: str) -> bool:
        queues = topology.queues_of(service)
        return all(seen(self.connection, name).there for name in queues)

    def keep(self) -> None:
        """Stay connected while there is nothing to say."""
        with faults_as_away():
            keep(self.connection)

    def close(self) -> None:
        """Let go of the connection."""
        let_go(self.connection)


def _unconfirmed(places: Sequence[str], sent: int) -> str:
    """For whoever looks for a queue that is dead. If none of those sent was confirmed,
    it may be any of them: a broker that waits for one queue answers for no other."""
    different = list(dict.fromkeys(places))
    named = ", ".join(different[:PLACES_NAMED])
    more = " and others" if len(different) > PLACES_NAMED else ""
    return f"{len(places)} of {sent} messages stayed unconfirmed, to {named}{more}"
