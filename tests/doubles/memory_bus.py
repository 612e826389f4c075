"""A bus in memory, which on request makes every trouble that a real one may make.

It is here, beside the real ones, because it is for whoever writes a service: hand
one to the service's `build`, let it relay and hear step by step, and see whether
the service ends as it would have on a quiet day. What it holds is gone with its
process, so no address leads to it: `connect` knows no scheme for it, and an import
rule keeps services, plumbing and commands from it. Only code that makes one has one.

Its promises are those of the others: 16 partitions, one holder of a partition at a
time, order within a key, delivery again of what was not acknowledged. No mischief
waits for a clock: a delay is so many looks at the partition long.
"""

import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, takewhile
from typing import Any

from chassis.broker.port import ALL, BusUnavailable, Delivery, Keep, Message
from chassis.broker.topology import (
    PARKED,
    PARTITIONS,
    QueueStatus,
    parked_queue,
    partition_of,
)

from tests.doubles.fault_injection import Loss, Mischief

MOST = 200
DELIVERY_LIMIT = 6
MOST_CUTS = DELIVERY_LIMIT // 2


@dataclass(frozen=True)
class Post:
    """A message as it lies in a queue."""

    number: int
    key: str
    body: bytes
    routing_key: str
    user: str = ""
    is_copy: bool = False
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Partition:
    """One partition of a queue. `delivered` counts how often, by number."""

    posts: list[Post] = field(default_factory=list)
    delivered: dict[int, int] = field(default_factory=dict)
    holder: "InMemoryBatch | None" = None
    silent: int = 0

    def forget(self, numbers: set[int]) -> list[Post]:
        """These are done with; returns them."""
        done = [post for post in self.posts if post.number in numbers]
        self.posts = [post for post in self.posts if post.number not in numbers]
        for number in numbers:
            self.delivered.pop(number, None)
        return done

    def most_delivered(self, numbers: Iterable[int]) -> int:
        """How often the one among these that came most often has come."""
        return max(self.delivered.get(number, 0) for number in numbers)


class Queue:
    """What one service, or one inlet, has still to hear."""

    def __init__(self, partitions: int) -> None:
        self.partitions = [Partition() for _ in range(partitions)]
        self.types: frozenset[str] = frozenset()
        self.parked: list[tuple[Post, str]] = []
        self.subscribers: set[InMemorySubscriber] = set()

    def partition_for(self, key: str) -> Partition:
        """The partition of a key, for ever."""
        return self.partitions[partition_of(key) % len(self.partitions)]

    def free(self) -> list[Partition]:
        """Lanes with messages that nobody holds, the longest waiting first."""
        waiting = [
            partition
            for partition in self.partitions
            if partition.posts and partition.holder is None
        ]
        return sorted(waiting, key=lambda partition: partition.posts[0].number)

    def depth(self) -> int:
        """How many messages wait or are held."""
        return sum(len(partition.posts) for partition in self.partitions)


class InMemoryBatch:
    """Deliveries of one partition, held until they are acknowledged or released."""

    def __init__(
        self,
        subscriber: "InMemorySubscriber",
        partition: Partition,
        posts: Sequence[Post],
    ) -> None:
        self.subscriber, self.partition = subscriber, partition
        self.bus = subscriber.bus
        self.deliveries: Sequence[Delivery] = [
            _delivery(post, again=partition.delivered[post.number] > 1)
            for post in posts
        ]

    def acknowledge(self) -> bool:
        """All are done with, unless the partition or the connection is gone."""
        with self.bus.turn:
            if self.partition.holder is not self:
                return False
            loss = self.bus.mischief.loss() if self.may_be_cut() else None
            if loss in (None, Loss.AFTER):
                self._done({delivery.tag for delivery in self.deliveries})
            self.release()
            if loss in (Loss.BEFORE, Loss.AFTER):
                self.subscriber.close()
                raise BusUnavailable(f"the acknowledgement was {loss.value}")
            return loss is None

    def may_be_cut(self) -> bool:
        """Not once it would make a message come so often that it is parked."""
        numbers = [delivery.tag for delivery in self.deliveries]
        return self.partition.most_delivered(numbers) < MOST_CUTS

    def _done(self, numbers: set[int]) -> None:
        for post in self.partition.forget(numbers):
            if not post.is_copy and self.bus.mischief.duplicates_late():
                self.partition.posts.append(self.bus.copy_of(post))

    def release(self) -> None:
        """Free the partition and leave them there."""
        with self.bus.turn:
            if self.partition.holder is self:
                self.partition.holder = None
                self.bus.turn.notify_all()

    def park(self, delivery: Delivery, why: str) -> None:
        """Out of the partition, to those put aside."""
        with self.bus.turn:
            for post in self.partition.forget({delivery.tag}):
                self.subscriber.queue.parked.append((post, why))


