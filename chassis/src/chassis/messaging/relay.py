"""From the outboxes to the bus: in each document's order, archived, then cleared."""

import datetime
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import InsertOne, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, PyMongoError

import contracts
from chassis.messaging.envelope import Envelope, from_document, said_as, to_bytes
from chassis.messaging.transport import Away, Message, Publisher, Transport
from chassis.storage.aggregates import DUPLICATE
from chassis.storage.lease import Lease
from chassis.storage.tables import Tables
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger

Rows = Collection[dict[str, Any]]
AT_ONCE = 200
POLL_SECONDS = 0.25
LATER_SECONDS = 2.0
ASK_AGAIN_SECONDS = 30.0
LOOK_AHEAD_SECONDS = 10.0
FAR_AHEAD_SECONDS = 60.0
"""Nothing is made due so late: it was written by a clock that was ahead."""


class Relay:
    """One service's relay. Only the holder of the lease relays.

    Several holders for some seconds only repeat ids, which every hearer knows.
    """

    def __init__(
        self,
        collections: Sequence[Rows],
        tables: Tables,
        transport: Transport,
        lease: Lease,
        wake: threading.Event,
        book: contracts.Book = contracts.OURS,
    ) -> None:
        self.collections, self.tables, self.book = collections, tables, book
        self.transport, self.lease, self.wake = transport, lease, wake
        self.publisher: Publisher | None = None
        self.heard: dict[str, float] = {}
        self.looked_ahead = float("-inf")

    def run(self, stop: threading.Event) -> None:
        """Relay until told to stop, through losses of bus and database."""
        while not stop.is_set():
            try:
                busy = self.lease.hold() and self.relay_once()
            except (Away, PyMongoError) as error:
                logger().warning("relay_waits", reason=str(error)[:300])
                self._disconnect()
                stop.wait(1.0)
                continue
            if not busy:
                self.wake.wait(POLL_SECONDS)
                self.wake.clear()
        self._disconnect()

    def _disconnect(self) -> None:
        if self.publisher is not None:
            self.publisher.close()
        self.publisher, self.heard = None, {}

    def relay_once(self) -> bool:
        """Say what is due, once through all collections; whether there was any."""
        busy, ahead = False, self._is_time_to_look_ahead()
        for collection in self.collections:
            documents = self._due(collection, ahead)
            if documents:
                self._relay(collection, documents)
                busy = True
        return busy

    def _is_time_to_look_ahead(self) -> bool:
        now = time.monotonic()
        if now - self.looked_ahead < LOOK_AHEAD_SECONDS:
            return False
        self.looked_ahead = now
        return True

    def _due(self, collection: Rows, ahead: bool) -> list[dict[str, Any]]:
        """What is due; before it, if wanted, what a clock that was ahead put off."""
        now = time.time()
        put_off = {"$gt": now + FAR_AHEAD_SECONDS}
        found = self._made_due(collection, put_off) if ahead else []
        return found or self._made_due(collection, {"$lte": now})

    def _made_due(
        self, collection: Rows, moment: dict[str, float]
    ) -> list[dict[str, Any]]:
        return list(
            collection.find(
                {"out_due": moment},
                {"outbox": 1, "version": 1},
                sort=[("out_due", 1)],
                limit=AT_ONCE,
            )
        )

    def _relay(self, collection: Rows, documents: list[dict[str, Any]]) -> None:
        sayable = {d["_id"]: self._sayable(d["outbox"]) for d in documents}
        events = [event for said in sayable.values() for event in said]
        if events:
            read = [from_document(event) for event in events]
            said = [one for event in read for one in said_as(event, self.book)]
            self._publisher().publish([_message(one, self.book) for one in said])
            self._archive(events)
            for event in events:
                metrics.said.labels(event["type"]).inc()
        self._clear(collection, documents, sayable)

    def _clear(
        self,
        collection: Rows,
        documents: list[dict[str, Any]],
        said: Mapping[str, list[dict[str, Any]]],
    ) -> None:
        """Take out what was said; only what moved meanwhile is asked for again."""
        cleared = [_cleared(document, said[document["_id"]]) for document in documents]
        done = collection.bulk_write(cleared, ordered=False)
        pulled = [_pulled(id_, events) for id_, events in said.items() if events]
        if done.matched_count < len(documents) and pulled:
            collection.bulk_write(pulled, ordered=False)

    def _sayable(self, outbox: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The events up to the first that a named hearer could not hear."""
        for place, event in enumerate(outbox):
            if not self._is_heard(event["type"]):
                return outbox[:place]
        return outbox

    def _is_heard(self, type_: str) -> bool:
        """Whether every named hearer has its queues; asked anew from time to time."""
        now = time.monotonic()
        if now - self.heard.get(type_, float("-inf")) < ASK_AGAIN_SECONDS:
            return True
        missing = {
            name
            for form in self.book.forms(type_)
            for name in self._publisher().missing(
                form, self.book.hearers(form) - {contracts.BRANCH}
            )
        }
        if missing:
            logger().info("hearers_missing", type=type_, missing=sorted(missing))
            return False
        self.heard[type_] = now
        return True

    def _publisher(self) -> Publisher:
        if self.publisher is None:
            self.publisher = self.transport.publisher()
        return self.publisher

    def _archive(self, events: list[dict[str, Any]]) -> None:
        now = datetime.datetime.now(datetime.UTC)
        rows = [InsertOne({"_id": e["id"], "at": now, "event": e}) for e in events]
        try:
            self.tables.said.bulk_write(rows, ordered=False)
        except BulkWriteError as error:
            if any(w["code"] != DUPLICATE for w in error.details["writeErrors"]):
                raise


def _message(event: Envelope, book: contracts.Book) -> Message:
    for_branch = contracts.BRANCH in book.hearers(event.type)
    branch = event.data["branch_id"] if for_branch else ""
    return Message(event.type, event.partitionkey, to_bytes(event), branch)


def _cleared(document: Mapping[str, Any], said: list[dict[str, Any]]) -> UpdateOne:
    """Pull what was said; look again later if some could not be said.

    Only under the version that was read: a write that came in between has set
    `out_due` anew.
    """
    left = len(document["outbox"]) > len(said)
    update: dict[str, Any] = {
        "$set": {"out_due": time.time() + LATER_SECONDS if left else None}
    }
    if said:
        update |= _pull(said)
    return UpdateOne({"_id": document["_id"], "version": document["version"]}, update)


def _pulled(id_: Any, said: list[dict[str, Any]]) -> UpdateOne:
    """Pull what was said from a document that moved; it stays due."""
    return UpdateOne({"_id": id_}, _pull(said))


def _pull(said: list[dict[str, Any]]) -> dict[str, Any]:
    return {"$pull": {"outbox": {"id": {"$in": [event["id"] for event in said]}}}}
