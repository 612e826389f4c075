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

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, takewhile

from chassis.broker.port import ALL, BusUnavailable, Delivery, Keep, Message
from chassis.broker.queue_status import PARKED, QueueStatus
from chassis.broker.topology import PARTITIONS, parked_queue, partition

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


@dataclass
class Lane:
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
        self.lanes = [Lane() for _ in range(partitions)]
        self.types: frozenset[str] = frozenset()
        self.parked: list[tuple[Post, str]] = []
        self.subscribers: set[InMemorySubscriber] = set()

    def lane_of(self, key: str) -> Lane:
        """The lane of a key, for ever."""
        return self.lanes[partition(key) % len(self.lanes)]

    def free(self) -> list[Lane]:
        """Lanes with messages that nobody holds, the longest waiting first."""
        waiting = [lane for lane in self.lanes if lane.posts and lane.holder is None]
        return sorted(waiting, key=lambda lane: lane.posts[0].number)

    def depth(self) -> int:
        """How many messages wait or are held."""
        return sum(len(lane.posts) for lane in self.lanes)


class InMemoryBatch:
    """Deliveries of one lane, held until they are acknowledged or released."""

    def __init__(
        self, subscriber: "InMemorySubscriber", lane: Lane, posts: Sequence[Post]
    ) -> None:
        self.subscriber, self.lane = subscriber, lane
        self.bus = subscriber.bus
        self.deliveries: Sequence[Delivery] = [
            _delivery(post, again=lane.delivered[post.number] > 1) for post in posts
        ]

    def acknowledge(self) -> bool:
        """All are done with, unless the lane or the connection is gone."""
        with self.bus.turn:
            if self.lane.holder is not self:
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
        return self.lane.most_delivered(numbers) < MOST_CUTS

    def _done(self, numbers: set[int]) -> None:
        for post in self.lane.forget(numbers):
            if not post.is_copy and self.bus.mischief.duplicates_late():
                self.lane.posts.append(self.bus.copy_of(post))

    def release(self) -> None:
        """Free the lane and leave them there."""
        with self.bus.turn:
            if self.lane.holder is self:
                self.lane.holder = None
                self.bus.turn.notify_all()

    def park(self, delivery: Delivery, why: str) -> None:
        """Out of the lane, to those put aside."""
        with self.bus.turn:
            for post in self.lane.forget({delivery.tag}):
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
                lambda: not self.is_open or self.queue.free(), timeout_seconds
            )
            if not self.is_open:
                raise BusUnavailable("the connection is lost")
            while lanes := self._audible():
                lane = self.bus.mischief.first(lanes)
                if posts := self._hand_out(lane):
                    return self._deliver(lane, posts)
            return None

    def _deliver(self, lane: Lane, posts: Sequence[Post]) -> InMemoryBatch:
        lane.holder = batch = InMemoryBatch(self, lane, posts)
        if batch.may_be_cut() and self.bus.mischief.loses_delivery():
            self.close()
            raise BusUnavailable("the connection was lost in the middle of a delivery")
        return batch

    def _audible(self) -> list[Lane]:
        """The free lanes, less those that are or fall silent at this look."""
        audible = []
        for lane in self.queue.free():
            if lane.silent > 0:
                lane.silent -= 1
                continue
            lane.silent = self.bus.mischief.silence()
            if not lane.silent:
                audible.append(lane)
        return audible

    def _hand_out(self, lane: Lane) -> list[Post]:
        """The next messages; one alone if it was delivered before.

        One that was delivered too often is parked; then there may be none.
        """
        mixed = self.bus.mischief.mixed(lane.posts, lambda post: post.key)[: self.most]
        fresh = takewhile(lambda post: post.number not in lane.delivered, mixed)
        posts = list(fresh) or mixed[:1]
        for post in posts:
            lane.delivered[post.number] = lane.delivered.get(post.number, 0) + 1
        first = posts[0]
        if lane.delivered[first.number] > DELIVERY_LIMIT:
            lane.forget({first.number})
            why = f"delivered {DELIVERY_LIMIT} times in vain"
            self.queue.parked.append((first, why))
            return []
        return posts

    def close(self) -> None:
        """Let go; what is not acknowledged is delivered again."""
        with self.bus.turn:
            self.is_open = False
            self.queue.subscribers.discard(self)
            for lane in self.queue.lanes:
                if lane.holder is not None and lane.holder.subscriber is self:
                    lane.holder.release()
            self.bus.turn.notify_all()


