"""A consumer that goes over to a newer version, and one behind it: on both buses."""

import datetime
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from chassis.broker.port import Transport
from chassis.clock import SystemClock, WakeSignal
from chassis.events.envelope import Envelope, to_document
from chassis.inbox.consumer import Consumer
from chassis.inbox.retry_policy import PAUSES_SECONDS
from chassis.inbox.retry_queue import RetryQueue
from chassis.inbox.retry_row import PARKED
from chassis.outbox.relay import Relay
from chassis.storage.collections import MessagingCollections
from chassis.storage.leases import Lease
from contracts.registry import ContractRegistry
from prometheus_client import REGISTRY
from pymongo.database import Database

from tests.messaging.consuming import running_consumer
from tests.platform.running import until
from tests.price_contracts import V1, V2, contracts_of, price

STOPPED = threading.Event()
STOPPED.set()


class Market:
    """The producer: an outbox and a relay of one release."""

    def __init__(
        self, bus: Transport, database: Database[Any], registry: ContractRegistry
    ) -> None:
        collections = MessagingCollections(database)
        collections.declare_indexes()
        lease = Lease(collections.leases, "relay", "market", SystemClock())
        self.rows = database["prices"]
        self.relay = Relay([self.rows], collections, bus, lease, WakeSignal(), registry)

    def say(self, *events: Envelope) -> None:
        """Commit the events of one key and relay them until all are said."""
        self.commit(*events)
        until(self._has_said_all, 30)
        self.relay.run(STOPPED)  # lets go of its connection

    def commit(self, *events: Envelope) -> None:
        """Put these into the outbox of their key."""
        row = {"version": 1, "outbox": [to_document(e) for e in events], "out_due": 0.0}
        key = events[0].partitionkey
        self.rows.replace_one({"_id": key}, row, upsert=True)

    @contextmanager
    def relaying(self) -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=self.relay.run, args=(stop,))
        thread.start()
        try:
            yield
            assert thread.is_alive()
        finally:
            stop.set()
            thread.join(timeout=20)

    def put_off(self, key: str) -> list[str]:
        """The events of a key that wait for another try."""
        row = self.rows.find_one({"_id": key, "out_due": {"$gt": time.time()}})
        return [event["id"] for event in row["outbox"]] if row else []

    def _has_said_all(self) -> bool:
        self.rows.update_many({"outbox.0": {"$exists": True}}, {"$set": {"out_due": 0}})
        self.relay.relay_once()
        return self.rows.find_one({"outbox.0": {"$exists": True}}) is None


class Shop:
    """A consumer of one release, with a handler for each version that it knows."""

    def __init__(
        self,
        name: str,
        bus: Transport,
        database: Database[Any],
        registry: ContractRegistry,
        *types: str,
    ) -> None:
        self.name, self.bus, self.registry, self.types = name, bus, registry, types
        self.collections = MessagingCollections(database)
        self.collections.declare_indexes()
        self.heard: list[dict[str, Any]] = []

    def handle(self, events: Sequence[Envelope]) -> None:
        assert {one.type for one in events} <= {*self.types}
        self.heard += [one.data for one in events]

    @contextmanager
    def open(self) -> Iterator[Consumer]:
        handlers = dict.fromkeys(self.types, self.handle)
        consumer = Consumer(
            self.name, handlers, self.collections, self.bus, registry=self.registry
        )
        with running_consumer(consumer):
            yield consumer


@pytest.fixture
def shop(database: Database[Any]) -> str:
    """The name of the consuming service; one for each test."""
    return f"shop-{database.name}"


@pytest.fixture
def first(tmp_path: Path, shop: str) -> ContractRegistry:
    """The release before version 2 was thought of."""
    return contracts_of(tmp_path / "first", {V1: [shop]})


@pytest.fixture
def second(tmp_path: Path, shop: str) -> ContractRegistry:
    """The release with version 2; its consumer handles both."""
    return contracts_of(tmp_path / "second", {V1: [shop], V2: [shop]})


def at(store: Database[Any], name: str) -> Database[Any]:
    """A database of one service beside the test's own."""
    store.client.drop_database(f"{store.name}-{name}")
    return store.client[f"{store.name}-{name}"]


