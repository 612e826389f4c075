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

from chassis.broker.port import ALL, BusUnavailable, Delivery, Keep, Message
from chassis.broker.topology import PARKED, QueueStatus, parked_queue, partition_of
from chassis.errors import Incompatible
from chassis.ids import new_id

BATCH_EVENTS = 200  # as many as RabbitMQ hands out: one store write takes them well
LOOK_EVERY_SECONDS = 0.02  # a look costs microseconds, and people wait for the answer
LOOK_ANYHOW_SECONDS = 1.0
"""A lease that runs out changes nothing in the file, so it is looked for this often."""


@contextmanager
def _faults_as_away() -> Iterator[None]:
    """A locked file or a full disk passes: the batch comes again."""
    try:
        yield
    except Unusable as error:
        raise Incompatible(str(error)) from error
    except (bus.NoConsumer, sqlite3.Error) as error:
        raise BusUnavailable(str(error)) from error


class LeaseHeartbeat:
    """Renews the lease on the partition a batch is from, while it is worked on.

    A process that dies stops renewing, and its lease runs out.
    """

    def __init__(self, file: bus.Bus, queue: str) -> None:
        self.file, self.queue, self.holder = file, queue, new_id()
        self.partition: int | None = None
        self.closed = threading.Event()
        threading.Thread(
            target=self._renew_until_closed, name="heartbeat", daemon=True
        ).start()

    def _renew_until_closed(self) -> None:
        while not self.closed.wait(self.file.lease_seconds / 3):
            partition = self.partition
            if partition is not None:
                with suppress(sqlite3.Error):
                    self.file.renew(self.queue, partition, self.holder)


class OneFileBatch:
    """Deliveries leased from the bus file."""

    def __init__(self, heartbeat: LeaseHeartbeat, taken: list[bus.Delivery]) -> None:
        self.heartbeat, self.file = heartbeat, heartbeat.file
        self.partition = heartbeat.partition = taken[0].partition
        self.deliveries: Sequence[Delivery] = [
            Delivery(d.number, d.body, d.deliveries > 1) for d in taken
        ]

    def acknowledge(self) -> bool:
        """Delete the messages and free the partition."""
        heartbeat = self.heartbeat
        heartbeat.partition = None
        numbers = [delivery.tag for delivery in self.deliveries]
        with _faults_as_away():
            return self.file.acknowledge(
                heartbeat.queue, self.partition, heartbeat.holder, numbers
            )


class OneFilePublisher:
    """Publishes events into the bus file."""

    def __init__(self, file: bus.Bus) -> None:
        self.file = file

    def publish(self, messages: Sequence[Message]) -> None:
        """All in one transaction.

        What is for a branch stays in the archive: without a broker a branch
        fetches its receipts over HTTPS.
        """
        for_services = [
            bus.Message(m.type, partition_of(m.key), m.body, m.to)
            for m in messages
            if not m.branch
        ]
        with _faults_as_away():
            self.file.publish(for_services)

    def wake_relay(self, service: str) -> None:
        """Not here: a relay looks at the file as often as a subscriber would."""

    def send_heartbeat(self) -> None:
        """A file forgets nobody."""

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class OneFileSubscriber:
    """Consumes events from the bus file; looks again when somebody wrote to it."""

    def __init__(self, file: bus.Bus, queue: str, types: Iterable[str]) -> None:
        self.file, self.queue = file, queue
        with _faults_as_away():
            file.bind(queue, types)
        self.heartbeat = LeaseHeartbeat(file, queue)
        self.version = -1
        self.looked = float("-inf")

    def receive(self, timeout_seconds: float) -> OneFileBatch | None:
        """Wait until the file changes, or for the lease of another to run out."""
        until = time.monotonic() + timeout_seconds
        while True:
            with _faults_as_away():
                taken = self._take_batch()
            if taken:
                self.version = -1
                return OneFileBatch(self.heartbeat, taken)
            if time.monotonic() >= until:
                return None
            time.sleep(LOOK_EVERY_SECONDS)

    def _take_batch(self) -> list[bus.Delivery]:
        version, now = self.file.version(), time.monotonic()
        if version == self.version and now - self.looked < LOOK_ANYHOW_SECONDS:
            return []
        self.version, self.looked = version, now
        return self.file.receive(self.queue, self.heartbeat.holder, BATCH_EVENTS)

    def close(self) -> None:
        """Close the file."""
        self.heartbeat.closed.set()
        self.file.close()


class OneFileTransport:
    """The embedded bus as a transport."""

    name = "embedded bus"
    names_senders = False

    def __init__(self, path: Path) -> None:
        self.path = path

    def _open_bus(self) -> bus.Bus:
        """The file, opened. Raises Incompatible, BusUnavailable."""
        with _faults_as_away():
            return bus.Bus(self.path)

    def open_publisher(self) -> OneFilePublisher:
        """The file, opened to publish. Raises Incompatible, BusUnavailable."""
        return OneFilePublisher(self._open_bus())

    def open_subscriber(
        self, service: str, types: Iterable[str], partitions: Iterable[int] = ALL
    ) -> OneFileSubscriber:
        """The file, opened to consume the partition that waited longest."""
        return OneFileSubscriber(self._open_bus(), service, types)

    def open_wake_ups(self, service: str) -> None:
        """None: see `wake_relay`."""

    def open_roster_queue(
        self, exchange: str, queue: str, pattern: str, at_once: int
    ) -> None:
        """Nobody from outside reaches a file; rosters come through the gateway."""

    def declare_receipts_queue(self, branch: str) -> None:
        """Branches fetch their receipts through the gateway."""

    def take_parked(self, service: str, keep: Keep) -> int:
        """Empty the table of what was parked, message by message."""
        taken = 0
        with _faults_as_away(), closing(self._open_bus()) as file:
            while (parked := file.first_aside(service)) is not None:
                number, body, why = parked
                keep(Delivery(number, body, True), f"put aside by the bus: {why}")
                file.forget_aside(number)
                taken += 1
        return taken

    def find_queues(self, service: str, types: Iterable[str] = ()) -> list[QueueStatus]:
        """One queue with all partitions, there once it is bound, and what was parked.

        Who consumes is not known of a file.
        """
        partitions, parked = tuple(ALL), parked_queue(service)
        if not self.path.exists():
            missing = QueueStatus(service, partitions=partitions)
            return [missing, QueueStatus(parked, True, kind=PARKED)]
        with _faults_as_away(), closing(self._open_bus()) as file:
            unbound = tuple(t for t in types if service not in file.find_subscribed(t))
            is_there, waiting = file.is_bound(service), file.count_waiting(service)
            count = len(file.count_aside(service))
        return [
            QueueStatus(service, is_there, waiting, 0, unbound, partitions=partitions),
            QueueStatus(parked, True, count, 0, kind=PARKED),
        ]

    @property
    def fault(self) -> str:
        """Whether the file is there."""
        return "" if self.path.exists() else f"{self.path.name} is not there"

    def try_out(self) -> str:
        """The file's version."""
        self._open_bus().close()
        return f"file version {LAYOUT.version}"
