"""A small service of the tests that says golden events and notes what it hears."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from chassis.broker.port import Message, Transport
from chassis.broker.topology import count_waiting
from chassis.events.envelope import Envelope, from_bytes
from chassis.events.page import Pull
from chassis.inbox.consumer import Consumer
from chassis.inbox.handler_table import HandlerTable
from chassis.recovery.reconcile import Reconciling
from chassis.storage.collections import MessagingCollections
from pymongo.database import Database

import contracts
from tests.platform.running import until

TYPE, OTHER = "catalog.class.closed.v1", "catalog.class.opened.v1"


def event(key: str, version: int, type_: str = TYPE) -> Envelope:
    """The golden event with another key and version."""
    made = from_bytes(msgspec.json.encode(contracts.example_of(type_)))
    return msgspec.structs.replace(
        made,
        id=f"{key}.{version}.0",
        partitionkey=key,
        sequence=f"{version:012d}",
    )


class ConsumingService:
    """A service that writes down what it hears, and fails where it is told to."""

    def __init__(self, name: str, bus: Transport, database: Database[Any]) -> None:
        self.name, self.bus = name, bus
        self.heard: list[tuple[str, int]] = []
        self.types = [TYPE, OTHER]
        self.refuse: Callable[[Envelope], bool] = lambda _: False
        self.collections = MessagingCollections(database)
        self.collections.declare_indexes()
        self.producers: dict[str, Pull] = {}

    def handle(self, events: Sequence[Envelope]) -> None:
        for one in events:
            if self.refuse(one):
                raise ValueError(f"will not hear {one.id}")
        self.heard += [(one.partitionkey, one.version) for one in events]

    def reconciling(self) -> Reconciling:
        """Its comparisons with the producers it was given."""
        handlers = dict.fromkeys(self.types, self.handle)
        return Reconciling(
            HandlerTable(handlers),
            self.collections,
            self.producers,
            lambda: count_waiting(self.bus.find_queues(self.name)),
        )

    @contextmanager
    def listening(self) -> Iterator[Consumer]:
        handlers = dict.fromkeys(self.types, self.handle)
        note_queues = self.reconciling().note_queues
        consumer = Consumer(
            self.name,
            handlers,
            self.collections,
            self.bus,
            note_queues=note_queues,
        )
        with running_consumer(consumer):
            yield consumer

    def of(self, key: str) -> list[int]:
        return [version for k, version in self.heard if k == key]


def say(bus: Transport, *events: Envelope) -> None:
    publisher = bus.open_publisher()
    publisher.publish(
        [Message(e.type, e.partitionkey, msgspec.json.encode(e)) for e in events]
    )
    publisher.close()


@contextmanager
def running_consumer(consumer: Consumer) -> Iterator[None]:
    """The consumer at work, from its first connection on."""
    stop = threading.Event()
    thread = threading.Thread(target=consumer.run, args=(stop,))
    thread.start()
    try:
        until(lambda: consumer.subscriber is not None, 20)
        yield
    finally:
        stop.set()
        thread.join(timeout=20)
    assert not thread.is_alive()
