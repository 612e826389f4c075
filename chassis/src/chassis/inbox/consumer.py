"""Hearing: batches in order per key, each event's effect once."""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress

from pymongo.errors import ConnectionFailure, PyMongoError

import contracts
from chassis.broker.port import Batch, BusUnavailable, Delivery, Subscriber, Transport
from chassis.broker.topology import missing_partitions
from chassis.clock import IdlePause, SystemClock
from chassis.events.envelope import Envelope, Refused, can_send, decode_envelope
from chassis.inbox.dispatch import Dispatcher, read_or_park, split_layers
from chassis.inbox.handler_table import Handler as Handler
from chassis.inbox.handler_table import HandlerTable
from chassis.inbox.partition_assignment import MORE_SELDOM, PartitionAssignment
from chassis.inbox.retry_queue import RetryQueue
from chassis.inbox.retry_row import SequenceFull
from chassis.inbox.retry_worker import RetryWorker
from chassis.storage.collections import MessagingCollections
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 2.0
"""How late it sees that it shall stop, or that its partitions changed."""
BRIEFLY = 0.01
CHORES_SECONDS = 30.0
LOOK_SECONDS = 5.0  # what another process adds to the retry queue waits so long at most
FIRST_PARTITION = 0
BEHIND = "waits behind an earlier event of its key"
SENDER_REFUSED = "it was sent by an account that may not publish it"


