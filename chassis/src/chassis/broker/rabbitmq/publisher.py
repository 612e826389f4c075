"""Publishing on RabbitMQ: a window of confirms, and nothing that nobody takes."""

import time
from collections.abc import Sequence
from contextlib import suppress

from chassis.broker import topology
from chassis.broker.port import BusUnavailable, Message, Unconfirmed
from chassis.broker.rabbitmq.confirmed_channel import ConfirmedChannel, Sent
from chassis.broker.rabbitmq.connection import BrokerLink, let_go
from chassis.broker.rabbitmq.declarations import EVENTS, RECEIPTS, declare_exchange

CONFIRM_SECONDS = 10.0
"""A quorum queue that elects a leader confirms within these; a broker without disk
space never does."""
PLACES_NAMED = 3  # enough to find a dead queue by, and the reason stays one line


class RabbitPublisher:
    """Publishes with a window of confirms; what no queue takes is a fault.

    Messages name the account `user`, if one is given, and the broker checks it. What
    goes to branches goes on a channel of its own: it shows whether a branch's queue
    is dead or one of a service.
    """

    def __init__(self, link: BrokerLink, user: str = "") -> None:
        self.link = link
        self.properties = {"delivery_mode": 2} | ({"user_id": user} if user else {})
        with link.open_briefly() as self.connection:
            declare_exchange(self.connection, EVENTS)
            self.to_services = ConfirmedChannel(self.connection, self.properties)
        self.to_branches: ConfirmedChannel | None = None
        self.waking = self.connection.channel()  # without confirms

    def publish(self, messages: Sequence[Message]) -> None:
        """Return when the broker has taken all, in their order.

        Raises Unconfirmed where it lives and did not take all, BusUnavailable.
        """
        with self.link.watch_faults():
            for message in messages:
                self._send_message(message)
            self._await_confirms()
        self._raise_unconfirmed(len(messages))
        if untaken := self.to_services.take_untaken():
            raise BusUnavailable(f"no queue takes {untaken[0]}")

    def _send_message(self, message: Message) -> None:
        """To its branch, to its services, or to both. A branch without a queue asks
        over HTTPS, so the broker need not take what is for it."""
        partition = topology.partition_of(message.key)
        exchange, key = topology.EXCHANGE, topology.routing_key(message.type, partition)
        if message.branch:
            to_branch = topology.receipts_queue(message.branch)
            sent = Sent(to_branch, branch=message.branch)
            channel = self._open_to_branches()
            channel.send(topology.RECEIPTS, message.body, sent, must_arrive=False)
        if message.to:
            exchange, key = "", topology.queue_name(message.to, partition)
        if message.is_for_services:
            sent = Sent(key, partition)
            self.to_services.send(exchange, message.body, sent, must_arrive=True)

    def _open_to_branches(self) -> ConfirmedChannel:
        """With the exchange of receipts, before the first one: most services send
        none."""
        if self.to_branches is None:
            self.to_branches = ConfirmedChannel(self.connection, self.properties)
            RECEIPTS(self.to_branches.channel).declare()
        return self.to_branches

    def _channels(self) -> list[ConfirmedChannel]:
        return [self.to_services, *([self.to_branches] if self.to_branches else ())]

    def _await_confirms(self) -> None:
        """A deadline of our own: a broker without disk space never answers."""
        until = time.monotonic() + CONFIRM_SECONDS
        with suppress(TimeoutError):
            while self._is_waiting() and (left := until - time.monotonic()) > 0:
                self.connection.drain_events(timeout=left)

    def _is_waiting(self) -> bool:
        return any(channel.waiting for channel in self._channels())

    def _raise_unconfirmed(self, sent: int) -> None:
        """Raises Unconfirmed, naming where, if the broker refused any or is silent."""
        channels = self._channels()
        if refused := [one for channel in channels for one in channel.take_refused()]:
            why = f"the broker refused what goes to {refused[0].place}"
            raise _create_unconfirmed(why, refused)
        if silent := [one for channel in channels for one in channel.waiting.values()]:
            why = _name_places([one.place for one in silent], sent)
            raise _create_unconfirmed(why, silent)

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


def _create_unconfirmed(why: str, missing: Sequence[Sent]) -> Unconfirmed:
    partitions = {sent.partition for sent in missing if sent.partition is not None}
    return Unconfirmed(why, partitions, {sent.branch for sent in missing} - {""})


def _name_places(places: Sequence[str], sent: int) -> str:
    """The reason, for whoever looks for a dead queue. If none of those sent was
    confirmed, it may be any: a broker that waits for one queue answers for no other."""
    different = list(dict.fromkeys(places))
    named = ", ".join(different[:PLACES_NAMED])
    more = " and others" if len(different) > PLACES_NAMED else ""
    return f"{len(places)} of {sent} messages stayed unconfirmed, to {named}{more}"
