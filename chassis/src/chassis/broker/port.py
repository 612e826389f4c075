"""The bus as the chassis needs it. RabbitMQ and the embedded bus both do this."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chassis.broker.topology import PARTITIONS, QueueStatus
from chassis.errors import Unavailable

ALL = range(PARTITIONS)


class BusUnavailable(Unavailable):
    """The bus does not answer; what was asked may be asked again later."""


class Unconfirmed(BusUnavailable):
    """The bus lives, and did not take what went to these partitions and branches."""

    def __init__(
        self, why: str, partitions: Iterable[int], branches: Iterable[str] = ()
    ) -> None:
        super().__init__(why)
        self.partitions, self.branches = frozenset(partitions), frozenset(branches)


@dataclass(frozen=True)
class Message:
    """One event on its way out; `to` when it is for that service alone, `branch` when
    it is for that branch, and for services only if `is_for_services`."""

    type: str
    key: str
    body: bytes
    branch: str = ""
    to: str = ""
    is_for_services: bool = True


@dataclass(frozen=True)
class Delivery:
    """One event that came in. `seen_before` when it was delivered earlier.

    `routing_key` and `user` are the broker's word for where it was sent and who
    sent it; empty on a bus that has no accounts. The rest is the sender's: `headers`
    under names in small letters.
    """

    tag: int
    body: bytes
    seen_before: bool
    routing_key: str = ""
    user: str = ""
    content_type: str = ""
    message_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Keep = Callable[[Delivery, str], None]
"""Takes an event that the bus parked, and why it did."""


class Batch(Protocol):
    """Deliveries, in order for each partition, in the hands of one consumer alone.

    What is not acknowledged when its subscriber closes is delivered again.
    """

    @property
    def deliveries(self) -> Sequence[Delivery]:
        """What was delivered, in order."""

    def acknowledge(self) -> bool:
        """All are done with. False when they were given to somebody else."""


class Publisher(Protocol):
    """Publishes events. Used by one thread."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Return when the bus has taken all.

        Raises BusUnavailable, then none is certain.
        """

    def wake_relay(self, service: str) -> None:
        """Send the relay of this service a wake-up, on a bus with such. Raises
        BusUnavailable.

        Nobody answers, and any may be lost: then the relay only looks later.
        """

    def send_heartbeat(self) -> None:
        """Show the bus that the publisher lives: every few seconds.

        Raises BusUnavailable.
        """

    def close(self) -> None:
        """Let go of the connection."""


class Subscriber(Protocol):
    """Consumes events for one service. Used by one thread."""

    def receive(self, timeout_seconds: float) -> Batch | None:
        """The next batch, or None if none came in time. Raises BusUnavailable."""

    def close(self) -> None:
        """Let go; what is not acknowledged is delivered again."""


class Transport(Protocol):
    """A bus. `names_senders`: every service has an account of its own there.

    `is_one_machine`: all its processes are on one, where no wake-up is lost and each
    partition is free for whoever comes.
    """

    name: str
    names_senders: bool
    is_one_machine: bool

    def open_publisher(self) -> Publisher:
        """A connection to publish on. Raises Incompatible, BusUnavailable."""

    def open_subscriber(
        self, service: str, types: Iterable[str], partitions: Iterable[int] = ALL
    ) -> Subscriber:
        """A connection that consumes these partitions; declares queues and bindings.

        On a bus that gives out partitions by itself, `partitions` say nothing.
        Raises Incompatible where queues are there with other properties,
        BusUnavailable.
        """

    def open_wake_ups(self, service: str) -> Subscriber | None:
        """A connection that consumes the wake-ups of this service's relay.

        None on a bus without: there the relay's own looking must do. Raises
        Incompatible, BusUnavailable.
        """

    def open_roster_queue(
        self, exchange: str, queue: str, pattern: str, at_once: int
    ) -> Subscriber | None:
        """Consume what is sent from outside, or None on a bus without accounts.

        Not more than `at_once` is in hand at a time; what waits behind it does not
        count as delivered when whoever has it ends.
        """

    def declare_receipts_queue(self, branch: str) -> None:
        """Make the queue in which a branch finds what is for it alone."""

    def take_parked(self, service: str, keep: Keep) -> int:
        """Hand what the bus itself parked to `keep`, then forget it there.

        What `keep` raises leaves the message, and goes up. The number of messages
        that were taken. Raises BusUnavailable.
        """

    def find_queues(self, service: str, types: Iterable[str] = ()) -> list[QueueStatus]:
        """The queues of a service or an inlet, which should take these types.

        Nothing is made by looking. Raises Incompatible, BusUnavailable.
        """

    @property
    def fault(self) -> str:
        """Why this process cannot use the bus, as its connections last found it; empty
        while it can. Nothing is asked for it."""

    def try_out(self) -> str:
        """Whether it does what services need; its version.

        Raises Incompatible, BusUnavailable.
        """
