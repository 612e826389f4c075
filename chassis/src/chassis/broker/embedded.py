"""The transport on the embedded bus: one SQLite file."""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from embedded.bus import bus
from embedded.bus.layout import LAYOUT
from embedded.bus.wake_up import WakeUp, wake_waiters
from embedded.file import Unusable

from chassis.broker.port import ALL, BusUnavailable, Delivery, Keep, Message
from chassis.broker.topology import (
    PARKED,
    QueueStatus,
    parked_queue,
    partition_of,
    wake_queue,
)
from chassis.errors import Incompatible
from chassis.ids import new_id

BATCH_EVENTS = 200  # as many as RabbitMQ hands out: one store write takes them well
LOOK_ANYHOW_SECONDS = 5.0
"""Whoever writes wakes who waits, unless it is killed between the two."""


@contextmanager
def _faults_as_away() -> Iterator[None]:
    """A locked file or a full disk passes: the batch comes again."""
    try:
        yield
    except Unusable as error:
        raise Incompatible(str(error)) from error
    except (bus.NoConsumer, OSError, sqlite3.Error) as error:
        raise BusUnavailable(str(error)) from error


class LeaseHeartbeat:
    """Renews the leases on the partitions a batch is from, while it is worked on.

    A process that dies stops renewing, and its leases run out.
    """

    def __init__(self, file: bus.Bus, queue: str) -> None:
        self.file, self.queue, self.holder = file, queue, new_id()
        self.partitions: frozenset[int] = frozenset()
        self.closed = threading.Event()
        threading.Thread(
            target=self._renew_until_closed, name="heartbeat", daemon=True
        ).start()

    def _renew_until_closed(self) -> None:
        while not self.closed.wait(self.file.lease_seconds / 3):
            if partitions := self.partitions:
                with suppress(sqlite3.Error):
                    self.file.renew(self.queue, partitions, self.holder)


class OneFileBatch:
    """Deliveries leased from the bus file."""

    def __init__(self, heartbeat: LeaseHeartbeat, taken: list[bus.Delivery]) -> None:
        self.heartbeat, self.taken = heartbeat, taken
        heartbeat.partitions = frozenset(d.partition for d in taken)
        self.deliveries: Sequence[Delivery] = [
            Delivery(d.number, d.body, d.deliveries > 1) for d in taken
        ]

    def acknowledge(self) -> bool:
        """Delete the messages and free the partitions."""
        heartbeat = self.heartbeat
        heartbeat.partitions = frozenset()
        with _faults_as_away():
            return heartbeat.file.acknowledge(
                heartbeat.queue, heartbeat.holder, self.taken
            )


class OneFilePublisher:
    """Publishes events into the bus file."""

    def __init__(self, file: bus.Bus) -> None:
        self.file = file

    def publish(self, messages: Sequence[Message]) -> None:
        """All in one transaction.

        What is for a branch alone stays in the archive: without a broker a branch
        fetches its receipts over HTTPS.
        """
        for_services = [
            bus.Message(m.type, partition_of(m.key), m.body, m.to)
            for m in messages
            if m.is_for_services
        ]
        with _faults_as_away():
            self.file.publish(for_services)

    def wake_relay(self, service: str) -> None:
        """Wake the relay, in whichever process it is."""
        wake_waiters(self.file.path, {wake_queue(service)})

    def send_heartbeat(self) -> None:
        """A file forgets nobody."""

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class OneFileSubscriber:
    """Consumes events from the bus file; sleeps until somebody has written to it."""

    def __init__(self, file: bus.Bus, queue: str, types: Iterable[str]) -> None:
        self.file, self.queue = file, queue
        with _faults_as_away():
            file.bind(queue, types)
            self.wake_up = WakeUp(file.path, queue)
        self.heartbeat = LeaseHeartbeat(file, queue)
        self.look_at = float("-inf")

    def receive(self, timeout_seconds: float) -> OneFileBatch | None:
        """Wait until something comes, or for the lease of another to run out."""
        until = time.monotonic() + timeout_seconds
        while True:
            if batch := self._take_batch():
                return batch
            now = time.monotonic()
            if self.wake_up.wait_for_byte(max(0.0, min(until, self.look_at) - now)):
                self.look_at = now
            elif now >= until:
                return None

    def _take_batch(self) -> OneFileBatch | None:
        """A batch, if it is time to look for one."""
        if time.monotonic() < self.look_at:
            return None
        with _faults_as_away():
            taken = self.file.receive(self.queue, self.heartbeat.holder, BATCH_EVENTS)
            if taken:
                return OneFileBatch(self.heartbeat, taken)
            pause = min(self.file.seconds_to_free(self.queue), LOOK_ANYHOW_SECONDS)
        self.look_at = time.monotonic() + pause
        return None

    def close(self) -> None:
        """Close the file."""
        self.heartbeat.closed.set()
        self.wake_up.close()
        self.file.close()


class Woken:
    """A wake-up that came: a batch of nothing."""

    deliveries: Sequence[Delivery] = ()

    def acknowledge(self) -> bool:
        """It is nobody else's."""
        return True


class OneFileWakeUps:
    """Receives the wake-ups of one service's relay."""

    def __init__(self, path: Path, service: str) -> None:
        with _faults_as_away():
            self.wake_up = WakeUp(path, wake_queue(service))

    def receive(self, timeout_seconds: float) -> Woken | None:
        """The next wake-up, or None if none came in time."""
        return Woken() if self.wake_up.wait_for_byte(timeout_seconds) else None

    def close(self) -> None:
        """Let go."""
        self.wake_up.close()


class OneFileTransport:
    """The embedded bus as a transport."""

    name = "embedded bus"
    names_senders = False
    is_one_machine = True

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
        """The file, opened to consume the partitions that waited longest."""
        return OneFileSubscriber(self._open_bus(), service, types)

    def open_wake_ups(self, service: str) -> OneFileWakeUps:
        """What wakes this service's relay."""
        return OneFileWakeUps(self.path, service)

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