class InMemoryPublisher:
    """Says events."""

    def __init__(self, bus: "InMemoryTransport") -> None:
        self.bus = bus

    def publish(self, messages: Sequence[Message]) -> None:
        """Put all into their queues; what nobody hears is a fault, then none is."""
        with self.bus.turn:
            for message in messages:
                if not message.branch and not self.bus.takers(message):
                    raise BusUnavailable(f"no queue takes {message.type}")
            taken = self.bus.mischief.taken(len(messages))
            for message in messages[:taken]:
                self.bus.take_in(message)
            if taken is not None:
                raise BusUnavailable(f"{len(messages)} messages stayed unconfirmed")

    def wake_relay(self, service: str) -> None:
        """There is no need: all who meet here are in one process."""

    def keep(self) -> None:
        """There is nothing to keep."""

    def close(self) -> None:
        """There is nothing to let go of."""


class InMemoryTransport:
    """The bus itself: all who are to meet on it are handed the same one."""

    name = "bus in memory"
    vouches = False

    def __init__(self, mischief: Mischief | None = None) -> None:
        self.mischief = mischief or Mischief()
        self.turn = threading.Condition(threading.RLock())
        self.by_name: dict[str, Queue] = {}
        self.inlets: dict[str, tuple[str, str]] = {}
        self.outlets: dict[str, list[bytes]] = {}
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
        if message.branch:
            if message.branch in self.outlets:
                self.outlets[message.branch].append(message.body)
            return
        for name in self.takers(message):
            self._put(self.by_name[name], message.key, message.body, message.type)

    def _put(
        self, queue: Queue, key: str, body: bytes, routing_key: str, user: str = ""
    ) -> None:
        lane = queue.lane_of(key)
        post = Post(next(self.numbers), key, body, routing_key, user)
        lane.posts.append(post)
        if self.mischief.duplicates_at_once():
            lane.posts.append(self.copy_of(post))
        self.turn.notify_all()

    def copy_of(self, post: Post) -> Post:
        """The same message once more."""
        return replace(post, number=next(self.numbers), is_copy=True)

    def publisher(self) -> InMemoryPublisher:
        """A connection for saying."""
        return InMemoryPublisher(self)

    def subscriber(
        self, service: str, types: Iterable[str], partitions: Iterable[int] = ALL
    ) -> InMemorySubscriber:
        """Let the service hear exactly these types, and hear them."""
        with self.turn:
            queue = self.by_name.setdefault(service, Queue(PARTITIONS))
            queue.types = frozenset(types)
            return InMemorySubscriber(self, queue)

    def wake_ups(self, service: str) -> None:
        """None: see `wake_relay`."""

    def inlet(
        self, exchange: str, queue: str, pattern: str, at_once: int = 1
    ) -> InMemorySubscriber:
        """Hear what is sent from outside with `send`."""
        with self.turn:
            self.inlets[queue] = (exchange, pattern)
            made = self.by_name.setdefault(queue, Queue(1))
            return InMemorySubscriber(self, made, at_once)

    def send(self, exchange: str, routing_key: str, body: bytes, user: str) -> None:
        """Send from outside, under an account, as a branch does."""
        with self.turn:
            for name, (bound, pattern) in sorted(self.inlets.items()):
                if bound == exchange and _fits(routing_key, pattern):
                    self._put(self.by_name[name], user, body, routing_key, user)

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

    def outlet(self, branch: str) -> None:
        """From now on keep what is for this branch alone."""
        with self.turn:
            self.outlets.setdefault(branch, [])

    def received(self, branch: str) -> Sequence[bytes]:
        """What came for a branch since it has an outlet."""
        with self.turn:
            return tuple(self.outlets.get(branch, ()))

    def try_out(self) -> str:
        """It is there."""
        return "in memory"

    def queues(self, service: str, types: Iterable[str] = ()) -> list[QueueStatus]:
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

    def ping(self) -> None:
        """It is always there."""


def _delivery(post: Post, *, again: bool) -> Delivery:
    return Delivery(post.number, post.body, again, post.routing_key, post.user)


def _fits(routing_key: str, pattern: str) -> bool:
    """Whether a topic pattern fits, where `*` stands for any one word."""
    words, wanted = routing_key.split("."), pattern.split(".")
    return len(words) == len(wanted) and all(
        want in ("*", word) for word, want in zip(words, wanted, strict=True)
    )
