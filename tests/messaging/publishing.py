"""The producer of the tests' types, and how its hearers lose what it said."""

import datetime
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import kombu
import pytest
from chassis.broker.topology import QueueStatus, queue_name
from chassis.events.envelope import Envelope, to_document
from chassis.storage.collections import MessagingCollections
from pymongo.database import Database

from tests.cloudevents import Checked
from tests.messaging.consuming import ConsumingService, event
from tests.messaging.pulled import LocalProducer
from tests.parts.rabbitmq import Broker


class PublishingService:
    """A producer: its archive, and what pulls from it."""

    def __init__(self, database: Database[Any]) -> None:
        self.collections = MessagingCollections(database)
        self.collections.declare_indexes()
        self.producer = LocalProducer(self.collections)

    def archive(self, key: str, versions: int, ago: datetime.timedelta) -> None:
        """As if these had been said so long ago."""
        self.keep((event(key, version) for version in range(1, versions + 1)), ago)

    def keep(
        self,
        events: Iterable[Envelope],
        ago: datetime.timedelta = datetime.timedelta(minutes=2),
    ) -> None:
        """Put them into the archive."""
        at = datetime.datetime.now(datetime.UTC) - ago
        self.collections.event_archive.insert_many(
            [{"_id": one.id, "at": at, "event": to_document(one)} for one in events]
        )


def lose_queues(
    consuming: ConsumingService, side: str, request: pytest.FixtureRequest
) -> None:
    """All that lay in the service's queues is gone, and the queues with it."""
    bus: Any = consuming.bus
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

    def find_queues(self, service: str, types: Iterable[str] = ()) -> list[QueueStatus]:
        lost = set(self.partitions) if service == self.service else set()
        self.partitions -= lost
        found = self.bus.find_queues(service, types)
        if lost:
            gone = tuple(sorted(lost))
            found.append(QueueStatus(service, False, 0, 0, partitions=gone))
        return found


def lose_partitions(
    consuming: ConsumingService, side: str, partitions: set[int]
) -> None:
    """What lay in these is gone; of the buses here only a broker can lose some."""
    bus: Any = consuming.bus
    if side == "real":
        with kombu.Connection(bus.bus.link.url) as connection:
            channel = connection.channel()
            for number in partitions:
                channel.queue_delete(queue_name(consuming.name, number))
        return
    if side == "embedded":
        with closing(sqlite3.connect(bus.bus.path)) as file, file:
            for number in partitions:
                lost = (consuming.name, number)
                file.execute("delete from messages where queue=? and partition=?", lost)
    else:
        for number in partitions:
            bus.bus.by_name[consuming.name].partitions[number].posts.clear()
    consuming.bus = PartlyLost(bus, consuming.name, set(partitions))
