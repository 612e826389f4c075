"""The producer of the tests' types, and how its hearers lose what it said."""

import datetime
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import kombu
import pytest
from chassis.broker.port import Transport
from chassis.broker.queue_status import QueueStatus
from chassis.broker.topology import queue
from chassis.events.envelope import Envelope, to_document
from chassis.inbox.consumer import Consumer
from chassis.outbox.resend import Errands
from chassis.storage.collections import Tables
from pymongo.database import Database

from tests.cloudevents import Checked
from tests.messaging.ear import Ear, event
from tests.messaging.loops import running
from tests.parts.rabbitmq import Broker
from tests.platform.running import until


class Sayer:
    """A producer: an archive, its errands, an ear for askers."""

    def __init__(
        self, bus: Transport, database: Database[Any], name: str = "catalog"
    ) -> None:
        self.tables = Tables(database)
        self.tables.declare()
        self.errands = Errands(name, self.tables, bus)
        self.consumer = Consumer(name, {}, self.tables, bus)

    def archive(self, key: str, versions: int, ago: datetime.timedelta) -> None:
        """As if these had been said so long ago."""
        self.keep((event(key, version) for version in range(1, versions + 1)), ago)

    def keep(
        self,
        events: Iterable[Envelope],
        ago: datetime.timedelta = datetime.timedelta(minutes=1),
    ) -> None:
        """Put them into the archive."""
        at = datetime.datetime.now(datetime.UTC) - ago
        self.tables.said.insert_many(
            [{"_id": one.id, "at": at, "event": to_document(one)} for one in events]
        )

    @contextmanager
    def running(self, *, with_errands: bool = True) -> Iterator[None]:
        """Hear who asks, and do what is asked for at once."""
        runs = [self.consumer.run, *([self._do_errands] if with_errands else [])]
        with running(*runs):
            until(lambda: self.consumer.subscriber is not None, 20)
            yield

    def _do_errands(self, stop: threading.Event) -> None:
        while not stop.wait(0.05):
            self.errands.step()


def lose_queues(ear: Ear, side: str, request: pytest.FixtureRequest) -> None:
    """All that lay in the service's queues is gone, and the queues with it."""
    bus: Any = ear.bus
    if side == "embedded":
        for file in bus.bus.path.parent.glob("bus.db*"):
            file.unlink()
    elif side == "in memory":
        bus.bus.by_name.clear()
    else:
        broker: Broker = request.getfixturevalue("broker")
        broker.wipe()


class PartlyLost(Checked):
    """A bus that has lost partitions of one service and says so until it has them."""

    def __init__(self, bus: Any, service: str, partitions: set[int]) -> None:
        super().__init__(bus.bus)
        self.service, self.partitions = service, partitions

    def queues(self, service: str, types: Iterable[str] = ()) -> list[QueueStatus]:
        lost = set(self.partitions) if service == self.service else set()
        self.partitions -= lost
        found = self.bus.queues(service, types)
        if lost:
            gone = tuple(sorted(lost))
            found.append(QueueStatus(service, False, 0, 0, partitions=gone))
        return found


def lose_partitions(
    ear: Ear, side: str, partitions: set[int], producer: str = ""
) -> None:
    """What lay in these is gone; of the buses here only a broker can lose some.

    With a `producer`, that one is gone from the bus too.
    """
    bus: Any = ear.bus
    if side == "real":
        with kombu.Connection(bus.bus.url) as connection:
            channel = connection.channel()
            for number in partitions:
                channel.queue_delete(queue(ear.name, number))
                if producer:
                    channel.queue_delete(queue(producer, number))
        return
    if side == "embedded":
        with closing(sqlite3.connect(bus.bus.path)) as file, file:
            for number in partitions:
                lost = (ear.name, number)
                file.execute("delete from messages where queue=? and partition=?", lost)
    else:
        bus.bus.by_name.pop(producer, None)
        for number in partitions:
            bus.bus.by_name[ear.name].lanes[number].posts.clear()
    ear.bus = PartlyLost(bus, ear.name, set(partitions))
