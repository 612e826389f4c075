"""Wakes on RabbitMQ: a queue of one message, said to without an answer."""

import contextlib

from chassis.broker.rabbitmq.connection import (
    connect,
    faults_as_away,
    keep,
    kept_if_well,
    let_go,
    wake_queue,
)


class RabbitWakes:
    """A connection to the wake queue of one service.

    Who hears declares the queue, and again when it was deleted; who says does not.
    """

    def __init__(self, url: str, queue: str) -> None:
        self.queue = queue
        with faults_as_away(), kept_if_well(connect(url)) as self.connection:
            self.channel = self.connection.channel()
        self.arrived: list[int] = []
        self.is_hearing = False

    def say(self) -> None:
        """Into the queue, if it is there; it keeps one, so nothing heaps up."""
        with faults_as_away():
            wake = self.channel.prepare_message(b"")
            self.channel.basic_publish(wake, exchange="", routing_key=self.queue)

    def hear(self, timeout_seconds: float) -> bool:
        """Whether a wake came. Raises Away, also when the queue is deleted; Unfit."""
        with faults_as_away():
            if not self.is_hearing:
                self._begin_hearing()
            self.connection.heartbeat_check()
            if not self.arrived:
                with contextlib.suppress(TimeoutError):
                    self.connection.drain_events(timeout=timeout_seconds)
            return self._take()

    def _begin_hearing(self) -> None:
        """One in hand at most: a hearer that hangs keeps no more from others."""
        wake_queue(self.queue)(self.channel).declare()
        self.channel.basic_qos(0, 1, False)
        self.channel.basic_consume(
            self.queue,
            callback=lambda wake: self.arrived.append(
                wake.delivery_info["delivery_tag"]
            ),
        )
        self.is_hearing = True

    def _take(self) -> bool:
        tags, self.arrived = self.arrived, []
        for tag in tags:
            self.channel.basic_ack(tag)
        return bool(tags)

    def keep(self) -> None:
        """Stay connected while there is nothing to say."""
        with faults_as_away():
            keep(self.connection)

    def close(self) -> None:
        """Let go of the connection; a wake in hand goes to who hears next."""
        let_go(self.connection)
