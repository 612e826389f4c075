"""From the outboxes to the bus: in each document's order, archived, then cleared."""

import datetime
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import msgspec
from pymongo import InsertOne, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, ConnectionFailure, PyMongoError

import contracts
from chassis.broker.port import Away, Message, Publisher, Transport
from chassis.events.envelope import (
    Envelope,
    Refused,
    from_document,
    said_as,
    to_bytes,
)
from chassis.outbox.backlog import note_why
from chassis.outbox.backoff import TOGETHER, Lanes
from chassis.storage.aggregates import DUPLICATE
from chassis.storage.collections import Tables
from chassis.storage.lease import Lease
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of

Rows = Collection[dict[str, Any]]
AT_ONCE = 200
POLL_SECONDS, STOP_SECONDS = 0.25, 0.25
MORE_SELDOM = 8
"""So much more seldom it looks by itself while it is woken from other processes."""
LATER_SECONDS, REFUSED_SECONDS = 2.0, 30.0
ASK_AGAIN_SECONDS = 30.0
LOOK_AHEAD_SECONDS = 10.0
FAR_AHEAD_SECONDS = 60.0
"""Nothing is made due so late: it was written by a clock that was ahead."""
AHEAD_SECONDS = 0.5
"""So much may a writer's clock be ahead without its wake coming too early."""


@dataclass(frozen=True)
class Sayable:
    """What of a document's outbox can be said now: its `events` up to the first that
    cannot, and for each the messages that say it; the rest is tried again in `later`
    seconds, and `why` is the reason."""

    events: list[dict[str, Any]]
    said: list[list[Message]]
    later: float | None = None
    why: str = ""

    @property
    def first(self) -> Message | None:
        """The first message; where it goes, all of the document goes."""
        return next((one for turn in self.said for one in turn), None)


