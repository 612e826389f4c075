"""Hearing: batches in order per key, each event's effect once."""

import datetime
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from pymongo import InsertOne
from pymongo.errors import BulkWriteError, ConnectionFailure, PyMongoError

import contracts
from chassis.clock import SystemClock
from chassis.faults import Contended
from chassis.http.problem import Problem
from chassis.messaging.carried import Carried
from chassis.messaging.envelope import Envelope, Refused
from chassis.messaging.errands import EVENTS_ASKED, IDS_ASKED, IDS_TOLD, Errands
from chassis.messaging.held import ANY, PARKED, Held, SequenceFull
from chassis.messaging.missed import Missed
from chassis.messaging.shares import Shares
from chassis.messaging.transport import Away, Batch, Delivery, Subscriber, Transport
from chassis.messaging.versions import Handler as Handler
from chassis.messaging.versions import Versions
from chassis.storage.aggregates import DUPLICATE, NotThere
from chassis.storage.tables import Tables
from chassis.telemetry import metrics, trace
from chassis.telemetry.logs import logger

WAIT_SECONDS, BRIEFLY = 0.5, 0.01
HELD_AT_ONCE = 50
CHORES_SECONDS = 30.0
LOOK_SECONDS, TURN_SECONDS = 0.25, 10.0
CATCH_UP_SECONDS, CATCH_UP_SHARE = 0.25, 3
BEHIND = "waits behind an earlier event of its key"


class Fault:
    """Why a handler failed; `comes_again` when only another event has yet to come."""

    def __init__(self, error: Exception) -> None:
        self.why = f"{type(error).__name__}: {error}"
        self.comes_again = bool(getattr(error, "comes_again", False))


