"""A consumer one version behind and one ahead, against one producer: on both buses."""

import datetime
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from chassis.broker.port import Transport
from chassis.clock import SystemClock
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
        self.rows, self.said = database["prices"], collections.event_archive
        self.relay = Relay(
            [self.rows], collections, bus, lease, threading.Event(), registry
        )

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
    """A consumer of one release; its handler knows one version only."""

    def __init__(
        self,
        name: str,
        bus: Transport,
        database: Database[Any],
        registry: ContractRegistry,
        type_: str,
    ) -> None:
        self.name, self.bus, self.registry, self.type = name, bus, registry, type_
        self.collections = MessagingCollections(database)
        self.collections.declare_indexes()
        self.heard: list[dict[str, Any]] = []

    def handle(self, events: Sequence[Envelope]) -> None:
        assert {one.type for one in events} == {self.type}
        self.heard += [one.data for one in events]

    @contextmanager
    def open(self) -> Iterator[Consumer]:
        handlers = {self.type: self.handle}
        consumer = Consumer(
            self.name, handlers, self.collections, self.bus, registry=self.registry
        )
        stop = threading.Event()
        thread = threading.Thread(target=consumer.run, args=(stop,))
        thread.start()
        try:
            until(lambda: consumer.subscriber is not None, 20)
            yield consumer
        finally:
            stop.set()
            thread.join(timeout=20)
        assert not thread.is_alive()


@pytest.fixture
def behind(database: Database[Any], tmp_path: Path) -> str:
    """The name of a service that knows version 1 only; one for each test."""
    return f"behind-{database.name}"


@pytest.fixture
def ahead(database: Database[Any]) -> str:
    """The name of a service that knows version 2."""
    return f"ahead-{database.name}"


@pytest.fixture
def first(tmp_path: Path, behind: str, ahead: str) -> ContractRegistry:
    """The release before version 2 was thought of."""
    return contracts_of(tmp_path / "first", {V1: [behind, ahead]})


@pytest.fixture
def second(tmp_path: Path, behind: str, ahead: str) -> ContractRegistry:
    """The release with version 2; who moves to it is named in both for a while."""
    heard_by = {V1: [behind, ahead], V2: [ahead]}
    return contracts_of(tmp_path / "second", heard_by)


def at(store: Database[Any], name: str) -> Database[Any]:
    """A database of one service beside the test's own."""
    store.client.drop_database(f"{store.name}-{name}")
    return store.client[f"{store.name}-{name}"]


def test_a_consumer_one_version_behind_and_one_ahead_hear_the_same_producer(
    bus: Transport,
    database: Database[Any],
    first: ContractRegistry,
    second: ContractRegistry,
    behind: str,
    ahead: str,
) -> None:
    old = Shop(behind, bus, at(database, "behind"), first, V1)
    new = Shop(ahead, bus, at(database, "ahead"), second, V2)
    with old.open(), new.open():
        market = Market(bus, database, first)
        market.say(*(price(V1, {"yuan": n}, "tea", n) for n in range(1, 6)))
        until(lambda: len(old.heard) == len(new.heard) == 5, 30)
        market = Market(bus, database, second)
        market.say(*(price(V2, {"fen": n * 101}, "tea", n) for n in range(6, 11)))
        market.say(price(V2, {"fen": 1}, "salt"))
        until(lambda: len(old.heard) == len(new.heard) == 11, 30)
    yuan = [one["yuan"] for one in old.heard]
    assert (yuan[:10], yuan[10]) == ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0)
    assert [one["fen"] for one in new.heard] == [
        100, 200, 300, 400, 500, 606, 707, 808, 909, 1010, 1,
    ]  # fmt: skip
    assert old.collections.retry_queue.count_documents({}) == 0
    assert new.collections.retry_queue.count_documents({}) == 0


def test_one_event_in_two_versions_is_archived_once_in_the_newest(
    bus: Transport,
    database: Database[Any],
    second: ContractRegistry,
    behind: str,
    ahead: str,
) -> None:
    old = Shop(behind, bus, at(database, "behind"), second, V1)
    new = Shop(ahead, bus, at(database, "ahead"), second, V2)
    with old.open(), new.open():
        market = Market(bus, database, second)
        market.say(price(V2, {"fen": 314}))
        until(lambda: old.heard and new.heard, 30)
    [kept] = market.said.find()
    assert kept["event"] == to_document(price(V2, {"fen": 314}))
    assert (old.heard, new.heard) == ([{"yuan": 3}], [{"fen": 314}])


