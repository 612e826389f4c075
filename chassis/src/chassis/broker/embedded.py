"""The transport on the embedded bus: one SQLite file."""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from embedded.bus import bus
from embedded.bus.layout import LAYOUT
from embedded.file import Unusable

from chassis.broker.port import (
    ALL,
    PARKED,
    Away,
    Delivery,
    Keep,
    Message,
    QueueSeen,
    Standing,
)
from chassis.broker.topology import PARTITIONS, parked_queue, partition
from chassis.errors import Unfit
from chassis.ids import new_id

MOST = 200
LOOK_EVERY_SECONDS = 0.02


@contextmanager
def _faults_as_away() -> Iterator[None]:
    """A locked file or a full disk passes: the batch comes again."""
    try:
        yield
    except sqlite3.Error as error:
        raise Away(str(error)) from error


class Keeper:
    """Renews the lease on the partition a batch is from, while it is worked on.

    A process that dies stops renewing, and its lease runs out.
    """

    def __init__(self, hold: bus.Bus, queue: str, holder: str) -> None:
        self.hold, self.queue, self.holder = hold, queue, holder
        self.partition: int | None = None
        self.closed = threading.Event()
        threading.Thread(target=self._run, name="keeper", daemon=True).start()

    def _run(self) -> None:
        while not self.closed.wait(self.hold.lease_seconds / 3):
            partition = self.partition
            if partition is not None:
                with suppress(sqlite3.Error):
                    self.hold.renew(self.queue, partition, self.holder)


class OneFileBatch:
    """Deliveries leased from the bus file."""

    def __init__(
        self, hold: bus.Bus, keeper: Keeper, taken: list[bus.Delivery]
    ) -> None:
        self.hold, self.keeper = hold, keeper
        self.queue, self.holder = keeper.queue, keeper.holder
        self.partition = keeper.partition = taken[0].partition
        self.deliveries: Sequence[Delivery] = [
            Delivery(d.number, d.body, d.deliveries > 1) for d in taken
        ]

    def acknowledge(self) -> bool:
        """Delete them and free the partition."""
        self.keeper.partition = None
        numbers = [delivery.tag for delivery in self.deliveries]
        with _faults_as_away():
            return self.hold.acknowledge(
                self.queue, self.partition, self.holder, numbers
            )

    def release(self) -> None:
        """Free the partition and leave them there."""
        self.keeper.partition = None
        with _faults_as_away():
            self.hold.release(self.queue, self.partition, self.holder)

    def park(self, delivery: Delivery, why: str) -> None:
        """Move it to the table of those put aside."""
        with _faults_as_away():
            self.hold.put_aside(delivery.tag, why)


class OneFilePublisher:
    """Says events into the bus file."""

    def __init__(self, hold: bus.Bus) -> None:
        self.hold = hold

    def publish(self, messages: Sequence[Message]) -> None:
        """All in one transaction.

        What is for a branch stays in the archive: without a broker a branch
        fetches its receipts over HTTPS.
        """
        try:
            self.hold.publish(
                [
                    bus.Message(m.type, partition(m.key), m.body, m.to)
                    for m in messages
                    if not m.branch
                ]
            )
        except (bus.Unheard, sqlite3.Error) as error:
            raise Away(str(error)) from error

    def missing(self, type_: str, hearers: Iterable[str]) -> set[str]:
        """Services not bound to this type."""
        return set(hearers) - self.hold.hearers(type_)

    def keep(self) -> None:
        """A file forgets nobody."""

    def close(self) -> None:
        """Close the file."""
        self.hold.close()