class Relay:
    """One service's relay. Only the holder of the lease relays.

    Several holders for some seconds only repeat ids, which every hearer knows.
    It looks every `poll_seconds`, and at once when `wake` is set; more seldom while
    `is_woken`, which is for whoever hears the wakes of other processes to say.
    """

    def __init__(
        self,
        collections: Sequence[Rows],
        tables: Tables,
        transport: Transport,
        lease: Lease,
        wake: threading.Event,
        book: contracts.ContractRegistry = contracts.REGISTRY,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self.collections, self.tables, self.book = collections, tables, book
        self.poll_seconds = poll_seconds
        self.is_holder = self.is_woken = False
        self.transport, self.lease, self.wake = transport, lease, wake
        self.publisher: Publisher | None = None
        self.heard: dict[str, float] = {}
        self.lanes = Lanes()
        self.looked_ahead = float("-inf")

    def run(self, stop: threading.Event) -> None:
        """Relay until told to stop, through losses of bus and database."""
        while not stop.is_set():
            try:
                self.is_holder = self.lease.hold()
                busy = self.is_holder and self.relay_once()
                if not busy and self.publisher is not None:
                    self.publisher.keep()
            except (Away, PyMongoError) as error:
                self._tell_why(error)
                self._disconnect()
                stop.wait(1.0)
                continue
            if not busy:
                self._rest(stop)
        self._disconnect()

    def _tell_why(self, error: Exception) -> None:
        """In the log; and where an operator looks, unless that is what is away."""
        logger().warning("relay_waits", reason=reason_of(error))
        if not isinstance(error, ConnectionFailure):
            with suppress(PyMongoError):
                note_why(self.tables, reason_of(error))

    def _rest(self, stop: threading.Event) -> None:
        """Until woken, stopped, or it is time to look anyhow."""
        since = time.monotonic()
        while not self.wake.wait(min(self.poll_seconds, STOP_SECONDS)):
            pause = self.poll_seconds * (MORE_SELDOM if self.is_woken else 1)
            if stop.is_set() or time.monotonic() - since >= pause:
                break
        self.wake.clear()

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
        return found or self._made_due(collection, {"$lte": now + AHEAD_SECONDS})

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
        """What services hear together first; then lane by lane, whose queue may be dead
        and must not keep the others waiting."""
        sayable = {d["_id"]: self._sayable(d["outbox"]) for d in documents}
        if whys := [one.why for one in sayable.values() if one.why]:
            note_why(self.tables, whys[0])
        lanes: dict[str, list[dict[str, Any]]] = {}
        for document in documents:
            lane = self.lanes.lane_of(sayable[document["_id"]].first)
            lanes.setdefault(lane, []).append(document)
        for lane in self.lanes.in_turn(lanes):
            self._say_on(lane, collection, lanes[lane], sayable)

    def _say_on(
        self,
        lane: str,
        collection: Rows,
        documents: list[dict[str, Any]],
        sayable: Mapping[str, Sayable],
    ) -> None:
        """On one lane, unless it rests. Raises Away."""
        if pause := self.lanes.rests(lane):
            self._put_off(collection, documents, pause)
            return
        own = {d["_id"]: sayable[d["_id"]] for d in documents}
        try:
            self._say(collection, documents, own)
        except Away as error:
            self.lanes.failed(lane, error)
            if lane != TOGETHER:
                self._put_off(collection, documents, self.lanes.rests(lane))
            raise
        self.lanes.confirmed(lane)

    def _put_off(
        self, collection: Rows, documents: list[dict[str, Any]], pause: float
    ) -> None:
        """Try these again later, and what is due beside them before that."""
        later = {"$set": {"out_due": time.time() + pause}}
        collection.bulk_write(
            [UpdateOne({"_id": d["_id"], "version": d["version"]}, later)
             for d in documents],
            ordered=False,
        )  # fmt: skip

    def _say(
        self,
        collection: Rows,
        documents: list[dict[str, Any]],
        sayable: Mapping[str, Sayable],
    ) -> None:
        events = [event for one in sayable.values() for event in one.events]
        if events:
            for turn in _turns(sayable.values()):
                self._publisher().publish(turn)
            self._archive(events)
            _count(sayable.values())
        self._clear(collection, documents, sayable)

    def _clear(
        self,
        collection: Rows,
        documents: list[dict[str, Any]],
        sayable: Mapping[str, Sayable],
    ) -> None:
        """Take out what was said; only what moved meanwhile is asked for again."""
        cleared = [
            _cleared(document, sayable[document["_id"]]) for document in documents
        ]
        done = collection.bulk_write(cleared, ordered=False)
        pulled = [
            _pulled(id_, one.events) for id_, one in sayable.items() if one.events
        ]
        if done.matched_count < len(documents) and pulled:
            collection.bulk_write(pulled, ordered=False)

    def _sayable(self, outbox: list[dict[str, Any]]) -> Sayable:
        """The events up to the first that breaks its contract in a form in which it
        is heard, or that a named hearer could not hear."""
        said: list[list[Message]] = []
        for place, event in enumerate(outbox):
            try:
                forms = said_as(from_document(event), self.book)
                messages = [_message(form, self.book) for form in forms]
            except (Refused, msgspec.ValidationError) as fault:
                why = _tell(event, fault)
                return Sayable(outbox[:place], said, REFUSED_SECONDS, why)
            if missing := self._missing(event["type"]):
                why = f"{event['type']} waits for the queues of {', '.join(missing)}"
                return Sayable(outbox[:place], said, LATER_SECONDS, why)
            said.append(messages)
        return Sayable(outbox, said)

    def _missing(self, type_: str) -> list[str]:
        """The named hearers without all their queues; asked anew from time to time."""
        now = time.monotonic()
        if now - self.heard.get(type_, float("-inf")) < ASK_AGAIN_SECONDS:
            return []
        missing = {
            name
            for form in self.book.published_versions(type_)
            for name in self._publisher().missing(
                form, self.book.consumers_of(form) - {contracts.BRANCH}
            )
        }
        if missing:
            logger().info("hearers_missing", type=type_, missing=sorted(missing))
        else:
            self.heard[type_] = now
        return sorted(missing)

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


def _turns(sayable: Iterable[Sayable]) -> Iterator[list[Message]]:
    """First events of all documents, then second ones, and so on.

    An event goes out only when the one before it of its document is confirmed. Side by
    side on the wire the later one alone could arrive, and come before the repeat.
    """
    for turn in zip_longest(*(one.said for one in sayable), fillvalue=()):
        yield [message for messages in turn for message in messages]


def _count(sayable: Iterable[Sayable]) -> None:
    """What was said, and what is only archived: its contract names nobody."""
    for one in sayable:
        for event, messages in zip(one.events, one.said, strict=True):
            counter = metrics.said if messages else metrics.unheard
            counter.labels(event["type"]).inc()


def _tell(event: Mapping[str, Any], fault: Exception) -> str:
    """In the log and the metrics; in one line for whoever looks."""
    id_, reason = event.get("id", "an event without id"), reason_of(fault)
    logger().error("event_unsayable", id=id_, reason=reason)
    metrics.unsayable.labels(event.get("type", "")).inc()
    return f"{id_} cannot be said: {reason}"


def _message(event: Envelope, book: contracts.ContractRegistry) -> Message:
    """The event on its way, to its branch alone where one hears it. Raises Refused."""
    branch = ""
    if contracts.BRANCH in book.consumers_of(event.type):
        branch = event.data.get("branch_id", "")
        if not branch:
            raise Refused(f"{event.type} names no branch")
    return Message(event.type, event.partitionkey, to_bytes(event), branch)


def _cleared(document: Mapping[str, Any], sayable: Sayable) -> UpdateOne:
    """Pull what was said; look again later if some could not be said.

    Only under the version that was read: a write that came in between has set
    `out_due` anew.
    """
    later = sayable.later
    update: dict[str, Any] = {
        "$set": {"out_due": None if later is None else time.time() + later}
    }
    if sayable.events:
        update |= _pull(sayable.events)
    return UpdateOne({"_id": document["_id"], "version": document["version"]}, update)


def _pulled(id_: Any, said: list[dict[str, Any]]) -> UpdateOne:
    """Pull what was said from a document that moved; it stays due."""
    return UpdateOne({"_id": id_}, _pull(said))


def _pull(said: list[dict[str, Any]]) -> dict[str, Any]:
    return {"$pull": {"outbox": {"id": {"$in": [event["id"] for event in said]}}}}
