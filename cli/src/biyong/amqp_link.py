"""One connection to a broker; many confirms and deliveries are awaited at once."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pika
import pika.exceptions
from pika.adapters.select_connection import IOLoop
from pika.adapters.utils.connection_workflow import (
    AMQPConnectionWorkflowFailed,
    AMQPConnectorPhaseErrorBase,
)

CONNECT_SECONDS = 20.0
"""For TCP, TLS and a channel: a broker at work answers within one. pika's own bound for
the first two is 15."""
CLOSE_SECONDS = 5.0
PREFETCH = 50
"""Receipts in hand at once, each of 200 rows at most: about a megabyte."""


@dataclass(frozen=True)
class Settled:
    """What the broker said of a message: whether it has it, and somebody to take it."""

    message_id: str
    is_confirmed: bool
    is_routed: bool


@dataclass(frozen=True)
class Delivered:
    """A message from the queue, to be acknowledged by its tag."""

    tag: int
    body: bytes


class BrokerLink:
    """A connection with a channel to publish on and one to consume on.

    It works while somebody waits for something on it, in the caller's thread: what came
    lies in `settled` and `delivered`. `ended` is why nothing comes any longer,
    `queue_ended` why nothing comes from the queue.
    """

    def __init__(self, parameters: pika.connection.Parameters) -> None:
        """Connect. Raises AMQPError, OSError."""
        self.ioloop = IOLoop()
        self.settled = deque[Settled]()
        self.delivered = deque[Delivered]()
        self.ended: Exception | None = None
        self.queue_ended: Exception | None = None
        self.unconfirmed: dict[int, str] = {}
        self.returned = set[str]()
        self.tag = 0
        self.publishing: Any = None
        self.consuming: Any = None
        self.connection: Any = self._connect(parameters)
        try:
            self._open_publishing()
        except BaseException:
            self.close()
            raise

    def _connect(self, parameters: pika.connection.Parameters) -> Any:
        found = list[Any]()

        def take_outcome(outcome: Any) -> None:
            found.append(outcome)
            self.ioloop.stop()

        pika.SelectConnection.create_connection(
            [parameters], take_outcome, custom_ioloop=self.ioloop
        )
        self.wait_for(lambda: found, CONNECT_SECONDS)
        if not found or isinstance(found[0], Exception):
            self.ioloop.close()
            raise _cause_of(found[0]) if found else _no_answer()
        found[0].add_on_close_callback(self._note_end)
        return found[0]

    def _open_publishing(self) -> None:
        ready = list[Any]()

        def take_channel(channel: Any) -> None:
            channel.add_on_close_callback(self._note_end)
            channel.add_on_return_callback(self._note_return)
            channel.confirm_delivery(self._note_confirm, take_confirms)
            self.publishing = channel

        def take_confirms(frame: Any) -> None:
            ready.append(frame)
            self.ioloop.stop()

        self.connection.channel(on_open_callback=take_channel)
        self.wait_for(lambda: ready, CONNECT_SECONDS)
        if not ready:
            raise self.ended or _no_answer()

    def wait_for(self, is_so: Callable[[], object], seconds: float) -> bool:
        """Work until something is so, the link ends, or the time is over: whether it
        is so."""
        self._work(lambda: is_so() or self.ended is not None, seconds)
        return bool(is_so())

    def _work(self, is_so: Callable[[], object], seconds: float) -> None:
        until = time.monotonic() + seconds
        while not is_so() and (left := until - time.monotonic()) > 0:
            timer = self.ioloop.call_later(left, self.ioloop.stop)
            self.ioloop.start()
            self.ioloop.remove_timeout(timer)

    def wait_for_confirms(self, seconds: float) -> None:
        """Until the broker said something of a message, or the time is over."""
        self.wait_for(lambda: self.settled, seconds)

    def publish(
        self, exchange: str, key: str, body: bytes, properties: pika.BasicProperties
    ) -> None:
        """Hand a message over, by its message id; what the broker says of it comes
        later. Raises AMQPError."""
        self.publishing.basic_publish(exchange, key, body, properties, mandatory=True)
        self.tag += 1
        self.unconfirmed[self.tag] = str(properties.message_id)

    def consume(self, queue: str) -> None:
        """Take what comes to a queue from now on, if that is not so already."""
        if self.consuming is not None or self.ended is not None:
            return

        def take_channel(channel: Any) -> None:
            channel.add_on_close_callback(self._note_queue_end)
            channel.add_on_cancel_callback(self._note_cancel)
            channel.basic_qos(prefetch_count=PREFETCH)
            channel.basic_consume(queue, self._note_delivery)

        self.queue_ended = None
        self.consuming = self.connection.channel(on_open_callback=take_channel)

    def acknowledge(self, delivered: Delivered) -> None:
        """A message was handled; one of a channel that ended comes again."""
        if self.consuming is not None and self.consuming.is_open:
            self.consuming.basic_ack(delivered.tag)

    def close(self) -> None:
        """Let the connection go, in order where the broker answers."""
        if self.connection.is_open:
            self.connection.close()
        self._work(lambda: self.connection.is_closed, CLOSE_SECONDS)
        self.ioloop.close()

    def _note_end(self, _: Any, reason: Exception) -> None:
        """The first reason counts: a channel's comes before its connection's."""
        self.ended = self.ended or reason
        self.ioloop.stop()

    def _note_cancel(self, frame: Any) -> None:
        """The queue was deleted or lost its leader: its channel stays open, and nothing
        would ever come on it."""
        channel = self.consuming
        self._note_queue_end(channel, pika.exceptions.ConsumerCancelled(frame))
        channel.close()

    def _note_queue_end(self, channel: Any, reason: Exception) -> None:
        """Of a channel that was given up before, nothing more is to be noted."""
        if channel is not self.consuming:
            return
        self.queue_ended, self.consuming = reason, None
        self.delivered.clear()
        self.ioloop.stop()

    def _note_return(self, _: Any, __: Any, properties: Any, ___: bytes) -> None:
        """It comes before the confirm of the same message."""
        self.returned.add(str(properties.message_id))

    def _note_confirm(self, frame: Any) -> None:
        """One message is settled, or all up to it."""
        method = frame.method
        last = method.delivery_tag
        tags = [last]
        if method.multiple:
            tags = [tag for tag in self.unconfirmed if tag <= last]
        is_confirmed = isinstance(method, pika.spec.Basic.Ack)
        for tag in tags:
            message_id = self.unconfirmed.pop(tag)
            is_routed = message_id not in self.returned
            self.returned.discard(message_id)
            self.settled.append(Settled(message_id, is_confirmed, is_routed))
        self.ioloop.stop()

    def _note_delivery(self, _: Any, method: Any, __: Any, body: bytes) -> None:
        self.delivered.append(Delivered(method.delivery_tag, body))
        self.ioloop.stop()


def _cause_of(error: BaseException) -> Exception:
    """What pika found at the last, below its words about its own steps."""
    if isinstance(error, AMQPConnectionWorkflowFailed):
        error = error.exceptions[-1]
    if isinstance(error, AMQPConnectorPhaseErrorBase):
        error = error.exception
    if isinstance(error, pika.exceptions.AMQPError | OSError):
        return error
    return _no_answer(repr(error))


def _no_answer(why: str = "no answer in time") -> Exception:
    error: Exception = pika.exceptions.AMQPConnectionError(why)
    return error