class OneFileSubscriber:
    """Hears events from the bus file; looks again when somebody wrote to it."""

    def __init__(self, hold: bus.Bus, queue: str, types: Iterable[str]) -> None:
        self.hold, self.queue, self.holder = hold, queue, new_id()
        with _faults_as_away():
            hold.bind(queue, types)
        self.keeper = Keeper(hold, queue, self.holder)
        self.version = -1
        self.looked = float("-inf")

    def receive(self, timeout_seconds: float) -> OneFileBatch | None:
        """Wait until the file changes, or for the lease of another to run out."""
        until = time.monotonic() + timeout_seconds
        while True:
            try:
                taken = self._look()
            except sqlite3.Error as error:
                raise Away(str(error)) from error
            if taken:
                self.version = -1
                return OneFileBatch(self.hold, self.keeper, taken)
            if time.monotonic() >= until:
                return None
            time.sleep(LOOK_EVERY_SECONDS)

    def _look(self) -> list[bus.Delivery]:
        version, now = self.hold.version(), time.monotonic()
        if version == self.version and now - self.looked < 1.0:
            return []
        self.version, self.looked = version, now
        return self.hold.receive(self.queue, self.holder, MOST)

    def close(self) -> None:
        """Close the file."""
        self.keeper.closed.set()
        self.hold.close()


class OneFileTransport:
    """The embedded bus as a transport."""

    name = "embedded bus"
    vouches = False

    def __init__(self, path: Path) -> None:
        self.path = path

    def publisher(self) -> OneFilePublisher:
        """A hold for saying. Raises Unfit, Away."""
        return OneFilePublisher(self._hold())

    def subscriber(
        self, service: str, types: Iterable[str], partitions: Iterable[int] = ALL
    ) -> OneFileSubscriber:
        """A hold for hearing; who is free takes the partition that waited longest."""
        return OneFileSubscriber(self._hold(), service, types)

    def wakes(self, service: str) -> None:
        """None: the relay's own looking is as good as somebody's looking at a file."""

    def inlet(self, exchange: str, queue: str, pattern: str, at_once: int) -> None:
        """Nobody from outside reaches a file; rosters come through the gateway."""

    def lacking(self, service: str) -> set[int]:
        """All partitions, or none: on a file a queue is its bindings."""
        with _faults_as_away(), closing(self._hold()) as hold:
            return set() if hold.is_bound(service) else set(range(PARTITIONS))

    def take_parked(self, service: str, keep: Keep) -> int:
        """Empty the table of those put aside, message by message."""
        taken = 0
        with _faults_as_away(), closing(self._hold()) as hold:
            while (found := hold.first_aside(service)) is not None:
                number, body, why = found
                keep(Delivery(number, body, True), f"put aside by the bus: {why}")
                hold.forget_aside(number)
                taken += 1
        return taken

    def outlet(self, branch: str) -> None:
        """Branches fetch their receipts through the gateway."""

    def _hold(self) -> bus.Bus:
        """The file, opened. Raises Unfit, Away."""
        try:
            return bus.Bus(self.path)
        except Unusable as error:
            raise Unfit(str(error)) from error
        except sqlite3.Error as error:
            raise Away(str(error)) from error

    def try_out(self) -> str:
        """The file's version."""
        self._hold().close()
        return f"file version {LAYOUT.version}"

    def standing(self, services: Iterable[str]) -> Standing:
        """Messages and those put aside; who hears is not known of a file."""
        if not self.path.exists():
            return Standing(0, 0, 0)
        hold = self._hold()
        try:
            waiting = sum(hold.depth(service) for service in services)
            aside = sum(len(hold.aside(service)) for service in services)
        except sqlite3.Error as error:
            raise Away(str(error)) from error
        finally:
            hold.close()
        return Standing(waiting, aside, 0)

    def survey(self, service: str, types: Iterable[str]) -> list[QueueSeen]:
        """One queue with all partitions, and what was put aside."""
        with _faults_as_away(), closing(self._hold()) as hold:
            unbound = tuple(t for t in types if service not in hold.hearers(t))
            there = hold.is_bound(service) or not list(types)
            return [
                QueueSeen(service, there, hold.depth(service), 0, unbound),
                QueueSeen(
                    parked_queue(service), True, len(hold.aside(service)), 0,
                    kind=PARKED,
                ),
            ]  # fmt: skip

    def is_away(self) -> str | None:
        """The file is there or it is not."""
        return None if self.path.exists() else f"{self.path.name} is not there"
