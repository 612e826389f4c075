"""What the benches of events share: a broker, a store, an event of 359 bytes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import kombu
import msgspec
from chassis.broker import topology
from chassis.broker.rabbitmq.transport import RabbitTransport
from chassis.storage.collections import MessagingCollections
from pymongo import MongoClient
from pymongo.database import Database

import contracts
from tests.bench.bare_publisher import BarePublisher
from tests.embedded.conftest import Store, start_store
from tests.parts.rabbitmq import Broker, running_broker

TYPE, SERVICE = "catalog.class.closed.v1", "enrollment"
BYTES = 359
BATCH = 200


def event(number: int, run: str = "a") -> dict[str, Any]:
    """A whole event with a key of its own, 359 bytes as it travels."""
    key = f"{run}{number:07d}"
    made = dict(contracts.example_of(TYPE))
    made |= {"id": f"{key}.1.0", "partitionkey": key}
    made |= {"sequence": f"{1:012d}", "data": {"class_id": key}, "subject": ""}
    made["subject"] = "s" * (BYTES - len(msgspec.json.encode(made)))
    return made


@dataclass(frozen=True)
class Parts:
    """A running broker and store."""

    broker: Broker
    store: Store

    @cached_property
    def transport(self) -> RabbitTransport:
        return RabbitTransport(self.broker.url)

    @cached_property
    def client(self) -> MongoClient[dict[str, Any]]:
        return self.store.client()

    def database(self, name: str = SERVICE) -> Database[dict[str, Any]]:
        """A service's database, empty but for its indexes."""
        self.client.drop_database(name)
        database = self.client[name]
        MessagingCollections(database).declare_indexes()
        return database

    def declare(self) -> None:
        """The queues of the service that hears the event."""
        self.transport.open_subscriber(SERVICE, [TYPE]).close()

    def purge(self) -> None:
        """Empty its queues."""
        with kombu.Connection(self.broker.url) as connection:
            for queue in topology.queues_of(SERVICE):
                connection.default_channel.queue_purge(queue)

    def fill(self, count: int, run: str = "a") -> None:
        """Put so many events into the service's queues."""
        publisher = BarePublisher(self.broker.url)
        for first in range(0, count, BATCH):
            numbers = range(first, min(first + BATCH, count))
            publisher.publish([encoded(event(number, run)) for number in numbers])
        publisher.close()


def encoded(made: dict[str, Any]) -> tuple[str, bytes]:
    """The routing key and the body of an event."""
    where = topology.partition_of(made["partitionkey"])
    return topology.routing_key(made["type"], where), msgspec.json.encode(made)


@contextmanager
def running_parts() -> Iterator[Parts]:
    """A broker and a store for one bench."""
    with TemporaryDirectory() as scratch, running_broker(Path(scratch)) as broker:
        store = start_store(Path(scratch) / "store.db")
        try:
            parts = Parts(broker, store)
            parts.declare()
            yield parts
            parts.client.close()
        finally:
            store.stop()


def cpu_of(pid: int) -> float:
    """Processor seconds that a process has used so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
