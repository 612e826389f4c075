"""A relay in another process is woken by each commit, and looks by itself without."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import uuid4

import kombu
import pytest
from amqp.exceptions import NotFound
from chassis.broker import topology
from chassis.broker.connect import open_transport
from chassis.broker.port import Subscriber, Transport
from chassis.clock import SystemClock, WakeSignal
from chassis.outbox.relay import MORE_SELDOM, POLL_SECONDS, Relay
from chassis.outbox.wakeup import RelayWakeUps
from chassis.storage.aggregates import Aggregates, mapping_of
from chassis.storage.collections import MessagingCollections
from chassis.storage.leases import Lease
from pymongo import MongoClient
from pymongo.database import Database

from tests.engines import Engine
from tests.messaging.counting import TYPE, Counter, CounterDocument, empty, word
from tests.messaging.loops import running
from tests.parts.rabbitmq import Broker
from tests.platform.running import until

NEVER_SECONDS = 600.0
"""Between two looks of a relay that is to be woken."""


class Desk:
    """What of a service is in one process: commits, wakes, a relay that may be run."""

    def __init__(
        self, name: str, bus: Transport, database: Database[Any], poll_seconds: float
    ) -> None:
        self.bus, self.name, wake = bus, name, WakeSignal()
        collections = MessagingCollections(database)
        lease = Lease(collections.leases, "relay", uuid4().hex, SystemClock(), 1.0)
        self.relay = Relay(
            [database["counters"]],
            collections,
            bus,
            lease,
            wake,
            poll_seconds=poll_seconds,
        )
        self.waking = RelayWakeUps(name, bus, self.relay)
        self.counters = Aggregates(
            name, CounterDocument, mapping_of(Counter), word, wake.set
        )

    def open_wake_ups(self) -> Subscriber:
        made = self.bus.open_wake_ups(self.name)
        assert made is not None
        return made

    @contextmanager
    def relaying(self) -> Iterator[None]:
        """As the process of the role `relay`."""
        with running(self.relay.run, self.waking.exchange_wake_ups):
            yield

    @contextmanager
    def committing(self) -> Iterator[None]:
        """As a process of the role `web` or `worker`."""
        with running(self.waking.exchange_wake_ups):
            yield


class Office:
    """One service on one bus, of which any number of processes can be had."""

    def __init__(self, bus: Transport, database: Database[Any], url: str = "") -> None:
        self.name, self.bus, self.database = f"svc-{uuid4().hex[:8]}", bus, database
        self.url = url
        bus.open_subscriber(self.name, []).close()
        bus.open_subscriber(
            "gateway", [TYPE]
        ).close()  # who hears; else nothing is said

    def close(self) -> None:
        """Leave nothing to hear behind."""
        hearer = self.bus.open_subscriber("gateway", [TYPE])
        while batch := hearer.receive(0.2):
            batch.acknowledge()
        hearer.close()

    def desk(self, poll_seconds: float = NEVER_SECONDS) -> Desk:
        return Desk(self.name, self.bus, self.database, poll_seconds)

    def has_said(self, *ids: str) -> bool:
        wanted = {"_id": {"$in": list(ids)}}
        return self.database["event_archive"].count_documents(wanted) == len(ids)

    def queue(self) -> tuple[int, int]:
        """How many wakes wait, and how many hear them; -1 without a queue."""
        with kombu.Connection(self.url) as connection:
            try:
                name = topology.wake_queue(self.name)
                found = connection.channel().queue_declare(name, passive=True)
            except NotFound:
                return (-1, -1)
        return found.message_count, found.consumer_count


@pytest.fixture
def database(store: MongoClient[Any]) -> Database[Any]:
    return empty(store)


@pytest.fixture
def real(broker: Broker, mongo_engine: Engine) -> Iterator[Office]:
    with mongo_engine.client() as client:
        office = Office(open_transport(broker.url), empty(client), broker.url)
        yield office
        office.close()


def test_what_another_process_commits_is_said_whether_the_bus_has_wakes_or_not(
    bus: Transport, database: Database[Any]
) -> None:
    has_wakes = bus.name != "bus in memory"
    with closing(Office(bus, database)) as office:
        relaying = office.desk(NEVER_SECONDS if has_wakes else 0.25)
        committing = office.desk()
        _check_that_commits_are_said(office, relaying, committing, has_wakes)


def _check_that_commits_are_said(
    office: Office, relaying: Desk, committing: Desk, has_wakes: bool
) -> None:
    with relaying.relaying(), committing.committing():
        until(lambda: relaying.relay.is_woken == has_wakes, 20)
        committing.counters.add("a", Counter(0), ["p"])
        until(lambda: office.has_said("a.1.0"), 20)
        committing.counters.add_many([("b", Counter(0), ["p"])])
        until(lambda: office.has_said("b.1.0"), 20)


def real_only(test: Any) -> Any:
    return pytest.mark.part("mongo")(pytest.mark.part("rabbitmq")(test))


@real_only
def test_a_thousand_commits_without_a_relay_leave_one_wake(real: Office) -> None:
    desk = real.desk()
    desk.open_wake_ups().close()
    publisher = desk.bus.open_publisher()
    for n in range(1000):
        desk.counters.add(f"c{n}", Counter(0), ["p"])
        publisher.wake_relay(desk.name)
        if n % 100 == 0:
            assert real.queue()[0] <= 1
    until(lambda: real.queue() == (1, 0), 10)
    publisher.close()
    late = real.desk()
    with late.relaying():
        until(lambda: real.database["event_archive"].count_documents({}) == 1000, 30)
        until(lambda: real.queue() == (0, 1), 10)


@real_only
def test_commits_in_a_row_are_few_wakes(real: Office) -> None:
    desk, heard = real.desk(), 0
    hearing = desk.open_wake_ups()
    assert hearing.receive(0) is None
    with desk.committing():
        for n in range(500):
            desk.counters.add(f"c{n}", Counter(0), ["p"])
        while batch := hearing.receive(0.3):
            heard += len(batch.deliveries)
            batch.acknowledge()
    hearing.close()
    assert 1 <= heard < 250


@real_only
@pytest.mark.parametrize("how", ["stopped", "frozen"])
def test_no_commit_waits_for_a_broker_that_is_away(
    real: Office, broker: Broker, how: str
) -> None:
    relaying, committing = real.desk(), real.desk()
    with relaying.relaying(), committing.committing():
        until(lambda: relaying.relay.is_woken, 20)
        with away(broker, how):
            until(lambda: how == "frozen" or not relaying.relay.is_woken, 20)
            slowest = max(commit_seconds(committing, f"c{n}") for n in range(100))
            assert slowest < 1
            assert not real.has_said("c0.1.0")
        until(lambda: real.has_said(*(f"c{n}.1.0" for n in range(100))), 60)
        until(lambda: relaying.relay.is_woken, 60)


@contextmanager
def away(broker: Broker, how: str) -> Iterator[None]:
    if how == "frozen":
        broker.freeze()
    else:
        broker.control("stop_app")
    try:
        yield
    finally:
        if how == "frozen":
            broker.thaw()
        else:
            broker.control("start_app")


def commit_seconds(desk: Desk, key: str) -> float:
    begun = time.monotonic()
    desk.counters.add(key, Counter(0), ["p"])
    return time.monotonic() - begun


@real_only
def test_a_wake_queue_that_is_deleted_is_made_again(
    real: Office, broker: Broker
) -> None:
    relaying, committing = real.desk(), real.desk()
    with relaying.relaying(), committing.committing():
        until(lambda: relaying.relay.is_woken, 20)
        with kombu.Connection(broker.url) as connection:
            connection.channel().queue_delete(topology.wake_queue(real.name))
        until(lambda: real.queue() == (-1, -1) or not relaying.relay.is_woken, 20)
        until(lambda: real.queue()[1] == 1 and relaying.relay.is_woken, 20)
        committing.counters.add("a", Counter(0), ["p"])
        until(lambda: real.has_said("a.1.0"), 20)


@real_only
def test_a_wake_that_is_lost_is_a_later_look(real: Office) -> None:
    assert POLL_SECONDS * MORE_SELDOM < 5
    relaying, committing = real.desk(0.05), real.desk()
    with relaying.relaying():
        until(lambda: relaying.relay.is_woken, 20)
        committing.counters.add("a", Counter(0), ["p"])
        until(lambda: real.has_said("a.1.0"), 10)


@contextmanager
def impatient(broker: Broker) -> Iterator[None]:
    """Who connects meanwhile is cut off after two silent seconds."""
    for seconds in (1, 60):
        heartbeat = f"application:set_env(rabbit, heartbeat, {seconds})."
        assert broker.control("eval", heartbeat).strip() == "ok"
        if seconds == 1:
            yield


def await_cut_off(url: str) -> None:
    """Until the broker has lost patience with one that keeps silent."""
    with kombu.Connection(url, heartbeat=30) as connection:
        connection.connect()
        with pytest.raises(connection.connection_errors) as cut:
            read_on(connection)
    assert not isinstance(cut.value, TimeoutError)


def read_on(connection: kombu.Connection) -> None:
    while True:
        connection.drain_events(timeout=30)


@real_only
def test_an_idle_relay_is_not_cut_off(real: Office, broker: Broker) -> None:
    desk = real.desk(0.05)
    with impatient(broker), desk.relaying():
        desk.counters.add("a", Counter(0), ["p"])
        until(lambda: real.has_said("a.1.0"), 20)
        connected = desk.relay.publisher
        assert connected is not None
        for _ in range(2):
            await_cut_off(broker.url)
        desk.counters.add("b", Counter(0), ["p"])
        until(lambda: real.has_said("b.1.0"), 20)
        assert desk.relay.publisher is connected


@real_only
def test_of_two_relays_only_the_one_with_the_lease_hears_wakes(real: Office) -> None:
    first, second, committing = real.desk(0.1), real.desk(0.1), real.desk()
    with second.relaying(), committing.committing():
        with first.relaying():
            until(lambda: first.relay.is_woken or second.relay.is_woken, 20)
            assert real.queue()[1] == 1
        until(lambda: second.relay.is_woken and real.queue()[1] == 1, 20)
        committing.counters.add("a", Counter(0), ["p"])
        until(lambda: real.has_said("a.1.0"), 20)
