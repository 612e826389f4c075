"""A bus that harms the process it serves: dies at a chosen call, doubles, shuffles.

It stands where the transport stands, in the processes of the tests alone.
"""

import os
import random
import signal
from collections.abc import Iterable, Sequence
from typing import Any, cast

import msgspec
from chassis.broker.port import (
    ALL,
    Batch,
    Message,
    Publisher,
    Subscriber,
    Transport,
)


class Mischief(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At which call the process dies (0: at none), and what happens to messages."""

    before_publish: int = 0
    after_publish: int = 0
    before_acknowledge: int = 0
    after_acknowledge: int = 0
    doubles: bool = False
    shuffles: bool = False


def on(bus: Transport, asked: Mischief) -> Transport:
    """The bus, with the mischief that was asked for."""
    return bus if asked == Mischief() else cast(Transport, BadBus(bus, asked))


class Fuse:
    """Ends the process, as kill -9 does, at the call it was set to."""

    def __init__(self, call: int) -> None:
        self.left = call

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Wrapped:
    """Whatever is not spoilt goes to the real one."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class BadBus(Wrapped):
    """A transport that does the mischief; its fuses outlive its connections."""

    def __init__(self, inner: Transport, asked: Mischief) -> None:
        super().__init__(inner)
        self.asked = asked
        self.publishing = Fuse(asked.before_publish), Fuse(asked.after_publish)
        self.done = Fuse(asked.before_acknowledge), Fuse(asked.after_acknowledge)

    def open_publisher(self) -> Publisher:
        return cast(Publisher, BadPublisher(self.inner.open_publisher(), self))

    def open_subscriber(
        self, service: str, types: Iterable[str], partitions: Iterable[int] = ALL
    ) -> Subscriber:
        inner = self.inner.open_subscriber(service, types, partitions)
        return cast(Subscriber, BadSubscriber(inner, self))


class BadPublisher(Wrapped):
    """A publisher between two fuses."""

    def __init__(self, inner: Publisher, bus: BadBus) -> None:
        super().__init__(inner)
        self.bus = bus

    def publish(self, messages: Sequence[Message]) -> None:
        before, after = self.bus.publishing
        before.burn()
        self.inner.publish(self._spoilt(messages))
        after.burn()

    def _spoilt(self, messages: Sequence[Message]) -> Sequence[Message]:
        if self.bus.asked.shuffles:
            messages = shuffled_across_keys(messages)
        if self.bus.asked.doubles:
            return [m for n, m in enumerate(messages) for _ in range(_copies(n))]
        return messages


def _copies(place: int) -> int:
    return 5 if place % 10 == 0 else 2


def shuffled_across_keys(messages: Sequence[Message]) -> list[Message]:
    """A random order in which each key's messages keep theirs."""
    keys = [message.key for message in messages]
    random.shuffle(keys)
    of_key: dict[str, list[Message]] = {}
    for message in messages:
        of_key.setdefault(message.key, []).append(message)
    return [of_key[key].pop(0) for key in keys]


class BadSubscriber(Wrapped):
    """A subscriber of batches that are acknowledged between two fuses."""

    def __init__(self, inner: Subscriber, bus: BadBus) -> None:
        super().__init__(inner)
        self.bus = bus

    def receive(self, timeout_seconds: float) -> Batch | None:
        batch = self.inner.receive(timeout_seconds)
        return cast(Batch, BadBatch(batch, self.bus)) if batch else None


class BadBatch(Wrapped):
    """A batch whose acknowledgement stands between two fuses."""

    def __init__(self, inner: Batch, bus: BadBus) -> None:
        super().__init__(inner)
        self.bus = bus

    def acknowledge(self) -> bool:
        before, after = self.bus.done
        before.burn()
        kept: bool = self.inner.acknowledge()
        after.burn()
        return kept