class Consumer:
    """One service's hearing: type → handler.

    `note_queues` is called at each connect with the partitions of which the queues are
    gone, before they are made again: of all where the service never had any, and mostly
    of none.
    """

    def __init__(
        self,
        service: str,
        handlers: Mapping[str, Handler],
        collections: MessagingCollections,
        transport: Transport,
        away: tuple[type[Exception], ...] = (BusUnavailable, PyMongoError),
        registry: contracts.ContractRegistry = contracts.REGISTRY,
        note_queues: Callable[[Collection[int]], None] = lambda _: None,
    ) -> None:
        self.service, self.collections = service, collections
        self.handlers = HandlerTable(handlers, registry)
        self.types = self.handlers.consumed_types
        self.transport, self.away = transport, away
        self.retry_queue = RetryQueue(collections)
        self.note_queues = note_queues
        self.more_seldom = MORE_SELDOM if transport.is_one_machine else 1
        self.assignment = PartitionAssignment(
            collections.replicas, SystemClock(), more_seldom=self.more_seldom
        )
        self.subscriber: Subscriber | None = None
        self.dispatcher = Dispatcher(self.handlers, collections)
        self.retry_worker = RetryWorker(self.retry_queue, self.dispatcher)
        self.chores_due = 0.0
        self.look_again = float("-inf")
        self.pause = IdlePause(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS)

    def run(self, stop: threading.Event) -> None:
        """Consume until told to stop, through losses of bus and database."""
        showing = threading.Thread(
            target=self.assignment.show_while_busy, args=(stop,), daemon=True
        )
        showing.start()
        while not stop.is_set():
            try:
                self.consume_batch(stop)
            except self.away as error:
                logger().warning("consumer_waits", reason=reason_of(error))
                self._close_subscriber()
                stop.wait(1.0)
        self._close_subscriber()
        showing.join()
        with suppress(PyMongoError):
            self.assignment.release_claim()

    def _close_subscriber(self) -> None:
        if self.subscriber is not None:
            self.subscriber.close()
        self.subscriber = None

    def consume_batch(self, stop: threading.Event) -> None:
        """Take one batch, handle it, acknowledge; now and then what waits to be
        retried."""
        if self.assignment.renew_claim():
            logger().info(
                "partitions_assigned", partitions=sorted(self.assignment.mine)
            )
            self._close_subscriber()
        subscriber = self.subscriber or self._open_subscriber()
        if time.monotonic() >= self.chores_due:
            self._do_chores()
        seconds = min(self._seconds_to_retry(), self.pause.take_next())
        batch = subscriber.receive(max(BRIEFLY, seconds))
        if batch is not None:
            self.pause.start_anew()
            self._handle_in_hand(batch, stop)
        if self._seconds_to_retry() <= 0:
            self.retry_due()

    def _seconds_to_retry(self) -> float:
        """Until a sequence is due, or may be for all this process knows."""
        is_due_in = self.retry_queue.next_due.moment - time.time()
        return min(is_due_in, self.look_again - time.monotonic())

    def _open_subscriber(self) -> Subscriber:
        queues = self.transport.find_queues(self.service)
        self.note_queues(missing_partitions(queues))
        partitions = sorted(self.assignment.mine)
        self.subscriber = self.transport.open_subscriber(
            self.service, self.types, partitions
        )
        self.chores_due = 0.0
        return self.subscriber

    def _do_chores(self) -> None:
        """What the bus put aside is taken up, by one of several replicas: it has an
        order."""
        self.retry_queue.note_whether_any()
        if FIRST_PARTITION in self.assignment.mine:
            self._take_parked()
        self.chores_due = time.monotonic() + CHORES_SECONDS

    def _take_parked(self) -> None:
        """A fault with one that was put aside gives nothing back that is in hand."""
        try:
            self.transport.take_parked(self.service, self._retry_set_aside)
        except self.away as error:
            logger().warning("parked_waits", reason=reason_of(error))

    def _retry_set_aside(self, aside: Delivery, why: str) -> None:
        """What the bus put aside is tried again, if its account may publish it."""
        try:
            may_be_tried = self._can_send(aside, decode_envelope(aside.body))
        except Refused:
            may_be_tried = True  # what cannot be read is parked as it is
        if may_be_tried:
            self.retry_queue.add_set_aside(aside.body, why)

    def _handle_in_hand(self, batch: Batch, stop: threading.Event) -> None:
        """Keep the batch while the store is away, or a sequence is full.

        Giving it back would count as a delivery.
        """
        while True:
            try:
                self.handle_batch(batch)
            except ConnectionFailure as error:
                logger().warning("consumer_waits", reason=reason_of(error))
                if stop.wait(1.0):
                    return
            except SequenceFull as full:
                logger().error("sequence_full", key=str(full))
                self.retry_due()
                if stop.wait(1.0):
                    return
            else:
                return

    def handle_batch(self, batch: Batch) -> None:
        """Handle a batch and acknowledge it.

        Raises ConnectionFailure, BusUnavailable.
        """
        redelivered = [d for d in batch.deliveries if d.seen_before]
        new = [d for d in batch.deliveries if not d.seen_before]
        self._queue_before_trying(
            self.dispatcher.find_unhandled(self._read_events(batch, redelivered))
        )
        self._handle_new(self.dispatcher.find_unhandled(self._read_events(batch, new)))
        if not batch.acknowledge():
            logger().warning("batch_lost", events=len(batch.deliveries))

    def _read_events(
        self, batch: Batch, deliveries: Sequence[Delivery]
    ) -> list[Envelope]:
        events = []
        for delivery in deliveries:
            event = read_or_park(self.handlers, self.retry_queue, delivery.body)
            if event is not None and self._can_send(delivery, event):
                events.append(event)
        return events

    def _can_send(self, delivery: Delivery, event: Envelope) -> bool:
        """What nobody vouches for is put aside as bytes: it stops no key's sequence."""
        if not self.transport.names_senders or can_send(event, delivery.user):
            return True
        logger().error("event_sender_refused", type=event.type, user=delivery.user)
        metrics.events_consumed.labels(event.type, "parked").inc()
        self.retry_queue.park_raw(delivery.body, SENDER_REFUSED)
        return False

    def _queue_before_trying(self, events: list[Envelope]) -> None:
        """Delivered before: perhaps it killed its process, so note it before trying."""
        for event in events:
            self.retry_queue.add_event(event, "its consumer went away", untried=True)

    def _handle_new(self, events: list[Envelope]) -> None:
        if not events:
            return
        keys = sorted({event.partitionkey for event in events})
        failed = (
            self.retry_queue.keys_among(keys) if self.dispatcher.has_waiting else set()
        )
        self._wait_behind([e for e in events if e.partitionkey in failed])
        for layer in split_layers([e for e in events if e.partitionkey not in failed]):
            self._wait_behind([e for e in layer if e.partitionkey in failed])
            free = [e for e in layer if e.partitionkey not in failed]
            faults = self.dispatcher.handle_layer(free)
            for event in free:
                if event.partitionkey in faults:
                    self.retry_queue.add_event(event, faults[event.partitionkey].why)
                    metrics.events_consumed.labels(event.type, "failed").inc()
            failed |= faults.keys()
            self.dispatcher.note_handled(
                [e for e in free if e.partitionkey not in faults]
            )

    def _wait_behind(self, events: Sequence[Envelope]) -> None:
        """Raises SequenceFull."""
        for event in events:
            metrics.events_consumed.labels(event.type, "queued").inc()
        if full := self.retry_queue.line_up_all(events, BEHIND):
            raise SequenceFull(full[0])

    def retry_due(self) -> None:
        """Retry the sequences that are due, as far as they go."""
        self.look_again = float("-inf")
        if not self.retry_worker.retry_due():
            self.look_again = time.monotonic() + LOOK_SECONDS * self.more_seldom
