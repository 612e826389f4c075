"""Relay wake-ups on RabbitMQ: a queue of one message, sent to without an answer."""

import contextlib

from chassis.broker.rabbitmq.connection import faults_as_away, keep, let_go, opened
from chassis.broker.rabbitmq.declarations import wake_queue


class RabbitWakes:
    """A connection to the wake queue of one service.

    Who hears declares the queue, and again when it was deleted; who says does not.
    """

    def __init__(self, url: str, queue: str) -> None:
        self.queue = queue
        with opened(url) as self.connection:
            self.channel = self.connection.channel()
        self.tags: list[int] = []
        self.is_hearing = False

    def say(self) -> None:
        """Into the queue, if it is there; it takes one message, so nothing heaps up."""
        with faults_as_away():
            wake = self.channel.prepare_message(b"")
            self.channel.basic_publish(wake, exchange="", routing_key=self.queue)

    def hear(self, timeout_seconds: float) -> bool:
        """Whether a wake-up came. Raises Unfit, Away: also if the queue is deleted."""
        with faults_as_away():
            if not self.is_hearing:
                self._begin_hearing()
            self.connection.heartbeat_check()
            if not self.tags:
                with contextlib.suppress(TimeoutError):
                    self.connection.drain_events(timeout=timeout_seconds)
            tags, self.tags = self.tags, []
            for tag in tags:
                self.channel.basic_ack(tag)
            return bool(tags)

    def _begin_hearing(self) -> None:
        """One in hand at most: a relay that hangs keeps no more from others."""
        wake_queue(self.queue)(self.channel).declare()
        self.channel.basic_qos(0, 1, False)
        self.channel.basic_consume(
            self.queue,
            callback=lambda wake: self.tags.append(wake.delivery_info["delivery_tag"]),
        )
        self.is_hearing = True

    def keep(self) -> None:
        """Stay connected while there is nothing to say."""
        with faults_as_away():
            keep(self.connection)

    def close(self) -> None:
        """Let go of the connection; a wake-up in hand goes to who hears next."""
        let_go(self.connection)
