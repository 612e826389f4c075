"""What waits to be said is told to an operator, with its age and the relay's reason."""

import contextlib
import datetime
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pymongo
import pytest
from chassis.broker.connect import open_transport
from chassis.broker.port import BusUnavailable, Message
from chassis.broker.topology import (
    QueueStatus,
    count_consumers,
    dead_queues,
    partition_of,
    queue_name,
)
from chassis.inbox.retry_queue import RetryQueue
from chassis.operations.gauges import set_gauges
from chassis.outbox.backlog import MOST, BacklogStatus, find_backlog, note_why
from chassis.storage.aggregates import Aggregates
from chassis.storage.collections import MessagingCollections
from embedded.supervisor import free_ports
from prometheus_client import REGISTRY
from pymongo import MongoClient
from pymongo.database import Database

from tests.messaging.consuming import event
from tests.messaging.counting import (
    TYPE,
    Counter,
    counters_of,
    empty,
    relay,
)
from tests.messaging.loops import running
from tests.parts.rabbitmq import Broker
from tests.platform.running import until

HEARER, HEARD = "unsaid", "unsaid.word.said.v1"
KEYS = {partition_of(f"key{n}"): f"key{n}" for n in range(200)}
"""One of each partition."""


class Waiting:
    """A bus on which `happen` decides; the services `lacking` have no queue."""

    name = "waiting"
    is_one_machine = True

    def __init__(
        self, happen: Callable[[], object] = lambda: None, lacking: Sequence[str] = ()
    ) -> None:
        self.happen, self.lacking = happen, set(lacking)

    def open_publisher(self) -> "Waiting":
        return self

    def publish(self, _: Sequence[Message]) -> None:
        self.happen()

    def find_queues(self, service: str, _: object = ()) -> list[QueueStatus]:
        return [QueueStatus(service, service not in self.lacking, 0, 0)]

    def send_heartbeat(self) -> None:
        """Nothing is forgotten."""

    def close(self) -> None:
        """Nothing is held."""


def confirms_nothing() -> None:
    raise BusUnavailable("7 messages stayed unconfirmed, to a dead queue")


@pytest.fixture
def database(store: MongoClient[Any]) -> Database[Any]:
    return empty(store)


@pytest.fixture
def counters(database: Database[Any]) -> Aggregates[Counter]:
    return counters_of(database)


def told(database: Database[Any]) -> list[BacklogStatus]:
    return find_backlog([database["counters"]], MessagingCollections(database))


def written(database: Database[Any], id_: str, seconds_ago: float) -> None:
    """As if its first event had been written then."""
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=seconds_ago)
    said = {"$set": {"outbox.0.time": at.isoformat(timespec="milliseconds")}}
    database["counters"].update_one({"_id": id_}, said)


def noted(database: Database[Any], seconds_ago: float) -> None:
    """As if the relay had last waited then."""
    note_why(MessagingCollections(database), "something else")
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=seconds_ago)
    database["relay_waits"].update_one({}, {"$set": {"at": at}})


