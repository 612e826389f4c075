"""The smallest aggregate, whose changes are said."""

from dataclasses import dataclass, replace
from typing import Any

import mongoengine as me
from chassis.clock import SystemClock, WakeSignal
from chassis.events.envelope import PublicEvent
from chassis.outbox.relay import Relay
from chassis.storage.aggregates import Aggregates, mapping_of
from chassis.storage.collections import MessagingCollections
from chassis.storage.documents import Aggregate, aggregate_meta
from chassis.storage.leases import Lease
from pymongo import MongoClient
from pymongo.database import Database

TYPE = "enrollment.person.registered.v1"


@dataclass(frozen=True)
class Counter:
    """The smallest aggregate."""

    count: int


class CounterDocument(Aggregate):
    meta = aggregate_meta("saying", "counters")
    count = me.IntField(required=True)


def word(fact: object) -> PublicEvent:
    return PublicEvent(TYPE, "c", {"person_id": str(fact), "branch_id": "b"})


def more(held: Counter) -> tuple[Counter, list[object]]:
    return replace(held, count=held.count + 1), [f"p{held.count + 1}", "again"]


def empty(store: MongoClient[Any]) -> Database[Any]:
    """The database in which counters are kept, with none in it."""
    me.disconnect("saying")
    client = me.connect(
        db="saying", alias="saying", host=store.address[0], port=store.address[1],
        directConnection=True, uuidRepresentation="standard",
    )  # fmt: skip
    client.drop_database("saying")
    CounterDocument._collection = None
    CounterDocument.ensure_indexes()
    return client["saying"]


def counters_of(database: Database[Any]) -> Aggregates[Counter]:
    """The counters of an emptied database."""
    assert database.name == "saying"
    return Aggregates("t", CounterDocument, mapping_of(Counter), word, lambda: None)


def relay(bus: Any, database: Database[Any], holder: str = "me") -> Relay:
    """The relay over the counters, on a bus or on what stands for one."""
    collections = MessagingCollections(database)
    lease = Lease(collections.leases, "relay", holder, SystemClock(), term_seconds=1.0)
    return Relay([database["counters"]], collections, bus, lease, WakeSignal())
