"""Rosters that branches send over the broker, each under its own account."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec
from chassis.broker.port import BusUnavailable, Delivery, Subscriber, Transport
from chassis.errors import Incompatible, OwnFault, WriteConflict
from chassis.events.envelope import Refused, at_work_on, decode_envelope
from chassis.storage.aggregates import NOT_STORABLE, NotFound
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger
from chassis.telemetry.masking import mask_value
from chassis.telemetry.reasons import reason_of
from chassis.telemetry.tracing import current_traceparent
from contracts.http.shape import Count, Id, Line
from pymongo.errors import PyMongoError

from enrollment.domain.errors import Refusal, RowsRefused
from enrollment.domain.roster import DECIDED, read_rows
from enrollment.usecases.ports import Branches, Chunks, SentChunk
from enrollment.usecases.receive_chunk import new_chunk, receive_chunks

EXCHANGE, QUEUE, PATTERN = "biyong.branches", "enrollment.rosters", "branch.*.roster"
TYPE = "branch.roster.sent.v1"
WAIT_SECONDS = 0.5  # for what comes next: a stop is noticed as soon
CHORES_SECONDS = 30.0  # between looks at what the broker put aside, which is rare
AGAIN_SECONDS = 1.0  # after store or broker failed, so that a loop is no flood
AT_ONCE = 50
"""Chunks in hand: written together they cost little more than one, and a branch that
sends hundreds keeps the others waiting for less."""
BROKER = "broker"
"""Who sent a chunk that came under no account of the gateway's."""
RECEIPTS_KNOWN_SECONDS = 60.0
"""So long a branch and its queue are taken to be there still."""


class ParkRoster(Protocol):
    """Keeps a message that is not taken where people find it."""

    def __call__(self, body: bytes, why: str, sender: str, key: str) -> bool:
        """False if it is not kept: too much of this sender's lies there."""


class RosterData(msgspec.Struct):
    """A roster chunk as a branch sends it; its rows are read by the domain."""

    branch_id: str
    roster_id: Id
    key: Id
    rows: list[Any]
    dry_run: bool = False
    name: Line = ""
    repairs: list[Count] = []


class NotTaken(OwnFault):
    """A message that nobody vouches for. `slug` is stable."""

    def __init__(self, slug: str, message: str) -> None:
        super().__init__(message)
        self.slug = slug


REFUSED = (
    NotTaken,
    Refused,
    Refusal,
    msgspec.ValidationError,
    Incompatible,
    *NOT_STORABLE,
)
"""What is wrong with this one message, whenever and by whomever it is taken."""
PASSING = (BusUnavailable, PyMongoError, WriteConflict, NotFound)
"""What is wrong with broker or store, or was only a race: the message waits for it."""