def test_what_cannot_be_said_in_an_old_form_stops_its_document_and_no_other(
    bus: Transport,
    database: Database[Any],
    second: ContractRegistry,
    behind: str,
    ahead: str,
) -> None:
    old = Shop(behind, bus, at(database, "behind"), second, V1)
    new = Shop(ahead, bus, at(database, "ahead"), second, V2)
    market, told_before = Market(bus, database, second), times_told()
    last = price(V2, {"fen": 300}, "tea", 3)
    market.commit(price(V2, {"fen": 100}, "tea"), price(V2, {}, "tea", 2), last)
    market.commit(price("market.price.unheard-of.v1", {}, "tin"))
    market.commit(price(V2, {"fen": 314}, "salt"))
    with old.open(), new.open(), market.relaying():
        until(lambda: len(new.heard) == len(old.heard) == 2, 30)
        until(lambda: market.put_off("tea") == ["tea.2.0", "tea.3.0"], 30)
        assert market.put_off("tin") == ["tin.1.0"]
        assert times_told() > told_before
        market.commit(price(V2, {"fen": 200}, "tea", 2), last)
        until(lambda: len(new.heard) == len(old.heard) == 4, 30)
    assert [p["fen"] for p in new.heard if p["fen"] != 314] == [100, 200, 300]
    assert sorted(p["yuan"] for p in old.heard) == [1, 2, 3, 3]


def times_told() -> float:
    name = "biyong_events_refused_total"
    return REGISTRY.get_sample_value(name, {"type": V2}) or 0.0


def test_an_older_release_on_queues_that_a_newer_one_bound_goes_on_with_the_old_form(
    bus: Transport,
    database: Database[Any],
    first: ContractRegistry,
    second: ContractRegistry,
    ahead: str,
    behind: str,
) -> None:
    kept = at(database, "ahead")
    other = Shop(behind, bus, at(database, "behind"), first, V1)
    with Shop(ahead, bus, kept, second, V2).open(), other.open():
        pass
    Market(bus, database, second).say(price(V2, {"fen": 314}))
    rolled_back = Shop(ahead, bus, kept, first, V1)
    with rolled_back.open():
        until(lambda: rolled_back.heard == [{"yuan": 3}], 30)
        assert rolled_back.collections.retry_queue.count_documents({}) == 0


def test_what_an_old_release_left_waiting_is_handled_by_the_new_one_once(
    bus: Transport,
    database: Database[Any],
    first: ContractRegistry,
    second: ContractRegistry,
    ahead: str,
    behind: str,
) -> None:
    kept = at(database, "ahead")
    other = Shop(behind, bus, at(database, "behind"), first, V1)
    with Shop(ahead, bus, kept, first, V1).open(), other.open():
        pass
    Market(bus, database, first).say(price(V1, {"yuan": 1}))
    RetryQueue(MessagingCollections(kept)).add_event(
        price(V1, {"yuan": 9}, "salt"), "failed before"
    )
    upgraded = Shop(ahead, bus, kept, second, V2)
    with upgraded.open():
        until(lambda: len(upgraded.heard) == 2, 30)
    assert sorted(one["fen"] for one in upgraded.heard) == [100, 900]


def test_a_newer_version_alone_waits_in_its_keys_turn_until_somebody_knows_it(
    bus: Transport,
    database: Database[Any],
    first: ContractRegistry,
    tmp_path: Path,
    ahead: str,
) -> None:
    only_new = contracts_of(tmp_path / "third", {V1: [], V2: [ahead]})
    kept = at(database, "ahead")
    with Shop(ahead, bus, kept, only_new, V2).open():
        pass
    market = Market(bus, database, only_new)
    market.say(price(V2, {"fen": 314}), price(V2, {"fen": 315}, version=2))
    old = Shop(ahead, bus, kept, first, V1)
    with old.open():
        held = until(
            lambda: kept["retry_queue"].find_one({"events.1": {"$exists": True}}), 30
        )
    assert [one["data"] for one in held["events"]] == [{"fen": 314}, {"fen": 315}]
    assert f"{V2} is newer than {V1}, the newest known here: upgrade" in held["why"]
    assert old.heard == []
    upgraded = Shop(ahead, bus, kept, only_new, V2)
    with upgraded.open():
        until(lambda: upgraded.heard == [{"fen": 314}, {"fen": 315}], 60)


def test_a_newer_version_that_nobody_comes_to_know_is_parked_with_the_reason(
    bus: Transport, database: Database[Any], first: ContractRegistry, ahead: str
) -> None:
    kept = at(database, "ahead")
    old = Shop(ahead, bus, kept, first, V1)
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