class Consumer:
    """One service's hearing: type → handler."""

    def __init__(
        self,
        service: str,
        handlers: Mapping[str, Handler],
        tables: Tables,
        transport: Transport,
        away: tuple[type[Exception], ...] = (Away, PyMongoError),
        book: contracts.Book = contracts.OURS,
        plumbing: Mapping[str, Handler] = MappingProxyType({}),
    ) -> None:
        self.service, self.tables = service, tables
        self.types = Versions(handlers, book).heard
        self.transport, self.away = transport, away
        self.held = Held(tables)
        self.missed = Missed(service, self.types, tables, transport)
        self.catching_up = self.missed.catching_up
        self.versions = Versions({**handlers, **self._plumbing(), **plumbing}, book)
        self.shares = Shares(tables.marks, SystemClock())
        self.subscriber: Subscriber | None = None
        self.is_any_held, self.chores_due = False, 0.0
        self.look_again = self.catch_up_again = float("-inf")

    def _plumbing(self) -> dict[str, Handler]:
        """What services' plumbing says to each other is heard like facts."""
        errands = Errands(self.service, self.tables, self.transport)
        return {
            IDS_ASKED: errands.on_ids_asked,
            IDS_TOLD: self.missed.on_ids_told,
            EVENTS_ASKED: errands.on_events_asked,
        }

    def run(self, stop: threading.Event) -> None:
        """Hear until told to stop, through losses of bus and database."""
        showing = threading.Thread(
            target=self.shares.keep_showing, args=(stop,), daemon=True
        )
        showing.start()
        while not stop.is_set():
            try:
                self.hear_once(stop)
            except self.away as error:
                logger().warning("consumer_waits", reason=str(error)[:300])
                self._disconnect()
                stop.wait(1.0)
        self._disconnect()
        showing.join()
        with suppress(PyMongoError):
            self.shares.leave()

    def _disconnect(self) -> None:
        if self.subscriber is not None:
            self.subscriber.close()
        self.subscriber = None

    def hear_once(self, stop: threading.Event) -> None:
        """Take one batch, handle it, acknowledge; now and then the held sequences."""
        if self.shares.beat():
            logger().info("share_changed", partitions=sorted(self.shares.mine))
            self._disconnect()
        subscriber = self.subscriber or self._connect()
        if time.monotonic() >= self.chores_due:
            self._do_chores()
        more_is_due = time.monotonic() >= self.look_again
        batch = subscriber.receive(BRIEFLY if more_is_due else WAIT_SECONDS)
        if batch is not None:
            self._handle_in_hand(batch, stop)
        if self.catching_up.is_on and time.monotonic() >= self.catch_up_again:
            self._catch_up()
        if time.monotonic() >= self.look_again:
            self.retry_held()

    def _catch_up(self) -> None:
        """Most of the time is left for hearing what is said again."""
        began = time.monotonic()
        self.missed.catch_up(self.shares.mine)
        ended = time.monotonic()
        pause = max(CATCH_UP_SECONDS, CATCH_UP_SHARE * (ended - began))
        self.catch_up_again = ended + pause

    def _connect(self) -> Subscriber:
        self.missed.before_hearing()
        partitions = sorted(self.shares.mine)
        self.subscriber = self.transport.subscriber(
            self.service, self.types, partitions
        )
        self.missed.now_hearing()
        self.catching_up.look()
        self.chores_due = 0.0
        return self.subscriber

    def _do_chores(self) -> None:
        """What the bus put aside goes to the parked; what was missed is asked for."""
        self.held.note_whether_any()
        self.catching_up.look()
        self.transport.take_parked(self.service, self.held.park_bytes)
        self.missed.ask_if_due()
        self.chores_due = time.monotonic() + CHORES_SECONDS

    def _handle_in_hand(self, batch: Batch, stop: threading.Event) -> None:
        """Keep the batch while the store is away, or a sequence is full.

        Giving it back would count as a delivery.
        """
        while True:
            try:
                self.handle(batch)
            except ConnectionFailure as error:
                logger().warning("consumer_waits", reason=str(error)[:300])
                if stop.wait(1.0):
                    return
            except SequenceFull as full:
                if self.catching_up.is_on and self.catching_up.line_up_too(str(full)):
                    continue
                logger().error("sequence_full", key=str(full))
                self.retry_held()
                if stop.wait(1.0):
                    return
            else:
                return

    def handle(self, batch: Batch) -> None:
        """Handle a batch and acknowledge it. Raises ConnectionFailure, Away."""
        again = [d for d in batch.deliveries if d.seen_before]
        first = [d for d in batch.deliveries if not d.seen_before]
        self._note_first(self._in_turn(self._readable(batch, again)))
        self._handle_fresh(self._in_turn(self._readable(batch, first)))
        if not batch.acknowledge():
            logger().warning("batch_lost", events=len(batch.deliveries))

    def _readable(self, batch: Batch, deliveries: Sequence[Delivery]) -> list[Envelope]:
        events = []
        for delivery in deliveries:
            try:
                event = self.versions.read(delivery.body)
            except Refused as error:
                logger().error("event_refused", reason=str(error))
                metrics.heard.labels("unreadable", "parked").inc()
                self.held.park_bytes(delivery.body, str(error))
                continue
            if event is not None:
                events.append(event)
        return events

    def _in_turn(self, events: list[Envelope]) -> list[Envelope]:
        """Those that were not heard and before which nothing was lost."""
        return self.catching_up.let_through(self._unheard(events))

    def _unheard(self, events: list[Envelope]) -> list[Envelope]:
        if not events:
            return []
        ids = [event.id for event in events]
        rows = self.tables.inbox.find({"_id": {"$in": [*ids, ANY]}}, {"_id": 1})
        heard = {row["_id"] for row in rows}
        self.is_any_held = ANY in heard or self.catching_up.is_on
        fresh: dict[str, Envelope] = {}
        for event in events:
            if event.id in heard:
                metrics.heard.labels(event.type, "repeat").inc()
            else:
                fresh.setdefault(event.id, event)
        return list(fresh.values())

    def _note_first(self, events: list[Envelope]) -> None:
        """Delivered before: perhaps it killed its process, so note it, try it alone."""
        for event in events:
            self.held.hold(event, "delivered again after a consumer went away")

    def _handle_fresh(self, events: list[Envelope]) -> None:
        if not events:
            return
        keys = sorted({event.partitionkey for event in events})
        failed = self.held.keys_among(keys) if self.is_any_held else set()
        self._wait_behind([e for e in events if e.partitionkey in failed])
        for layer in _layers([e for e in events if e.partitionkey not in failed]):
            handled: list[Envelope] = []
            by_type: dict[str, list[Envelope]] = {}
            for event in layer:
                if event.partitionkey in failed:
                    self._wait_behind([event])
                else:
                    by_type.setdefault(event.type, []).append(event)
            for group in by_type.values():
                failed |= self._handle_group(group)
                handled += [e for e in group if e.partitionkey not in failed]
            self._remember(handled)

    def _wait_behind(self, events: Sequence[Envelope]) -> None:
        """Raises SequenceFull."""
        of_keys: dict[str, list[Envelope]] = {}
        for event in events:
            metrics.heard.labels(event.type, "held").inc()
            of_keys.setdefault(event.partitionkey, []).append(event)
        for key, ones in of_keys.items():
            if len(self.held.line_up(ones, BEHIND)) < len(ones):
                raise SequenceFull(key)

    def _handle_group(self, events: list[Envelope]) -> set[str]:
        """Handle events of one type and different keys; the keys that failed."""
        fault = self._try(events)
        if fault is None:
            return set()
        if len(events) == 1:
            self.held.hold(events[0], fault.why)
            metrics.heard.labels(events[0].type, "failed").inc()
            return {events[0].partitionkey}
        failed: set[str] = set()
        for event in events:
            failed |= self._handle_group([event])
        return failed

    def _try(self, events: list[Envelope]) -> Fault | None:
        """Run the handler; why it failed, or None."""
        first = events[0]
        with trace.at_work(first.traceparent, first.requestid):
            try:
                self.versions.handle(Carried(events))
            except (Away, ConnectionFailure):
                raise
            except Exception as error:  # noqa: BLE001 - the edge: any fault is held
                self._tell(first, error)
                return Fault(error)
        metrics.heard.labels(first.type, "handled").inc(len(events))
        return None

    def _tell(self, event: Envelope, error: Exception) -> None:
        usual = isinstance(error, NotThere | Contended | Problem)
        expected = usual or Fault(error).comes_again
        log = logger().warning if expected else logger().exception
        log("event_failed", type=event.type, id=event.id, reason=str(error)[:300])

    def _remember(self, events: Sequence[Envelope]) -> None:
        if not events:
            return
        now = datetime.datetime.now(datetime.UTC)
        rows: list[InsertOne[dict[str, Any]]] = [
            InsertOne({"_id": event.id, "type": event.type, "at": now})
            for event in events
        ]
        try:
            self.tables.inbox.bulk_write(rows, ordered=False)
        except BulkWriteError as error:
            if any(w["code"] != DUPLICATE for w in error.details["writeErrors"]):
                raise

    def retry_held(self) -> None:
        """Go on with the held sequences that are due, as far as they go."""
        for _ in range(HELD_AT_ONCE):
            claimed = self.held.claim()
            if claimed is None:
                self.look_again = time.monotonic() + LOOK_SECONDS
                return
            self._go_on(*claimed)

    def _go_on(self, key: str, events: list[Envelope]) -> None:
        """As many at once as were claimed, or one by one to find out which kills."""
        most = len(events)
        while events:
            handled, fault = self._handle_in_turn(events)
            if handled:
                self._remember(handled)
                following = self.held.done(key, handled, most)
            if fault is not None:
                self._failed_again(key, events[len(handled)], fault)
                return
            events = following

    def _handle_in_turn(
        self, events: list[Envelope]
    ) -> tuple[list[Envelope], Fault | None]:
        """How far it went, and why no further; not for longer than a claim allows."""
        until = time.monotonic() + TURN_SECONDS
        unheard = {event.id for event in self._unheard(events)}
        for place, event in enumerate(events):
            if place and time.monotonic() > until:
                return events[:place], None
            fault = self._try([event]) if event.id in unheard else None
            if fault is not None:
                return events[:place], fault
        return events, None

    def _failed_again(self, key: str, event: Envelope, fault: Fault) -> None:
        retry = self.versions.retry(event.type)
        state = self.held.failed(key, fault.why, retry, fault.comes_again)
        if state == PARKED:
            logger().error("sequence_parked", key=key, reason=fault.why)


def _layers(events: Sequence[Envelope]) -> list[list[Envelope]]:
    """First events of all keys, then second ones, and so on."""
    depth: dict[str, int] = {}
    layers: list[list[Envelope]] = []
    for event in events:
        at = depth.get(event.partitionkey, 0)
        depth[event.partitionkey] = at + 1
        if at == len(layers):
            layers.append([])
        layers[at].append(event)
    return layers
