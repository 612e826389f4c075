"""A partition whose queue is dead keeps only its own keys waiting."""

from collections.abc import Sequence
from typing import Any

import pytest
from chassis.broker.connect import open_transport
from chassis.broker.port import BusUnavailable, Message, Unconfirmed
from chassis.broker.topology import (
    QueueStatus,
    partition_of,
    queue_name,
    receipts_queue,
)
from chassis.outbox.publishable import TOGETHER, DestinationBackoff
from chassis.storage.aggregates import Aggregates
from pymongo import MongoClient
from pymongo.database import Database

from tests.messaging.counting import TYPE, Counter, counters_of, empty, relay
from tests.messaging.loops import running
from tests.messaging.test_backlog import KEYS, silent
from tests.parts.rabbitmq import Broker
from tests.platform.running import until

DEAD = 3


class DeadPartition:
    """A bus on which the queue of one partition confirms nothing while it is dead."""

    name = "with a dead queue"
    is_one_machine = False

    def __init__(self) -> None:
        self.is_dead, self.tries = True, 0
        self.said: list[str] = []

    def open_publisher(self) -> "DeadPartition":
        return self

    def publish(self, messages: Sequence[Message]) -> None:
        dead = any(partition_of(message.key) == DEAD for message in messages)
        self.tries += dead
        if dead and self.is_dead:
            raise Unconfirmed("some stayed unconfirmed", [DEAD])
        self.said += [message.key for message in messages]

    def find_queues(self, service: str, _: object = ()) -> list[QueueStatus]:
        return [QueueStatus(service, True, 0, 0)]

    def send_heartbeat(self) -> None:
        """Nothing is forgotten."""

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def database(store: MongoClient[Any]) -> Database[Any]:
    return empty(store)


@pytest.fixture
def counters(database: Database[Any]) -> Aggregates[Counter]:
    """One in each partition, with something to say."""
    rows = counters_of(database)
    rows.add_many((key, Counter(0), ["p0"]) for key in KEYS.values())
    return rows


def unsaid(counters: Aggregates[Counter]) -> list[str]:
    return [row["_id"] for row in counters.collection.find({"out_due": {"$ne": None}})]


def due(counters: Aggregates[Counter]) -> None:
    """What was put off falls due."""
    waits = {"out_due": {"$ne": None}}
    counters.collection.update_many(waits, {"$set": {"out_due": 0.0}})


