"""The relay: from the outboxes to the bus, in each document's order; archived, then
cleared."""

import math
import threading
import time
from collections.abc import Collection as Names
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from opentelemetry.trace import SpanKind
from pymongo import InsertOne, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import ConnectionFailure, PyMongoError

import contracts
from chassis.broker.port import BusUnavailable, Publisher, Transport
from chassis.clock import IdlePause, WakeSignal, utc_now, wake_at_stop
from chassis.outbox.backlog import WAITS, note_why
from chassis.outbox.publishable import (
    TOGETHER,
    ConsumerCheck,
    DestinationBackoff,
    Publishable,
    count_published,
    in_turns,
    to_publishable,
)
from chassis.storage.aggregates import write_all
from chassis.storage.collections import MessagingCollections
from chassis.storage.leases import Lease
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of
from chassis.telemetry.tracing import record_spans

Row = dict[str, Any]
Rows = Collection[Row]
BATCH_DOCUMENTS = 200  # one window of confirms, and one write to clear them
POLL_SECONDS = 0.25  # a wake-up that was lost costs no more in one process
MORE_SELDOM, MOST_SELDOM = 16, 40
"""So much more seldom it looks by itself, in the end, while whoever commits wakes it:
every four seconds where a broker may lose a wake-up, every ten on one machine. They
keep an idle service from asking its database all the time."""
CLAIMS_IN_A_TERM = 4  # so long after it is over one that stands by takes a lease over
AGAIN_SECONDS = 1.0  # after a fault of bus or database; both mend themselves in seconds
LOOK_AHEAD_SECONDS = 10.0  # clocks are seldom ahead, and this look costs a query each
FAR_AHEAD_SECONDS = 60.0
"""Nothing is made due so late, the longest backoff of a partition included: it was
written by a clock that was ahead. A branch's longer rest is only tried early."""
AHEAD_SECONDS = 0.5
"""So much may a writer's clock be ahead without its wake-up coming too early."""