class InMemorySubscriber:
    """Hears one queue."""

    def __init__(
        self, bus: "InMemoryTransport", queue: Queue, most: int = MOST
    ) -> None:
        self.bus, self.queue, self.most = bus, queue, most
        self.is_open = True
        queue.subscribers.add(self)

    def receive(self, timeout_seconds: float) -> InMemoryBatch | None:
        """The next batch, or None: at once where all that waits is only delayed."""
        with self.bus.turn:
            self.bus.turn.wait_for(
                lambda: not self.is_open or self.queue.free(),
                min(timeout_seconds, self.bus.patience),
            )
            if not self.is_open:
                raise BusUnavailable("the connection is lost")
            while partitions := self._audible():
                partition = self.bus.mischief.first(partitions)
                if posts := self._hand_out(partition):
                    return self._deliver(partition, posts)
            return None

    def _deliver(self, partition: Partition, posts: Sequence[Post]) -> InMemoryBatch:
        partition.holder = batch = InMemoryBatch(self, partition, posts)
        if batch.may_be_cut() and self.bus.mischief.loses_delivery():
            self.close()
            raise BusUnavailable("the connection was lost in the middle of a delivery")
        return batch

    def _audible(self) -> list[Partition]:
        """The free partitions, less those that are or fall silent at this look."""
        audible = []
        for partition in self.queue.free():
            if partition.silent > 0:
                partition.silent -= 1
                continue
            partition.silent = self.bus.mischief.silence()
            if not partition.silent:
                audible.append(partition)
        return audible

    def _hand_out(self, partition: Partition) -> list[Post]:
        """The next messages; one alone if it was delivered before.

        One that was delivered too often is parked; then there may be none.
        """
        mixed = self.bus.mischief.mixed(partition.posts, lambda post: post.key)[
            : self.most
        ]
        fresh = takewhile(lambda post: post.number not in partition.delivered, mixed)
        posts = list(fresh) or mixed[:1]
        for post in posts:
            partition.delivered[post.number] = (
                partition.delivered.get(post.number, 0) + 1
            )
        first = posts[0]
        if partition.delivered[first.number] > DELIVERY_LIMIT:
            partition.forget({first.number})
            why = f"delivered {DELIVERY_LIMIT} times in vain"
            self.queue.parked.append((first, why))
            return []
        return posts

    def close(self) -> None:
        """Let go; what is not acknowledged is delivered again."""
        with self.bus.turn:
            self.is_open = False
            self.queue.subscribers.discard(self)
            for partition in self.queue.partitions:
                if partition.holder is not None and partition.holder.subscriber is self:
                    partition.holder.release()
            self.bus.turn.notify_all()


class InMemoryPublisher:
    """Says events."""

    def __init__(self, bus: "InMemoryTransport") -> None:
        self.bus = bus

    def publish(self, messages: Sequence[Message]) -> None:
        """Put all into their queues; what nobody hears is a fault, then none is."""
        with self.bus.turn:
            for message in messages:
                if message.is_for_services and not self.bus.takers(message):
                    raise BusUnavailable(f"no queue takes {message.type}")
            taken = self.bus.mischief.taken(len(messages))
            for message in messages[:taken]:
                self.bus.take_in(message)
            if taken is not None:
                raise BusUnavailable(f"{len(messages)} messages stayed unconfirmed")

    def wake_relay(self, service: str) -> None:
        """There is no need: all who meet here are in one process."""

    def send_heartbeat(self) -> None:
        """There is nothing to keep."""

    def close(self) -> None:
        """There is nothing to let go of."""