def gauged(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def test_what_waits_is_counted_when_the_metrics_are_asked_for(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    for id_ in "ab":
        counters.add(id_, Counter(0), ["p0"])
    collections = MessagingCollections(database)
    RetryQueue(collections).add_event(event("k", 1), "a fault")
    set_gauges([database["counters"]], collections)
    assert gauged("biyong_outbox_due") == 2
    assert gauged("biyong_retry_sequences", state="waiting") == 1
    assert gauged("biyong_retry_sequences", state="parked") == 0


def test_nothing_is_counted_while_the_store_is_away() -> None:
    nobody = MongoClient[Any](f"mongodb://127.0.0.1:{free_ports(1)[0]}")
    with contextlib.closing(nobody), pymongo.timeout(0.2):
        set_gauges(
            [nobody["saying"]["counters"]], MessagingCollections(nobody["saying"])
        )
    assert math.isnan(gauged("biyong_outbox_due") or 0.0)
    assert math.isnan(gauged("biyong_retry_sequences", state="parked") or 0.0)


def test_what_waits_is_told_while_it_waits_and_no_longer(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    for id_ in "ab":
        counters.add(id_, Counter(0), ["p0", "p1"])
    written(database, "b", 60)
    bus = Waiting(confirms_nothing)
    with running(relay(bus, database).run):
        until(lambda: told(database)[0].why, 20)
        (waits,) = told(database)
        assert (waits.outbox, waits.documents) == ("counters", 2)
        assert 60 <= waits.seconds < 90
        assert waits.why == "7 messages stayed unconfirmed, to a dead queue"
        bus.happen = lambda: None
        until(lambda: not told(database), 20)


def test_what_waits_for_a_moment_only_is_not_told(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    counters.add("a", Counter(0), ["p0"])
    noted(database, 0)
    assert told(database) == []


def test_a_reason_from_before_it_was_written_is_not_told(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    counters.add("a", Counter(0), ["p0"])
    written(database, "a", 60)
    noted(database, 90)
    assert [one.why for one in told(database)] == [""]
    noted(database, 30)
    assert [one.why for one in told(database)] == ["something else"]


def test_who_is_waited_for_is_named(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    counters.add("a", Counter(0), ["p0"])
    written(database, "a", 60)
    assert relay(Waiting(lacking=["notify", "gateway"]), database).relay_once()
    (waits,) = told(database)
    assert waits.why == f"{TYPE} waits for the queues of gateway", "notify takes none"


def test_what_breaks_its_contract_is_named(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    counters.add("a", Counter(0), ["p0"])
    written(database, "a", 60)
    broken = {"$set": {"outbox.0.type": "nobody.knows.v9"}}
    database["counters"].update_one({"_id": "a"}, broken)
    assert relay(Waiting(), database).relay_once()
    (waits,) = told(database)
    assert waits.why.startswith("a.1.0 cannot be published: unknown event type")


def test_what_was_damaged_keeps_the_relay_from_nothing(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    counters.add_many((id_, Counter(0), ["p0"]) for id_ in "ab")
    written(database, "a", 60)
    damaged = {"$unset": {"outbox.0.id": "", "outbox.0.type": "", "outbox.0.time": ""}}
    database["counters"].update_one({"_id": "a"}, damaged)
    assert relay(Waiting(), database).relay_once()
    (waits,) = told(database)
    assert waits.why.startswith("an event without id cannot be published")
    assert (waits.documents, waits.seconds) == (1, 0.0)


def test_a_great_many_are_counted_no_further(
    counters: Aggregates[Counter], database: Database[Any]
) -> None:
    counters.add_many((f"c{n}", Counter(0), ["p0"]) for n in range(MOST + 1))
    written(database, "c0", 60)
    assert [one.documents for one in told(database)] == [MOST]


@contextmanager
def silent(broker: Broker, *queues: str) -> Iterator[None]:
    """These queues take no word until the end, and refuse none."""
    for what in ("suspend", "resume"):
        for name in queues:
            at_once = f'sys:{what}(whereis(list_to_atom("%2F_{name}"))).'
            assert broker.control("eval", at_once).strip() == "ok"
        if what == "suspend":
            yield


@pytest.mark.part("rabbitmq")
def test_queues_that_confirm_nothing_are_named(broker: Broker) -> None:
    bus = open_transport(broker.url)
    bus.open_subscriber(HEARER, [HEARD]).close()
    publisher = bus.open_publisher()
    said = [Message(HEARD, KEYS[n], b"{}") for n in (1, 2, 2, 3, 4)]
    direct = [Message("", KEYS[n], b"{}", to=HEARER) for n in (5, 7)]
    dead = [queue_name(HEARER, n) for n in (2, 3, 5, 7)]
    publisher.publish([*said, *direct])  # the broker gets to know them
    with silent(broker, *dead), pytest.raises(BusUnavailable) as away:
        publisher.publish([*said, *direct])
    named = f"{HEARD}.p02, {HEARD}.p03, {HEARER}.p05"
    assert (
        str(away.value) == f"5 of 7 messages stayed unconfirmed, to {named} and others"
    )
    publisher.close()


@pytest.mark.part("rabbitmq")
def test_a_queue_without_its_process_is_named(broker: Broker) -> None:
    bus = open_transport(broker.url)
    bus.open_subscriber(HEARER, [HEARD]).close()
    publisher = bus.open_publisher()
    dead = f"ra:stop_server(quorum_queues, {{'%2F_{queue_name(HEARER, 9)}', node()}})."
    assert broker.control("eval", dead).strip() == "ok"
    with pytest.raises(BusUnavailable, match=rf"refused what goes to {HEARD}\.p09"):
        publisher.publish([Message(HEARD, KEYS[n], b"{}") for n in (8, 9)])
    publisher.close()


@pytest.mark.part("rabbitmq")
def test_a_queue_that_is_dead_shows_among_those_that_are_heard(broker: Broker) -> None:
    bus = open_transport(broker.url)
    hearer, dead = bus.open_subscriber("alive", [HEARD]), queue_name("alive", 3)

    def unheard_now() -> list[str]:
        return dead_queues(bus.find_queues("alive", [HEARD]))

    until(lambda: not unheard_now(), 20)
    with silent(broker, dead):
        assert unheard_now() == [dead]
    hearer.close()
    until(lambda: count_consumers(bus.find_queues("alive")) == 0, 20)
    assert unheard_now() == [], "nobody hears any: that is no sign"
