"""The batch consumer against a bare one that sends the same bulk commands.

Run as `python -m tests.bench.bench_hearing`. Both ask which events are known and which
keys wait, write the effects in one bulk, note the ids in another, and acknowledge.
"""

import datetime
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from chassis.broker import topology
from chassis.broker.rabbitmq.connection import BrokerLink, open_connection
from chassis.broker.rabbitmq.subscriber import RabbitSubscriber
from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Consumer, Handler
from chassis.storage.collections import MessagingCollections
from pymongo import InsertOne
from pymongo.collection import Collection
from pymongo.database import Database

from tests.bench import bare_consumer
from tests.bench.quorum import SERVICE, TYPE, Parts, running_parts
from tests.bench.ratios import Ratio, alternated

EVENTS, BAR = 8_000, 0.8

Rows = Collection[dict[str, Any]]


def consumed(
    parts: Parts,
    tables: MessagingCollections,
    handler: Handler,
    count: int,
) -> float:
    """Seconds from connecting until the chassis has acknowledged so many."""
    handled = 0

    def handle(events: Sequence[Envelope]) -> None:
        nonlocal handled
        handler(events)
        handled += len(events)

    consumer = Consumer(SERVICE, {TYPE: handle}, tables, parts.transport)
    stop, begun = threading.Event(), time.perf_counter()
    url, queues = parts.broker.url, topology.queues_of(SERVICE)
    consumer.subscriber = RabbitSubscriber(
        BrokerLink(url), open_connection(url), queues
    )
    while handled < count:
        consumer.consume_batch(stop)
    took = time.perf_counter() - begun
    consumer.subscriber.close()
    consumer.assignment.release_claim()
    return took


def ours(parts: Parts) -> float:
    """Events a second through the chassis."""
    database = parts.database()
    parts.fill(EVENTS)
    rows = database["effects"]

    def handle(events: Sequence[Envelope]) -> None:
        put(rows, [event.partitionkey for event in events])

    took = consumed(parts, MessagingCollections(database), handle, EVENTS)
    assert rows.count_documents({}) == EVENTS
    return EVENTS / took


def bare(parts: Parts) -> float:
    """Events a second with no logic around it."""
    database = parts.database()
    parts.fill(EVENTS)

    def work(events: Sequence[dict[str, Any]]) -> None:
        send_the_same(database, events)

    return bare_consumer.by_batch(parts.broker.url, SERVICE, EVENTS, work)


def send_the_same(
    database: Database[dict[str, Any]], events: Sequence[dict[str, Any]]
) -> None:
    """The commands that any consumer of batches with an inbox sends."""
    ids = [e["id"] for e in events]
    known = {r["_id"] for r in database["inbox"].find({"_id": {"$in": ids}})}
    keys = [e["partitionkey"] for e in events]
    waiting = {r["_id"] for r in database["retry_queue"].find({"_id": {"$in": keys}})}
    assert not known
    assert not waiting
    put(database["effects"], keys)
    now = datetime.datetime.now(datetime.UTC)
    noted = [InsertOne({"_id": id_, "type": TYPE, "at": now}) for id_ in ids]
    database["inbox"].bulk_write(noted, ordered=False)


def put(rows: Rows, keys: Sequence[str]) -> None:
    """What handling a batch writes, in one bulk."""
    rows.bulk_write([InsertOne(effect(key)) for key in keys], ordered=False)


def effect(key: str) -> dict[str, Any]:
    """What handling an event leaves behind."""
    return {"_id": key, "version": 1, "title": "安全生产 " * 10}


def main() -> int:
    """Measure in turn; 1 when the bar is missed."""
    with running_parts() as parts:
        ratios = alternated(lambda: ours(parts), lambda: bare(parts))
    return Ratio("hearing", ratios, BAR).tell()


if __name__ == "__main__":
    sys.exit(main())
