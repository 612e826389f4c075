"""What the chassis needs of a bus. RabbitMQ and the embedded bus both do it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from chassis.broker.topology import PARTITIONS
from chassis.errors import OwnFault

ALL = range(PARTITIONS)


class Away(OwnFault):
    """The bus does not answer; what was asked may be asked again later."""


class Unconfirmed(Away):
    """The bus lives, and did not take what went to these partitions."""

    def __init__(self, why: str, partitions: Iterable[int]) -> None:
        super().__init__(why)
        self.partitions = frozenset(partitions)


@dataclass(frozen=True)
class Message:
    """One event on its way out; `branch` when it is for that branch alone, `to` when
    it is for that service alone."""

    type: str
    key: str
    body: bytes
    branch: str = ""
    to: str = ""


@dataclass(frozen=True)
class Delivery:
    """One event that came in. `seen_before` when it was delivered earlier.

    `routing_key` and `user` are the broker's word for where it was sent and who
    sent it; empty on a bus that has no accounts.
    """

    tag: int
    body: bytes
    seen_before: bool
    routing_key: str = ""
    user: str = ""


Keep = Callable[[Delivery, str], None]
"""Takes what was put aside, and why."""


class Batch(Protocol):
    """Deliveries, in order for each partition, held by this consumer alone."""

    @property
    def deliveries(self) -> Sequence[Delivery]:
        """What was delivered, in order."""

    def acknowledge(self) -> bool:
        """All are done with. False when they were given to somebody else."""

    def release(self) -> None:
        """None is done with: deliver them again."""

    def park(self, delivery: Delivery, why: str) -> None:
        """Put this one aside for a person; it counts as done with."""


class Publisher(Protocol):
    """Says events. Used by one thread."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Return when the bus has taken all. Raises Away, then none is certain."""

    def missing(self, type_: str, hearers: Iterable[str]) -> set[str]:
        """Which of the services that should hear this type have no queue yet."""

    def keep(self) -> None:
        """Show the bus that this one is still here: every few seconds. Raises Away."""

    def close(self) -> None:
        """Let go of the connection."""


class Subscriber(Protocol):
    """Hears events for one service. Used by one thread."""

    def receive(self, timeout_seconds: float) -> Batch | None:
        """The next batch, or None if none came in time. Raises Away."""

    def close(self) -> None:
        """Let go; what is not acknowledged is delivered again."""


class Wakes(Protocol):
    """Wakes for the relay of one service, from process to process. Used by one thread.

    Nobody answers one, and any may be lost: then the relay only looks later.
    """

    def say(self) -> None:
        """Wake the relay, wherever it is. Raises Away."""

    def hear(self, timeout_seconds: float) -> bool:
        """Whether the relay was woken within this time. Raises Away, Unfit."""

    def keep(self) -> None:
        """Show the bus that this one is still here: every few seconds. Raises Away."""

    def close(self) -> None:
        """Let go of the connection."""


@dataclass(frozen=True)
class Standing:
    """What lies on a bus for some services: how many wait, how many were parked,
    and how many consumers hear them."""

    waiting: int
    parked: int
    consumers: int


FACTS, WAKE, PARKED = "facts", "wake", "parked"


@dataclass(frozen=True)
class QueueSeen:
    """One queue as it is on the bus. `unbound` are types that it should hear and,
    as far as the bus tells, does not; `kind` is FACTS, WAKE or PARKED. Of one that
    does not answer nothing is known: it may be there, on a node that is cut off."""

    name: str
    there: bool
    waiting: int
    consumers: int
    unbound: tuple[str, ...] = ()
    kind: str = FACTS
    answers: bool = True


def unheard(queues: Sequence[QueueSeen]) -> list[str]:
    """Those that nobody consumes from while others of the service have consumers.

    So looks a queue that is dead: the replicas consume all between them, and the broker
    still tells of it, as of an empty one. For some seconds after one of them died it
    looks so too.
    """
    there = [queue for queue in queues if queue.kind == FACTS and queue.there]
    if not any(queue.consumers for queue in there):
        return []
    return [queue.name for queue in there if not queue.consumers]


class Transport(Protocol):
    """A bus. `vouches`: every service has an account of its own there."""

    name: str
    vouches: bool

    def publisher(self) -> Publisher:
        """A connection for saying. Raises Unfit, Away."""

    def subscriber(
        self, service: str, types: Iterable[str], partitions: Iterable[int] = ALL
    ) -> Subscriber:
        """A connection for hearing these partitions; declares all queues and bindings.

        On a bus that gives out partitions by itself, `partitions` say nothing.
        Raises Unfit where they are there with other properties, Away.
        """

    def wakes(self, service: str) -> Wakes | None:
        """A connection to wake this service's relay by, or to hear that somebody did.

        None on a bus without: there the relay's own looking must do. Raises Away.
        """

    def inlet(
        self, exchange: str, queue: str, pattern: str, at_once: int
    ) -> Subscriber | None:
        """Hear what is sent from outside, or None on a bus without accounts.

        Not more than `at_once` is in hand at a time; what waits behind it does not
        count as delivered when whoever has it ends.
        """

    def lacking(self, service: str) -> set[int]:
        """The partitions for which the service has no queue yet. Raises Away."""

    def take_parked(self, service: str, keep: Keep) -> int:
        """Hand what the bus itself put aside to `keep`, then forget it there.

        `keep` gets it and the reason; what it raises leaves the message, and goes up.
        How many it were. Raises Away.
        """

    def outlet(self, branch: str) -> None:
        """Make the queue in which a branch finds what is for it alone."""

    def try_out(self) -> str:
        """Whether it does what services need; its version. Raises Unfit, Away."""

    def standing(self, services: Iterable[str]) -> Standing:
        """What lies there for these services. Raises Unfit, Away."""

    def survey(self, service: str, types: Iterable[str]) -> list[QueueSeen]:
        """A service's queues as they are. Raises Away."""

    def is_away(self) -> str | None:
        """Why the bus cannot be used now, or None."""