def test_the_others_are_said_and_the_dead_ones_come_when_it_lives(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    bus = DeadPartition()
    speaking = relay(bus, database)
    for _ in range(2):
        with pytest.raises(BusUnavailable):
            speaking.relay_once()
    assert sorted(bus.said) == sorted(set(KEYS.values()) - {KEYS[DEAD]})
    assert unsaid(counters) == [KEYS[DEAD]]
    bus.is_dead = False
    due(counters)
    assert speaking.relay_once()
    assert unsaid(counters) == []
    counters.add("another", Counter(0), ["p0"])
    speaking.relay_once()
    assert speaking.backoff.pauses == {}, "it goes together with the others again"


def test_a_destination_that_rests_is_not_tried_for_what_is_new_on_it(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    bus = DeadPartition()
    speaking = relay(bus, database)
    for _ in range(3):
        due(counters)
        with pytest.raises(BusUnavailable):
            speaking.relay_once()
    tries = bus.tries
    due(counters)
    speaking.relay_once()
    assert bus.tries == tries
    assert unsaid(counters) == [KEYS[DEAD]]


def test_pauses_double_up_to_a_minute_for_facts_and_to_eight_for_a_branch() -> None:
    backoff = DestinationBackoff()
    backoff.note_failure(TOGETHER, Unconfirmed("one of them", [DEAD]))
    fact = backoff.destination_of(Message(TYPE, KEYS[DEAD], b"{}"))
    assert fact != TOGETHER
    for destination, longest in ((fact, 60.0), ("dongcheng", 508.0)):
        pauses = []
        for _ in range(10):
            backoff.note_failure(destination, BusUnavailable("nothing is confirmed"))
            pauses.append(round(backoff.rest_seconds(destination)))
        assert pauses[:4] == [0, 4, 12, 28]
        assert pauses[-1] == longest


def test_a_bus_that_is_away_makes_no_destination_rest() -> None:
    backoff = DestinationBackoff()
    backoff.note_failure(TOGETHER, BusUnavailable("connection refused"))
    assert backoff.pauses == {}
    assert backoff.destination_of(None) == TOGETHER


def test_a_dead_partition_of_a_service_keeps_no_branch_waiting() -> None:
    backoff = DestinationBackoff()
    receipts = [Message(TYPE, KEYS[n], b"{}", branch="dc") for n in (DEAD, DEAD + 1)]
    assert {backoff.destination_of(one) for one in receipts} == {"dc"}
    backoff.note_failure("dc", Unconfirmed("silent", [DEAD]))
    dead, living = map(backoff.destination_of, receipts)
    assert dead not in ("dc", TOGETHER)
    assert (living, backoff.rest_seconds(living)) == ("dc", 0.0)
    assert backoff.destination_of(Message(TYPE, KEYS[DEAD], b"{}")) == dead


def test_a_dead_queue_of_a_branch_keeps_no_service_waiting() -> None:
    backoff = DestinationBackoff()
    receipt = Message(TYPE, KEYS[DEAD], b"{}", branch="dc")
    other = Message(TYPE, KEYS[DEAD], b"{}", branch="xc")
    backoff.note_failure(TOGETHER, Unconfirmed("silent", [DEAD]))
    shared = backoff.destination_of(receipt)
    for _ in range(3):
        backoff.note_failure(shared, Unconfirmed("silent", [], ["dc"]))
    assert backoff.destination_of(receipt) == "dc"
    assert backoff.destination_of(other) == shared
    assert backoff.rest_seconds(shared) == 0.0
    for _ in range(3):
        backoff.note_failure("dc", Unconfirmed("silent", [], ["dc"]))
    assert backoff.rest_seconds("dc") > 10


@pytest.mark.part("rabbitmq")
@pytest.mark.parametrize("is_branch_dead", [False, True])
def test_a_receipt_that_stays_says_whether_its_branch_or_a_service_is_silent(
    broker: Broker, *, is_branch_dead: bool
) -> None:
    bus = open_transport(broker.url)
    bus.open_subscriber("gateway", [TYPE]).close()
    bus.declare_receipts_queue("dc")
    publisher = bus.open_publisher()
    receipt = Message(TYPE, KEYS[DEAD], b"{}", branch="dc")
    publisher.publish([receipt])  # the broker gets to know them
    queue = receipts_queue("dc") if is_branch_dead else queue_name("gateway", DEAD)
    with silent(broker, queue), pytest.raises(Unconfirmed) as fault:
        publisher.publish([receipt])
    assert fault.value.branches == ({"dc"} if is_branch_dead else set())
    assert fault.value.partitions == (set() if is_branch_dead else {DEAD})
    publisher.close()
    broker.wipe()  # nobody hears them here


@pytest.mark.part("rabbitmq")
def test_a_dead_queue_on_a_real_broker_keeps_no_other_partition_waiting(
    counters: Aggregates[Counter], database: Database[Any], broker: Broker
) -> None:
    bus = open_transport(broker.url)
    bus.open_subscriber("gateway", [TYPE]).close()
    with silent(broker, queue_name("gateway", DEAD)), running(relay(bus, database).run):
        until(lambda: unsaid(counters) == [KEYS[DEAD]], 90)
        counters.add("another", Counter(0), ["p0"])
        until(lambda: "another" not in unsaid(counters), 60)
    with running(relay(bus, database).run):
        due(counters)
        until(lambda: unsaid(counters) == [], 60)
    broker.wipe()  # nobody hears them here