class RosterConsumer:
    """Takes chunks in; what is refused is kept for people, alone.

    A branch gets nothing but receipts; a chunk without one is sent again.
    """

    def __init__(
        self,
        transport: Transport,
        branches: Branches,
        chunks: Chunks,
        wake: Callable[[], None],
        keep: ParkRoster,
    ) -> None:
        self.transport, self.branches, self.chunks = transport, branches, chunks
        self.wake, self.keep = wake, keep
        self.subscriber: Subscriber | None = None
        self.at_once = 1
        self.receipts_known_until: dict[str, float] = {}
        self.chores_due = 0.0

    def run(self, stop: threading.Event) -> None:
        """Consume rosters until told to stop; none come on a bus without accounts."""
        while not stop.is_set():
            try:
                if not self.take_once():
                    stop.wait()
            except PASSING as error:
                logger().warning("roster_consumer_waits", reason=reason_of(error))
                self._close_subscriber()
                stop.wait(AGAIN_SECONDS)

    def _close_subscriber(self) -> None:
        if self.subscriber is not None:
            self.subscriber.close()
        self.subscriber = None

    def take_once(self) -> bool:
        """Take the next deliveries; False if this bus has no roster queue."""
        subscriber = self.subscriber or self._open_subscriber()
        if subscriber is None:
            return False
        if time.monotonic() >= self.chores_due:
            self._do_chores()
        batch = subscriber.receive(WAIT_SECONDS)
        if batch is None:
            return True
        self._handle_deliveries(batch.deliveries)
        batch.acknowledge()
        self._widen_batches(batch.deliveries)
        return True

    def _open_subscriber(self) -> Subscriber | None:
        """The store is asked first: what is given back counts as delivered in vain.

        At first one is in hand at a time, since what ended the last one who had it may
        come again; what only lies beside it must not count as delivered with it.
        """
        self.chunks.get(QUEUE)
        self.receipts_known_until.clear()
        return self._subscribe_to_rosters(at_once=1)

    def _subscribe_to_rosters(self, at_once: int) -> Subscriber | None:
        self.subscriber = self.transport.open_roster_queue(
            EXCHANGE, QUEUE, PATTERN, at_once
        )
        self.at_once = at_once
        return self.subscriber

    def _widen_batches(self, deliveries: Sequence[Delivery]) -> None:
        """Several at once as soon as one comes for the first time: all that came
        before is behind."""
        if self.at_once == 1 and not any(
            delivery.seen_before for delivery in deliveries
        ):
            self._close_subscriber()
            self._subscribe_to_rosters(AT_ONCE)

    def _do_chores(self) -> None:
        """What the broker put aside is kept; a fault in that gives nothing back."""
        self.chores_due = time.monotonic() + CHORES_SECONDS
        try:
            self.transport.take_parked(QUEUE, self._park_put_aside)
        except PASSING as error:
            logger().warning("parked_rosters_wait", reason=reason_of(error))

    def _park_put_aside(self, delivery: Delivery, why: str) -> None:
        self._park_delivery(delivery, f"put-aside: {why}")

    def _handle_deliveries(self, deliveries: Sequence[Delivery]) -> None:
        """Handle each delivery, or park it with the reason. Raises PASSING."""
        read = []
        for delivery in deliveries:
            try:
                read.append((delivery, self._read_chunk(delivery)))
            except REFUSED as refusal:
                self._refuse_delivery(delivery, refusal)
        try:
            self._receive_chunks(read)
        except REFUSED:
            for pair in read:
                self._receive_alone(*pair)
        if read:
            self.wake()

    def _receive_chunks(self, read: Sequence[tuple[Delivery, SentChunk]]) -> None:
        """Receive all chunks at once. Raises REFUSED if one is such, PASSING."""
        received = receive_chunks(self.chunks, [sent for _, sent in read])
        for (delivery, _), chunk in zip(read, received, strict=True):
            if isinstance(chunk, Refusal):
                self._refuse_delivery(delivery, chunk)
                continue
            if chunk.state == DECIDED:
                self.chunks.reissue_receipt(chunk.id)
            metrics.events_consumed.labels(TYPE, "handled").inc()

    def _receive_alone(self, delivery: Delivery, sent: SentChunk) -> None:
        try:
            self._receive_chunks([(delivery, sent)])
        except REFUSED as fault:
            self._refuse_delivery(delivery, fault)

    def _refuse_delivery(self, delivery: Delivery, refusal: Exception) -> None:
        metrics.events_consumed.labels(TYPE, "parked").inc()
        self._park_delivery(delivery, _reason_for(refusal))

    def _park_delivery(self, delivery: Delivery, why: str) -> None:
        sender, key = _sender_of(delivery), _shown_key(delivery)
        is_parked = self.keep(delivery.body, why, sender, key)
        logger().warning(
            "roster_refused",
            branch=sender,
            key=key,
            reason=why,
            size=len(delivery.body),
            kept=is_parked,
        )

    def _read_chunk(self, delivery: Delivery) -> SentChunk:
        """The chunk of a delivery, its receipts queue made sure of. Raises REFUSED."""
        if not delivery.user:
            raise NotTaken("sender-missing", "the message has no user_id")
        event = decode_envelope(delivery.body)
        if event.type != TYPE:
            raise Refused(f"a branch sends {TYPE} and nothing else")
        data = msgspec.convert(event.data, RosterData)
        self._require_sender(delivery, data.branch_id)
        self._open_receipts(data.branch_id)
        chunk = new_chunk(
            branch_id=data.branch_id,
            roster_id=data.roster_id,
            key=data.key,
            dry_run=data.dry_run,
            rows=read_rows(data.rows),
            now=time.time(),
            name=data.name,
            sent_by=BROKER,
            repairs=data.repairs,
        )
        with at_work_on(event):
            return SentChunk(chunk, current_traceparent())

    def _require_sender(self, delivery: Delivery, branch: str) -> None:
        """The broker checked user_id; nobody speaks for another."""
        if delivery.user != f"branch.{branch}":
            raise NotTaken("not-the-sender", "data/branch_id is not the sender")
        if delivery.routing_key != f"branch.{branch}.roster":
            raise NotTaken("not-the-sender", "the routing key is not the sender's")

    def _open_receipts(self, branch: str) -> None:
        """The sender is a branch, and has a queue for its receipts. Raises NotTaken.

        To ask for each chunk would cost more than the chunk.
        """
        now = time.monotonic()
        if now < self.receipts_known_until.get(branch, 0.0):
            return
        if self.branches.get(branch) is None:
            raise NotTaken("unknown-branch", "there is no branch of the sender's id")
        self.transport.declare_receipts_queue(branch)
        self.receipts_known_until[branch] = now + RECEIPTS_KNOWN_SECONDS


def _reason_for(refusal: Exception) -> str:
    """A stable code, then place and rule; never what was written there."""
    if isinstance(refusal, RowsRefused):
        return f"{refusal.slug}: {refusal.place}: {refusal.rule}"
    if isinstance(refusal, NotTaken):
        return f"{refusal.slug}: {refusal}"
    if isinstance(refusal, Refusal):
        return f"{refusal.slug}: {type(refusal).__name__}"
    is_storable = not isinstance(refusal, NOT_STORABLE)
    slug = "event-refused" if is_storable else "not-to-be-kept"
    return f"{slug}: {reason_of(refusal)}"


def _sender_of(delivery: Delivery) -> str:
    """The branch whose account the broker vouches for; empty without one."""
    return delivery.user.removeprefix("branch.")


def _shown_key(delivery: Delivery) -> str:
    """The sender's key for it, if it can be read and may be shown."""
    try:
        event = decode_envelope(delivery.body)
    except Refused:
        return ""
    key = event.data.get("key", "")
    return str(mask_value(key, "key")) if isinstance(key, str) else ""