class InMemoryTransport:
    """The bus itself: all who are to meet on it are handed the same one.

    `patience` is how many seconds it lets anybody wait for a message.
    """

    name = "bus in memory"
    names_senders = False
    is_one_machine = True

    def __init__(self, mischief: Mischief | None = None) -> None:
        self.mischief = mischief or Mischief()
        self.patience = math.inf
        self.turn = threading.Condition(threading.RLock())
        self.by_name: dict[str, Queue] = {}
        self.roster_queues: dict[str, tuple[str, str]] = {}
        self.receipts_queues: dict[str, list[bytes]] = {}
        self.numbers = count(1)

    def hearers(self, type_: str) -> set[str]:
        """The services bound to this type."""
        return {name for name, queue in self.by_name.items() if type_ in queue.types}

    def takers(self, message: Message) -> list[str]:
        """The queues this message goes to."""
        if message.to:
            return [message.to] if message.to in self.by_name else []
        return sorted(self.hearers(message.type))

    def take_in(self, message: Message) -> None:
        """Put one message where it is heard; for a branch, where it has an outlet."""
        if message.branch and message.branch in self.receipts_queues:
            self.receipts_queues[message.branch].append(message.body)
        if not message.is_for_services:
            return
        for name in self.takers(message):
            self._put(self.by_name[name], message.key, message.body, message.type)

    def _put(
        self,
        queue: Queue,
        key: str,
        body: bytes,
        routing_key: str,
        user: str = "",
        **about: Any,
    ) -> None:
        partition = queue.partition_for(key)
        post = Post(next(self.numbers), key, body, routing_key, user, **about)
        partition.posts.append(post)
        if self.mischief.duplicates_at_once():
            partition.posts.append(self.copy_of(post))
        self.turn.notify_all()

    def copy_of(self, post: Post) -> Post:
        """The same message once more."""
        return replace(post, number=next(self.numbers), is_copy=True)

    def open_publisher(self) -> InMemoryPublisher:
        """A connection for saying."""
        return InMemoryPublisher(self)

    def open_subscriber(
        self, service: str, types: Iterable[str], partitions: Iterable[int] = ALL
    ) -> InMemorySubscriber:
        """Let the service hear exactly these types, and hear them."""
        with self.turn:
            queue = self.by_name.setdefault(service, Queue(PARTITIONS))
            queue.types = frozenset(types)
            return InMemorySubscriber(self, queue)

    def open_wake_ups(self, service: str) -> None:
        """None: see `wake_relay`."""

    def open_roster_queue(
        self, exchange: str, queue: str, pattern: str, at_once: int = 1
    ) -> InMemorySubscriber:
        """Hear what is sent from outside with `send`."""
        with self.turn:
            self.roster_queues[queue] = (exchange, pattern)
            made = self.by_name.setdefault(queue, Queue(1))
            return InMemorySubscriber(self, made, at_once)

    def send(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        user: str,
        content_type: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send from outside, under an account, as a branch does."""
        about = {"content_type": content_type, "headers": headers or {}}
        with self.turn:
            for name, (bound, pattern) in sorted(self.roster_queues.items()):
                if bound == exchange and _fits(routing_key, pattern):
                    self._put(
                        self.by_name[name], user, body, routing_key, user, **about
                    )

    def take_parked(self, service: str, keep: Keep) -> int:
        """Hand over what was put aside."""
        with self.turn:
            queue = self.by_name.get(service)
            parked = queue.parked if queue else []
            taken = 0
            while parked:
                post, why = parked[0]
                keep(_delivery(post, again=True), f"put aside by the bus: {why}")
                parked.pop(0)
                taken += 1
            return taken

    def declare_receipts_queue(self, branch: str) -> None:
        """From now on keep what is for this branch alone."""
        with self.turn:
            self.receipts_queues.setdefault(branch, [])

    def received(self, branch: str) -> Sequence[bytes]:
        """What came for a branch since it has an outlet."""
        with self.turn:
            return tuple(self.receipts_queues.get(branch, ()))

    def try_out(self) -> str:
        """It is there."""
        return "in memory"

    def find_queues(self, service: str, types: Iterable[str] = ()) -> list[QueueStatus]:
        """One queue with all partitions, and what was parked."""
        with self.turn:
            is_there = service in self.by_name
            queue = self.by_name.get(service) or Queue(PARTITIONS)
            status = QueueStatus(
                service,
                is_there,
                queue.depth(),
                len(queue.subscribers),
                tuple(type_ for type_ in types if type_ not in queue.types),
                partitions=tuple(ALL),
            )
            parked, count = parked_queue(service), len(queue.parked)
            return [status, QueueStatus(parked, is_there, count, 0, kind=PARKED)]

    @property
    def fault(self) -> str:
        """It is always there."""
        return ""


def _delivery(post: Post, *, again: bool) -> Delivery:
    return Delivery(
        post.number,
        post.body,
        again,
        post.routing_key,
        post.user,
        post.content_type,
        headers=post.headers,
    )


def _fits(routing_key: str, pattern: str) -> bool:
    """Whether a topic pattern fits, where `*` stands for any one word."""
    words, wanted = routing_key.split("."), pattern.split(".")
    return len(words) == len(wanted) and all(
        want in ("*", word) for word, want in zip(words, wanted, strict=True)
    )
