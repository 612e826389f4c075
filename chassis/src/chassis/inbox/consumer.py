"""Hearing: batches in order per key, each event's effect once."""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress

from pymongo.errors import ConnectionFailure, PyMongoError

import contracts
from chassis.broker.port import Batch, BusUnavailable, Delivery, Subscriber, Transport
from chassis.broker.queue_status import missing_partitions
from chassis.clock import SystemClock
from chassis.events.envelope import Envelope, Refused, decode
from chassis.inbox.dispatch import Handling, layers
from chassis.inbox.partition_assignment import Shares
from chassis.inbox.retry_queue import Held, SequenceFull
from chassis.inbox.retry_worker import RetryWorker
from chassis.inbox.sender_check import is_vouched
from chassis.inbox.versions import Handler as Handler
from chassis.inbox.versions import Versions
from chassis.storage.collections import Tables
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of

WAIT_SECONDS, BRIEFLY = 0.5, 0.01
CHORES_SECONDS = 30.0
LOOK_SECONDS, FIRST_PARTITION = 0.25, 0
BEHIND = "waits behind an earlier event of its key"
NOT_VOUCHED = "it was sent by an account that may not say it"


class Consumer:
    """One service's hearing: type → handler.

    `note_queues` hears at each connect of which partitions the queues are gone, before
    they are made again: of all where the service never had any, and mostly of none.
    """

    def __init__(
        self,
        service: str,
        handlers: Mapping[str, Handler],
        tables: Tables,
        transport: Transport,
        away: tuple[type[Exception], ...] = (BusUnavailable, PyMongoError),
        book: contracts.ContractRegistry = contracts.REGISTRY,
        note_queues: Callable[[Collection[int]], None] = lambda _: None,
    ) -> None:
        self.service, self.tables = service, tables
        self.versions = Versions(handlers, book)
        self.types = self.versions.heard
        self.transport, self.away = transport, away
        self.held = Held(tables)
        self.note_queues = note_queues
        self.shares = Shares(tables.replicas, SystemClock())
        self.subscriber: Subscriber | None = None
        self.handling = Handling(self.versions, tables)
        self.retry_worker = RetryWorker(self.held, self.handling)
        self.chores_due = 0.0
        self.look_again = float("-inf")

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
                logger().warning("consumer_waits", reason=reason_of(error))
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
        if time.monotonic() >= self.look_again:
            self.retry_held()

    def _connect(self) -> Subscriber:
        queues = self.transport.queues(self.service)
        self.note_queues(missing_partitions(queues))
        partitions = sorted(self.shares.mine)
        self.subscriber = self.transport.subscriber(
            self.service, self.types, partitions
        )
        self.chores_due = 0.0
        return self.subscriber

    def _do_chores(self) -> None:
        """What the bus put aside is taken up, by one of several replicas: it has an
        order."""
        self.held.note_whether_any()
        if FIRST_PARTITION in self.shares.mine:
            self._take_parked()
        self.chores_due = time.monotonic() + CHORES_SECONDS

    def _take_parked(self) -> None:
        """A fault with one that was put aside gives nothing back that is in hand."""
        try:
            self.transport.take_parked(self.service, self._hold_aside)
        except self.away as error:
            logger().warning("parked_waits", reason=reason_of(error))

    def _hold_aside(self, aside: Delivery, why: str) -> None:
        """What the bus put aside is tried again, if its account may say it."""
        try:
            may_be_tried = self._is_vouched(aside, decode(aside.body))
        except Refused:
            may_be_tried = True  # what cannot be read is parked as it is
        if may_be_tried:
            self.held.hold_aside(aside.body, why)

    def _handle_in_hand(self, batch: Batch, stop: threading.Event) -> None:
        """Keep the batch while the store is away, or a sequence is full.

        Giving it back would count as a delivery.
        """
        while True:
            try:
                self.handle(batch)
            except ConnectionFailure as error:
                logger().warning("consumer_waits", reason=reason_of(error))
                if stop.wait(1.0):
                    return
            except SequenceFull as full:
                logger().error("sequence_full", key=str(full))
                self.retry_held()
                if stop.wait(1.0):
                    return
            else:
                return

    def handle(self, batch: Batch) -> None:
        """Handle a batch and acknowledge it.

        Raises ConnectionFailure, BusUnavailable.
        """
        again = [d for d in batch.deliveries if d.seen_before]
        first = [d for d in batch.deliveries if not d.seen_before]
        self._note_first(self.handling.unheard(self._readable(batch, again)))
        self._handle_fresh(self.handling.unheard(self._readable(batch, first)))
        if not batch.acknowledge():
            logger().warning("batch_lost", events=len(batch.deliveries))

    def _readable(self, batch: Batch, deliveries: Sequence[Delivery]) -> list[Envelope]:
        events = []
        for delivery in deliveries:
            try:
                event = self.versions.read(delivery.body)
            except Refused as error:
                logger().error("event_refused", reason=reason_of(error))
                metrics.heard.labels("unreadable", "parked").inc()
                self.held.park_raw(delivery.body, reason_of(error))
                continue
            if event is not None and self._is_vouched(delivery, event):
                events.append(event)
        return events

    def _is_vouched(self, delivery: Delivery, event: Envelope) -> bool:
        """What nobody vouches for is put aside as bytes: it stops no key's sequence."""
        if not self.transport.vouches or is_vouched(event, delivery.user):
            return True
        logger().error("event_not_vouched", type=event.type, user=delivery.user)
        metrics.heard.labels(event.type, "parked").inc()
        self.held.park_raw(delivery.body, NOT_VOUCHED)
        return False

    def _note_first(self, events: list[Envelope]) -> None:
        """Delivered before: perhaps it killed its process, so note it before trying."""
        for event in events:
            self.held.hold(event, "its consumer went away", untried=True)

    def _handle_fresh(self, events: list[Envelope]) -> None:
        if not events:
            return
        keys = sorted({event.partitionkey for event in events})
        failed = self.held.keys_among(keys) if self.handling.is_any_held else set()
        self._wait_behind([e for e in events if e.partitionkey in failed])
        for layer in layers([e for e in events if e.partitionkey not in failed]):
            self._wait_behind([e for e in layer if e.partitionkey in failed])
            free = [e for e in layer if e.partitionkey not in failed]
            faults = self.handling.handle_layer(free)
            for event in free:
                if event.partitionkey in faults:
                    self.held.hold(event, faults[event.partitionkey].why)
                    metrics.heard.labels(event.type, "failed").inc()
            failed |= faults.keys()
            self.handling.remember([e for e in free if e.partitionkey not in faults])

    def _wait_behind(self, events: Sequence[Envelope]) -> None:
        """Raises SequenceFull."""
        of_keys: dict[str, list[Envelope]] = {}
        for event in events:
            metrics.heard.labels(event.type, "held").inc()
            of_keys.setdefault(event.partitionkey, []).append(event)
        for key, ones in of_keys.items():
            if len(self.held.line_up(ones, BEHIND)) < len(ones):
                raise SequenceFull(key)

    def retry_held(self) -> None:
        """Go on with the held sequences that are due, as far as they go."""
        if not self.retry_worker.retry_due():
            self.look_again = time.monotonic() + LOOK_SECONDS
