"""State and facts in one write; the relay says them in order, then clears them."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from chassis.broker.port import BusUnavailable, Message, Transport
from chassis.broker.topology import QueueStatus
from chassis.clock import SystemClock, WakeSignal
from chassis.events.envelope import PublicEvent, Refused, from_bytes
from chassis.outbox.relay import Relay
from chassis.storage.aggregates import Aggregates, AlreadyExists, mapping_of
from chassis.storage.collections import MessagingCollections
from chassis.storage.leases import Lease
from prometheus_client import REGISTRY
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError

import contracts
from tests.engines import Engine
from tests.messaging.counting import (
    TYPE,
    Counter,
    CounterDocument,
    counters_of,
    empty,
    more,
    relay,
    word,
)
from tests.platform.running import until


@pytest.fixture
def database(store: MongoClient[Any]) -> Database[Any]:
    return empty(store)


@pytest.fixture
def counters(database: Database[Any]) -> Aggregates[Counter]:
    return counters_of(database)


def test_a_change_and_its_facts_are_one_write_with_ids_from_version_and_place(
    counters: Aggregates[Counter],
) -> None:
    counters.add("c", Counter(0), ["p0"])
    counters.change("c", more)
    kept = counters.collection.find_one({"_id": "c"})
    assert kept is not None
    assert (kept["count"], kept["version"]) == (1, 2)
    assert [one["id"] for one in kept["outbox"]] == ["c.1.0", "c.2.0", "c.2.1"]
    assert kept["out_due"] is not None


def test_a_fact_that_breaks_its_contract_changes_nothing(
    counters: Aggregates[Counter],
) -> None:
    counters.add("c", Counter(0))
    with pytest.raises(Refused):
        counters.change("c", lambda held: (Counter(9), ["x" * 500]))
    assert counters.get("c") == Counter(0)


def test_two_writers_at_one_document_both_count(counters: Aggregates[Counter]) -> None:
    counters.add("c", Counter(0))
    writers = [
        threading.Thread(target=lambda: [counters.change("c", more) for _ in range(20)])
        for _ in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert counters.get("c") == Counter(80)


def test_adding_what_is_there_is_refused(counters: Aggregates[Counter]) -> None:
    counters.add("c", Counter(0))
    with pytest.raises(AlreadyExists):
        counters.add("c", Counter(1))
    assert counters.add_many([("c", Counter(2), ()), ("d", Counter(3), ())]) == {"c"}


def test_the_relay_holds_back_until_every_hearer_is_there_then_says_in_order(
    counters: Aggregates[Counter], database: Database[Any], bus: Transport
) -> None:
    counters.add("c", Counter(0), ["p0"])
    counters.change("c", more)
    one = relay(bus, database)
    gateway = bus.open_subscriber("gateway", [])
    if bus.name != "RabbitMQ":
        one.relay_once()
        assert database["event_archive"].count_documents({}) == 0
    gateway.close()
    gateway = bus.open_subscriber("gateway", [TYPE])
    database["counters"].update_many({}, {"$set": {"out_due": 0.0}})
    one.relay_once()
    heard: list[str] = []

    def all_heard() -> bool:
        batch = gateway.receive(0.5)
        if batch:
            heard.extend(from_bytes(d.body).id for d in batch.deliveries)
            batch.acknowledge()
        return len(heard) >= 3

    until(all_heard, 20)
    assert heard == ["c.1.0", "c.2.0", "c.2.1"]
    gateway.close()
    kept = database["counters"].find_one({"_id": "c"})
    assert kept is not None
    assert (kept["outbox"], kept["out_due"]) == ([], None)
    assert sorted(row["_id"] for row in database["event_archive"].find()) == sorted(
        heard
    )
    one._close_publisher()


def test_what_a_clock_that_was_ahead_put_off_is_said_all_the_same(
    counters: Aggregates[Counter], database: Database[Any], bus: Transport
) -> None:
    gateway = bus.open_subscriber("gateway", [TYPE])
    counters.add("c", Counter(0), ["p0"])
    in_an_hour = time.time() + 3600
    database["counters"].update_one({"_id": "c"}, {"$set": {"out_due": in_an_hour}})
    one = relay(bus, database)
    assert one.relay_once()
    assert database["event_archive"].count_documents({"_id": "c.1.0"}) == 1
    kept = database["counters"].find_one({"_id": "c"})
    assert kept is not None
    assert (kept["outbox"], kept["out_due"]) == ([], None)
    gateway.close()
    one._close_publisher()


def test_a_lease_goes_to_another_only_after_its_holder_fell_silent(
    database: Database[Any],
) -> None:
    first, second = (relay_lease(database, name) for name in ("first", "second"))
    assert first.claim()
    assert not second.claim()
    until(lambda: second.claim(), 5)
    first.raised = float("-inf")
    assert not first.claim()
    second.release()
    assert first.claim()


def relay_lease(database: Database[Any], holder: str) -> Lease:
    rows = MessagingCollections(database).leases
    return Lease(rows, "lease", holder, SystemClock(), term_seconds=0.5)


class Meanwhile:
    """A bus on which something happens elsewhere while events are published."""

    name = "meanwhile"
    is_one_machine = False

    def __init__(self, happen: Callable[[], object]) -> None:
        self.happen = happen
        self.said: list[str] = []

    def open_publisher(self) -> "Meanwhile":
        return self

    def publish(self, messages: Sequence[Message]) -> None:
        self.said += [from_bytes(message.body).id for message in messages]
        self.happen()

    def find_queues(self, service: str, _: object = ()) -> list[QueueStatus]:
        return [QueueStatus(service, True, 0, 0)]

    def send_heartbeat(self) -> None:
        """Nothing is forgotten."""

    def close(self) -> None:
        """Nothing is held."""


def test_what_is_written_while_the_relay_speaks_stays_due_and_is_said_once(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    counters.add("c", Counter(0), ["p0"])
    counters.add("d", Counter(0), ["p0"])
    bus = Meanwhile(lambda: counters.change("c", more))
    speaking = relay(bus, database)
    speaking.relay_once()
    bus.happen = lambda: None
    moved, still = (counters.collection.find_one({"_id": key}) for key in "cd")
    assert moved is not None
    assert still is not None
    assert [one["id"] for one in moved["outbox"]] == ["c.2.0", "c.2.1"]
    assert moved["out_due"] is not None
    assert (still["outbox"], still["out_due"]) == ([], None)
    assert speaking.relay_once()
    assert not speaking.relay_once()
    assert bus.said == ["c.1.0", "d.1.0", "c.2.0", "c.2.1"]


def test_an_event_goes_out_only_when_the_one_before_it_is_confirmed(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    """Both on the wire at once, the later one alone could arrive."""
    counters.add("c", Counter(0), ["p0", "again"])
    counters.add("d", Counter(0), ["p0"])

    def fails() -> None:
        raise BusUnavailable("nothing is confirmed")

    bus = Meanwhile(fails)
    speaking = relay(bus, database)
    with pytest.raises(BusUnavailable):
        speaking.relay_once()
    assert bus.said == ["c.1.0", "d.1.0"]
    bus.happen, bus.said = lambda: None, []
    assert speaking.relay_once()
    assert bus.said == ["c.1.0", "d.1.0", "c.1.1"]


def test_an_event_that_could_not_be_archived_stays_in_the_outbox(
    counters: Aggregates[Counter], database: Database[Any], engine: Engine
) -> None:
    """The way to the archive is lost between publishing and archiving."""
    counters.add("c", Counter(0), ["p0"])
    archive = engine.client()
    bus = Meanwhile(archive.close)
    tables = MessagingCollections(archive[database.name])
    lease = relay_lease(database, "me")
    speaking = Relay([database["counters"]], tables, bus, lease, WakeSignal())
    with pytest.raises(PyMongoError):
        speaking.relay_once()
    kept = database["counters"].find_one({"_id": "c"})
    assert kept is not None
    assert [one["id"] for one in kept["outbox"]] == ["c.1.0"]
    assert kept["out_due"] is not None
    assert relay(bus, database).relay_once()
    assert database["event_archive"].count_documents({"_id": "c.1.0"}) == 1


def archived(_: object) -> PublicEvent:
    return PublicEvent("catalog.course.archived.v1", "c", {"course_id": "c"})


def unheard() -> float:
    of_type = {"type": "catalog.course.archived.v1"}
    return REGISTRY.get_sample_value("biyong_events_unconsumed_total", of_type) or 0.0


def test_what_nobody_hears_is_archived_and_counted(database: Database[Any]) -> None:
    bus, before = Meanwhile(lambda: None), unheard()
    form = mapping_of(Counter)
    courses = Aggregates("t", CounterDocument, form, archived, lambda: None)
    courses.add("c", Counter(0), ["archived"])
    relay(bus, database).relay_once()
    assert not bus.said
    assert [row["_id"] for row in database["event_archive"].find()] == ["c.1.0"]
    assert unheard() == before + 1


RECEIPT = "enrollment.receipt.issued.v1"


def receipt(fact: object) -> PublicEvent:
    data = contracts.example_of(RECEIPT)["data"] | {"branch_id": str(fact)}
    return PublicEvent(RECEIPT, "c", data)


class DeadQueue(Meanwhile):
    """A bus on which one branch's queue confirms nothing."""

    def publish(self, messages: Sequence[Message]) -> None:
        if any(message.branch == "dead" for message in messages):
            raise BusUnavailable("nothing is confirmed")
        super().publish(messages)


def test_a_branch_whose_queue_is_dead_keeps_nobody_else_waiting(
    database: Database[Any],
) -> None:
    form, bus = mapping_of(Counter), DeadQueue(lambda: None)
    receipts = Aggregates("t", CounterDocument, form, receipt, lambda: None)
    for id_, branch in (("a", "dead"), ("b", "living"), ("c", "dead")):
        receipts.add(id_, Counter(0), [branch])
    facts = Aggregates("t", CounterDocument, form, word, lambda: None)
    facts.add("d", Counter(0), ["p0"])
    speaking = relay(bus, database)
    with pytest.raises(BusUnavailable):
        speaking.relay_once()
    assert bus.said == ["d.1.0"]
    with pytest.raises(BusUnavailable):
        speaking.relay_once()
    assert bus.said == ["d.1.0", "b.1.0"], "who is silent comes last"
    assert not speaking.relay_once(), "the dead one's are put off, and still there"
    left = facts.collection.find({"out_due": {"$ne": None}})
    assert sorted(row["_id"] for row in left) == ["a", "c"]