class Relay:
    """One service's relay. Only the holder of the lease relays.

    Several holders for some seconds only repeat ids, which every consumer knows.
    It looks every `poll_seconds`, and at once when `wake` is set, then only where that
    names; ever more seldom while `is_woken`, which whoever receives the wake-ups of
    other processes sets.
    """

    def __init__(
        self,
        outboxes: Sequence[Rows],
        collections: MessagingCollections,
        transport: Transport,
        lease: Lease,
        wake: WakeSignal,
        registry: contracts.ContractRegistry = contracts.REGISTRY,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self.outboxes, self.collections, self.registry = outboxes, collections, registry
        self.poll_seconds = poll_seconds
        self.is_holder = self.is_woken = False
        self.transport, self.lease, self.wake = transport, lease, wake
        self.publisher: Publisher | None = None
        self.check = ConsumerCheck(transport, registry)
        self.backoff = DestinationBackoff()
        self.looked_ahead = float("-inf")
        self.pause = IdlePause(poll_seconds, poll_seconds)
        self.put_off: list[float] = []

    def run(self, stop: threading.Event) -> None:
        """Relay until told to stop, through losses of bus and database."""
        wake_at_stop(stop, self.wake)
        named: Names[str] | None = None
        while not stop.is_set():
            try:
                self.is_holder = self.lease.claim()
                if self.is_holder and self.relay_once(named):
                    self.pause.start_anew()
                    continue
                if self.publisher is not None:
                    self.publisher.send_heartbeat()
                named = self._rest_until_woken(stop)
            except (BusUnavailable, PyMongoError) as error:
                self._log_why(error)
                self._close_publisher()
                named = None
                stop.wait(AGAIN_SECONDS)
        self._close_publisher()

    def _log_why(self, error: Exception) -> None:
        """In the log; and where an operator looks, unless that is what is away."""
        logger().warning("relay_waits", reason=reason_of(error))
        if not isinstance(error, ConnectionFailure):
            with suppress(PyMongoError):
                note_why(self.collections, reason_of(error))

    def _rest_until_woken(self, stop: threading.Event) -> Names[str] | None:
        """Until woken, stopped, the lease is lost, or it is time to look anyhow; the
        outboxes to look at, None for all.

        One that stands by is not woken: what is committed beside it wakes the holder.
        """
        if not self.is_holder:
            stop.wait(self.lease.term / CLAIMS_IN_A_TERM)
        until = time.monotonic() + self._seconds_to_look()
        while self.is_holder and (left := until - time.monotonic()) > 0:
            if self.wake.wait(min(left, self.lease.seconds_to_renewal())):
                self.pause.start_anew()
                return self.wake.take_names()
            self.is_holder = self.lease.claim()
        return None

    def _seconds_to_look(self) -> float:
        """Until what it put off is due, or it is time to look anyhow."""
        is_sure = self.transport.is_one_machine
        more_seldom = MOST_SELDOM if is_sure else MORE_SELDOM
        self.pause.longest = self.poll_seconds * (more_seldom if self.is_woken else 1)
        now = time.monotonic()
        self.put_off = [moment for moment in self.put_off if moment > now]
        return min(self.pause.take_next(), min(self.put_off, default=math.inf) - now)

    def _close_publisher(self) -> None:
        if self.publisher is not None:
            self.publisher.close()
        self.publisher = None
        self.check = ConsumerCheck(self.transport, self.registry)

    def relay_once(self, named: Names[str] | None = None) -> bool:
        """Publish what is due, once through all outboxes or those that are named;
        whether there was any."""
        now = time.monotonic()
        looks_ahead = named is None and now - self.looked_ahead >= LOOK_AHEAD_SECONDS
        if looks_ahead:
            self.looked_ahead = now
        is_busy = False
        for collection in self.outboxes:
            if named is not None and collection.name not in named:
                continue
            if documents := _find_due(collection, looks_ahead):
                self._relay_outbox(collection, documents)
                is_busy = True
        return is_busy

    def _relay_outbox(self, collection: Rows, documents: list[Row]) -> None:
        """What services consume together first; then each destination that is apart,
        whose queue may be dead and must not keep the others waiting. Raises
        BusUnavailable."""
        ready = {
            document["_id"]: to_publishable(
                document["outbox"], self.registry, self.check
            )
            for document in documents
        }
        if reason := next((part.why for part in ready.values() if part.why), ""):
            note_why(self.collections, reason)
        apart: dict[str, list[Row]] = {}
        for document in documents:
            first = ready[document["_id"]].first
            apart.setdefault(self.backoff.destination_of(first), []).append(document)
        for destination in self.backoff.in_turn(apart):
            self._relay_to(destination, collection, apart[destination], ready)

    def _relay_to(
        self,
        destination: str,
        collection: Rows,
        documents: list[Row],
        ready: Mapping[str, Publishable],
    ) -> None:
        """To one destination, unless it rests. Raises BusUnavailable."""
        if pause := self.backoff.rest_seconds(destination):
            self._put_off(collection, documents, pause)
            return
        try:
            self._publish_ready([ready[document["_id"]] for document in documents])
        except BusUnavailable as error:
            self.backoff.note_failure(destination, error)
            if destination != TOGETHER:
                pause = self.backoff.rest_seconds(destination)
                self._put_off(collection, documents, pause)
            raise
        _clear_outboxes(collection, documents, ready)
        now = time.monotonic()
        self.put_off += {now + part.later for part in ready.values() if part.later}
        self.backoff.note_success(destination)

    def _put_off(
        self, collection: Rows, documents: Iterable[Row], pause: float
    ) -> None:
        """Try these again later, and what is due beside them before that."""
        self.put_off.append(time.monotonic() + pause)
        later = {"$set": {"out_due": time.time() + pause}}
        writes = [
            UpdateOne({"_id": document["_id"], "version": document["version"]}, later)
            for document in documents
        ]
        collection.bulk_write(writes, ordered=False)

    def _publish_ready(self, ready: Sequence[Publishable]) -> None:
        """Publish the events of documents, and archive them. Raises BusUnavailable."""
        events = [event for part in ready for event in part.events]
        if not events:
            return
        began = time.time_ns()
        for turn in in_turns(ready):
            if self.publisher is None:
                self.publisher = self.transport.open_publisher()
            self.publisher.publish(turn)
        self._archive_events(events)
        count_published(ready)
        below = ((f"publish {event['type']}", event["traceparent"]) for event in events)
        record_spans(SpanKind.PRODUCER, below, began)

    def _archive_events(self, events: Iterable[Row]) -> None:
        """Keep the events in the archive; one that is there is a repeat."""
        now = utc_now()
        rows = [{"_id": event["id"], "at": now, "event": event} for event in events]
        write_all(self.collections.event_archive, [InsertOne(row) for row in rows])


def _find_due(collection: Rows, looks_ahead: bool) -> list[Row]:
    """What is due; before it, if wanted, what a clock that was ahead put off.

    One question is enough where nothing waits at all.
    """
    if looks_ahead and collection.find_one(WAITS, {"_id": 1}) is None:
        return []
    now = time.time()
    moments = [{"$lte": now + AHEAD_SECONDS}]
    if looks_ahead:
        moments.insert(0, {"$gt": now + FAR_AHEAD_SECONDS})
    for moment in moments:
        documents = collection.find(
            {"out_due": moment},
            {"outbox": 1, "version": 1},
            sort=[("out_due", 1)],
            limit=BATCH_DOCUMENTS,
        )
        if rows := list(documents):
            return rows
    return []


def _clear_outboxes(
    collection: Rows, documents: Sequence[Row], ready: Mapping[str, Publishable]
) -> None:
    """Take out what was published, and look again later if some could not be.

    Only under the version that was read: a write that came in between has set `out_due`
    anew. From a document that moved it is pulled all the same, and it stays due.
    """
    cleared = [_to_cleared(document, ready[document["_id"]]) for document in documents]
    matched = collection.bulk_write(cleared, ordered=False).matched_count
    pulled = [
        UpdateOne({"_id": document["_id"]}, _pull_update(part))
        for document in documents
        if (part := ready[document["_id"]]).events
    ]
    if matched < len(documents) and pulled:
        collection.bulk_write(pulled, ordered=False)


def _to_cleared(document: Row, part: Publishable) -> UpdateOne:
    due = None if part.later is None else time.time() + part.later
    update: Row = {"$set": {"out_due": due}}
    if part.events:
        update |= _pull_update(part)
    return UpdateOne({"_id": document["_id"], "version": document["version"]}, update)


def _pull_update(part: Publishable) -> Row:
    ids = [event["id"] for event in part.events]
    return {"$pull": {"outbox": {"id": {"$in": ids}}}}
