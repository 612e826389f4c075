"""The relay against a publisher that reads, publishes and removes, nothing more.

Run as `python -m tests.bench.bench_relay`. One event per document; both publish with
a window of 200 confirms and mandatory. The relay archives besides, asks whether every
hearer is there, and clears what is due only under the version it read.
"""

import sys
import time
from typing import Any

import msgspec
from chassis.broker import topology
from chassis.clock import SystemClock, WakeSignal
from chassis.outbox.relay import Relay
from chassis.storage.collections import MessagingCollections
from chassis.storage.leases import Lease
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from tests.bench.bare_publisher import BarePublisher
from tests.bench.quorum import BATCH, Parts, event, running_parts
from tests.bench.ratios import Ratio, alternated

EVENTS, BAR = 4_000, 0.7

Rows = Collection[dict[str, Any]]


def fill(rows: Rows, numbers: range, *, is_due: bool = True) -> None:
    """Documents of these numbers, each with an event to say, or at rest."""
    rows.create_index("out_due")
    for first in numbers[::BATCH]:
        some = range(first, min(first + BATCH, numbers.stop))
        rows.insert_many([document(n, is_due=is_due) for n in some], ordered=False)


def document(number: int, *, is_due: bool) -> dict[str, Any]:
    said = event(number)
    return {
        "_id": said["partitionkey"],
        "version": 1,
        "outbox": [said] if is_due else [],
        "out_due": 1.0 if is_due else None,
        "title": "安全生产 " * 10,
    }


def relay_of(parts: Parts, database: Database[dict[str, Any]]) -> Relay:
    tables = MessagingCollections(database)
    lease = Lease(tables.leases, "relay", "bench", SystemClock())
    rows = [database["things"]]
    return Relay(rows, tables, parts.transport, lease, WakeSignal())


def ours(parts: Parts) -> float:
    """Events a second through the relay."""
    database = parts.database()
    fill(database["things"], range(EVENTS))
    relay = relay_of(parts, database)
    begun = time.perf_counter()
    relayed(relay)
    took = time.perf_counter() - begun
    relay._close_publisher()
    assert database["event_archive"].count_documents({}) == EVENTS
    parts.purge()
    return EVENTS / took


def relayed(relay: Relay) -> None:
    """Say all that is due."""
    while relay.lease.claim() and relay.relay_once():
        pass


def bare(parts: Parts) -> float:
    """Events a second with no logic around it."""
    rows = parts.database()["things"]
    fill(rows, range(EVENTS))
    begun = time.perf_counter()
    publisher = BarePublisher(parts.broker.url)
    while documents := due(rows):
        said = [d["outbox"][0] for d in documents]
        publisher.publish([(routed(e), msgspec.json.encode(e)) for e in said])
        rows.bulk_write([removed(d) for d in documents], ordered=False)
    took = time.perf_counter() - begun
    publisher.close()
    parts.purge()
    return EVENTS / took


def due(rows: Rows) -> list[dict[str, Any]]:
    return list(
        rows.find(
            {"out_due": {"$lte": time.time()}},
            {"outbox": 1},
            sort=[("out_due", 1)],
            limit=BATCH,
        )
    )


def routed(said: dict[str, Any]) -> str:
    where = topology.partition_of(said["partitionkey"])
    return topology.routing_key(said["type"], where)


def removed(held: dict[str, Any]) -> UpdateOne:
    """Takes the event out of its document."""
    empty: dict[str, Any] = {"$set": {"outbox": [], "out_due": None}}
    return UpdateOne({"_id": held["_id"]}, empty)


def main() -> int:
    """Measure in turn; 1 when the bar is missed."""
    with running_parts() as parts:
        ratios = alternated(lambda: ours(parts), lambda: bare(parts))
    return Ratio("relay", ratios, BAR).tell()


if __name__ == "__main__":
    sys.exit(main())