def test_a_consumer_with_both_handlers_goes_over_in_the_order_of_a_key(
    bus: Transport,
    database: Database[Any],
    first: ContractRegistry,
    second: ContractRegistry,
    shop: str,
) -> None:
    consumer = Shop(shop, bus, at(database, "shop"), second, V1, V2)
    with consumer.open():
        market = Market(bus, database, first)
        market.say(*(price(V1, {"yuan": n}, "tea", n) for n in range(1, 6)))
        market = Market(bus, database, second)
        market.say(*(price(V2, {"fen": n * 100}, "tea", n) for n in range(6, 11)))
        until(lambda: len(consumer.heard) == 10, 30)
    yuan = [one.get("yuan") or one["fen"] // 100 for one in consumer.heard]
    assert yuan == list(range(1, 11))
    assert consumer.collections.retry_queue.count_documents({}) == 0


def test_what_has_no_contract_stops_its_document_and_no_other(
    bus: Transport, database: Database[Any], first: ContractRegistry, shop: str
) -> None:
    consumer = Shop(shop, bus, at(database, "shop"), first, V1)
    market, told_before = Market(bus, database, first), times_told()
    last = price(V1, {"yuan": 3}, "tea", 3)
    market.commit(price(V1, {"yuan": 1}, "tea"), price(V2, {}, "tea", 2), last)
    market.commit(price(V1, {"yuan": 4}, "salt"))
    with consumer.open(), market.relaying():
        until(lambda: len(consumer.heard) == 2, 30)
        until(lambda: market.put_off("tea") == ["tea.2.0", "tea.3.0"], 30)
        assert times_told() > told_before
        market.commit(price(V1, {"yuan": 2}, "tea", 2), last)
        until(lambda: len(consumer.heard) == 4, 30)
    assert [p["yuan"] for p in consumer.heard if p["yuan"] != 4] == [1, 2, 3]


def times_told() -> float:
    name = "biyong_events_refused_total"
    return REGISTRY.get_sample_value(name, {"type": V2}) or 0.0


def test_what_an_old_release_left_waiting_is_handled_by_the_new_one_once(
    bus: Transport,
    database: Database[Any],
    first: ContractRegistry,
    second: ContractRegistry,
    shop: str,
) -> None:
    kept = at(database, "shop")
    with Shop(shop, bus, kept, first, V1).open():
        pass
    Market(bus, database, first).say(price(V1, {"yuan": 1}))
    RetryQueue(MessagingCollections(kept)).add_event(
        price(V1, {"yuan": 9}, "salt"), "failed before"
    )
    upgraded = Shop(shop, bus, kept, second, V1, V2)
    with upgraded.open():
        until(lambda: len(upgraded.heard) == 2, 30)
    assert sorted(one["yuan"] for one in upgraded.heard) == [1, 9]


def test_a_newer_version_alone_waits_in_its_keys_turn_until_somebody_knows_it(
    bus: Transport,
    database: Database[Any],
    first: ContractRegistry,
    second: ContractRegistry,
    shop: str,
) -> None:
    kept = at(database, "shop")
    with Shop(shop, bus, kept, second, V1, V2).open():
        pass
    market = Market(bus, database, second)
    market.say(price(V2, {"fen": 314}), price(V2, {"fen": 315}, version=2))
    old = Shop(shop, bus, kept, first, V1)
    with old.open():
        held = until(
            lambda: kept["retry_queue"].find_one({"events.1": {"$exists": True}}), 30
        )
    assert [one["data"] for one in held["events"]] == [{"fen": 314}, {"fen": 315}]
    assert f"{V2} is newer than {V1}, the newest known here: upgrade" in held["why"]
    assert old.heard == []
    upgraded = Shop(shop, bus, kept, second, V1, V2)
    with upgraded.open():
        until(lambda: upgraded.heard == [{"fen": 314}, {"fen": 315}], 60)


def test_a_newer_version_that_nobody_comes_to_know_is_parked_with_the_reason(
    bus: Transport, database: Database[Any], first: ContractRegistry, shop: str
) -> None:
    kept = at(database, "shop")
    old = Shop(shop, bus, kept, first, V1)
    held = RetryQueue(old.collections)
    held.add_event(price(V2, {"fen": 314}), "first try")
    for _ in PAUSES_SECONDS[1:]:
        held.note_failed("tea", "again")
    days_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)
    old.collections.retry_queue.update_one(
        {"_id": "tea"}, {"$set": {"due": 0.0, "began": days_ago}}
    )
    with old.open():
        parked = until(
            lambda: old.collections.retry_queue.find_one({"state": PARKED}), 30
        )
    assert f"{V2} is newer than {V1}" in parked["why"]
    assert parked["events"][0]["data"] == {"fen": 314}
