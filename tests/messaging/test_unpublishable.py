"""An event that cannot be encoded stops its own document, and nothing else."""

import datetime
from typing import Any

import pytest
from bson import ObjectId, Regex
from chassis.events.envelope import PublicEvent
from chassis.outbox.backlog import find_backlog
from chassis.storage.aggregates import Aggregates, mapping_of
from chassis.storage.collections import MessagingCollections
from pymongo import MongoClient
from pymongo.database import Database

import contracts
from tests.messaging.counting import (
    Counter,
    CounterDocument,
    counters_of,
    empty,
    more,
    relay,
)
from tests.messaging.loops import running
from tests.messaging.test_publishing import Meanwhile
from tests.platform.running import until

RECEIPT = "enrollment.receipt.issued.v1"
UNPUBLISHABLE = {
    "an id of the store": ObjectId("0" * 24),
    "a pattern": Regex("a"),
    "one of these in a list": [{"a": [ObjectId("1" * 24)]}],
}


@pytest.fixture
def database(store: MongoClient[Any]) -> Database[Any]:
    return empty(store)


@pytest.fixture
def counters(database: Database[Any]) -> Aggregates[Counter]:
    return counters_of(database)


def damage(database: Database[Any], place: str, value: object) -> None:
    """Something else than a service wrote is in what `c` has to publish."""
    database["counters"].update_one({"_id": "c"}, {"$set": {f"outbox.{place}": value}})


def left(database: Database[Any], id_: str) -> list[str]:
    row = database["counters"].find_one({"_id": id_})
    assert row is not None
    return [event["id"] for event in row["outbox"]]


def why(database: Database[Any]) -> str:
    """What an operator reads of it, once it waits for longer than is usual."""
    past = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC).isoformat()
    first = {"$set": {"outbox.0.time": past}}
    database["counters"].update_one({"_id": "c"}, first)
    (waits,) = find_backlog([database["counters"]], MessagingCollections(database))
    return waits.why


@pytest.mark.parametrize("value", UNPUBLISHABLE.values(), ids=UNPUBLISHABLE)
def test_what_cannot_be_encoded_waits_with_its_reason_and_the_rest_goes_on(
    counters: Aggregates[Counter], database: Database[Any], value: object
) -> None:
    counters.add("c", Counter(0), ["p0"])
    counters.change("c", more)
    counters.add("d", Counter(0), ["p0"])
    damage(database, "1.data.person_id", value)
    bus = Meanwhile(lambda: None)
    with running(relay(bus, database).run):
        until(lambda: {"c.1.0", "d.1.0"} <= set(bus.said), 20)
        counters.add("e", Counter(0), ["p0"])
        until(lambda: "e.1.0" in bus.said, 20)
        assert left(database, "c") == ["c.2.0", "c.2.1"]
        assert why(database).startswith("c.2.0 cannot be published: ")
        damage(database, "0.data.person_id", "p1")
        due = {"$set": {"out_due": 0.0}}
        database["counters"].update_one({"_id": "c"}, due)
        until(lambda: not left(database, "c"), 20)
    assert [id_ for id_ in bus.said if id_.startswith("c.")] == [
        "c.1.0", "c.2.0", "c.2.1",
    ]  # fmt: skip
    archived = {row["_id"] for row in database["event_archive"].find()}
    assert archived == set(bus.said)


@pytest.mark.parametrize("value", ["no event", 7, None, [], {"data": "none"}])
def test_what_is_no_event_at_all_waits_with_its_reason(
    counters: Aggregates[Counter], database: Database[Any], value: object
) -> None:
    for id_ in "cd":
        counters.add(id_, Counter(0), ["p0"])
    damage(database, "0", value)
    bus = Meanwhile(lambda: None)
    assert relay(bus, database).relay_once()
    assert bus.said == ["d.1.0"]
    noted = database["relay_waits"].find_one({})
    assert noted is not None
    reason = "an event without id cannot be published: "
    assert noted["why"].startswith(reason)


@pytest.mark.parametrize("branch", [7, ["dead"], {"id": "dead"}])
def test_a_receipt_for_what_is_no_branch_waits_with_its_reason(
    database: Database[Any], branch: object
) -> None:
    def word(named: object) -> PublicEvent:
        data = contracts.example_of(RECEIPT)["data"] | {"branch_id": str(named)}
        return PublicEvent(RECEIPT, "c", data)

    receipts = Aggregates("t", CounterDocument, mapping_of(Counter), word, lambda: None)
    receipts.add_many((id_, Counter(0), ["b"]) for id_ in "cd")
    damage(database, "0.data.branch_id", branch)
    bus = Meanwhile(lambda: None)
    assert relay(bus, database).relay_once()
    assert (bus.said, left(database, "c")) == (["d.1.0"], ["c.1.0"])
    assert why(database).startswith("c.1.0 cannot be published: ")
