"""Rosters that branches send over the broker, each under its own account."""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from chassis.faults import Contended, OwnFault
from chassis.http.body import Id
from chassis.messaging.envelope import Refused, decode
from chassis.messaging.masking import masked
from chassis.messaging.transport import Away, Delivery, Subscriber, Transport
from chassis.reasons import reason_of
from chassis.storage.aggregates import NOT_TO_BE_KEPT, NotThere
from chassis.telemetry import metrics, trace
from chassis.telemetry.logs import logger
from pymongo.errors import PyMongoError

from enrollment.domain.errors import Refusal, RowsRefused
from enrollment.domain.roster import DECIDED
from enrollment.domain.sent_rows import read_rows
from enrollment.usecases.ports import Branches, Chunks
from enrollment.usecases.receive_chunk import receive_chunk

EXCHANGE, QUEUE, PATTERN = "biyong.branches", "enrollment.rosters", "branch.*.roster"
TYPE = "branch.roster.sent.v1"
WAIT_SECONDS, CHORES_SECONDS, AGAIN_SECONDS = 0.5, 30.0, 1.0
OUTLET_SECONDS = 60.0
"""So long a branch's queue is taken to be there still; then it is made sure of."""


class Keep(Protocol):
    """Keeps a message that is not taken where people find it."""

    def __call__(self, body: bytes, why: str, sender: str, key: str) -> bool:
        """False if it is not kept: too much of this sender's lies there."""


class Chunk(msgspec.Struct):
    """What a branch sends, as in its contract; rows are read by the domain."""

    branch_id: str
    roster_id: Id
    key: Id
    rows: list[Any]
    dry_run: bool = False


class NotTaken(OwnFault):
    """A message that nobody vouches for. `slug` is stable."""

    def __init__(self, slug: str, message: str) -> None:
        super().__init__(message)
        self.slug = slug


REFUSED = (NotTaken, Refused, Refusal, msgspec.ValidationError, *NOT_TO_BE_KEPT)
"""What is wrong with this one message, whenever and by whomever it is taken."""
PASSING = (Away, PyMongoError, Contended, NotThere)
"""What is wrong with broker or store, or was only a race: the message waits for it."""


class RosterInlet:
    """Takes chunks in, one by one; what is refused is kept for people, alone.

    A branch hears of nothing but receipts; a chunk without one is sent again.
    """

    def __init__(
        self, transport: Transport, branches: Branches, chunks: Chunks,
        wake: Callable[[], None], keep: Keep,
    ) -> None:  # fmt: skip
        self.transport, self.branches, self.chunks = transport, branches, chunks
        self.wake, self.keep = wake, keep
        self.subscriber: Subscriber | None = None
        self.outlets: dict[str, float] = {}
        self.chores_due = 0.0

    def run(self, stop: threading.Event) -> None:
        """Take in until told to stop; at once done on a bus without accounts."""
        while not stop.is_set():
            try:
                if not self.take_once():
                    stop.wait()
            except PASSING as error:
                logger().warning("inlet_waits", reason=reason_of(error))
                self._disconnect()
                stop.wait(AGAIN_SECONDS)

    def _disconnect(self) -> None:
        if self.subscriber is not None:
            self.subscriber.close()
        self.subscriber = None

    def take_once(self) -> bool:
        """Take what comes next; False if this bus has no inlet."""
        subscriber = self.subscriber or self._connect()
        if subscriber is None:
            return False
        if time.monotonic() >= self.chores_due:
            self._do_chores()
        batch = subscriber.receive(WAIT_SECONDS)
        if batch is None:
            return True
        try:
            for delivery in batch.deliveries:
                self._settle(delivery)
        except BaseException:
            batch.release()
            raise
        batch.acknowledge()
        return True

    def _connect(self) -> Subscriber | None:
        """The store is asked first: what is given back counts as delivered in vain."""
        self.chunks.get(QUEUE)
        self.outlets.clear()
        self.subscriber = self.transport.inlet(EXCHANGE, QUEUE, PATTERN)
        return self.subscriber

    def _do_chores(self) -> None:
        """What the broker put aside is kept; a fault in that gives nothing back."""
        self.chores_due = time.monotonic() + CHORES_SECONDS
        try:
            self.transport.take_parked(QUEUE, self._keep_aside)
        except PASSING as error:
            logger().warning("parked_rosters_wait", reason=reason_of(error))

    def _keep_aside(self, delivery: Delivery, why: str) -> None:
        self._keep(delivery, f"put-aside: {why}")

    def _settle(self, delivery: Delivery) -> None:
        """Take it, or keep it for people with the reason. Raises PASSING."""
        try:
            self._take(delivery)
        except REFUSED as refusal:
            metrics.heard.labels(TYPE, "parked").inc()
            self._keep(delivery, _why(refusal))

    def _keep(self, delivery: Delivery, why: str) -> None:
        sender, key = _sender(delivery), _shown_key(delivery)
        kept = self.keep(delivery.body, why, sender, key)
        logger().warning(
            "roster_refused", branch=sender, key=key, reason=why,
            size=len(delivery.body), kept=kept,
        )  # fmt: skip

    def _take(self, delivery: Delivery) -> None:
        event = decode(delivery.body)
        if event.type != TYPE:
            raise Refused(f"a branch sends {TYPE} and nothing else")
        sent = msgspec.convert(event.data, Chunk)
        self._require_sender(delivery, sent.branch_id)
        with trace.at_work(event.traceparent, trace.given(event.requestid)):
            self._open_outlet(sent.branch_id)
            self._receive(sent)
        metrics.heard.labels(TYPE, "handled").inc()

    def _require_sender(self, delivery: Delivery, branch: str) -> None:
        """The broker checked user_id; whoever leaves it out is not taken."""
        if not delivery.user:
            raise NotTaken("sender-missing", "the message has no user_id")
        if delivery.user != f"branch.{branch}":
            raise NotTaken("not-the-sender", "data/branch_id is not the sender")
        if delivery.routing_key != f"branch.{branch}.roster":
            raise NotTaken("not-the-sender", "the routing key is not the sender's")
        if self.branches.get(branch) is None:
            raise NotTaken("unknown-branch", "there is no branch of the sender's id")

    def _open_outlet(self, branch: str) -> None:
        """A connection for each chunk would cost more than the chunk."""
        now = time.monotonic()
        if now >= self.outlets.get(branch, 0.0):
            self.transport.outlet(branch)
            self.outlets[branch] = now + OUTLET_SECONDS

    def _receive(self, sent: Chunk) -> None:
        chunk = receive_chunk(
            self.chunks,
            branch_id=sent.branch_id,
            roster_id=sent.roster_id,
            key=sent.key,
            dry_run=sent.dry_run,
            rows=read_rows(sent.rows),
            now=time.time(),
        )
        if chunk.state == DECIDED:
            self.chunks.say_again(chunk.id)
        else:
            self.wake()


def _why(refusal: Exception) -> str:
    """A stable code, then place and rule; never what was written there."""
    if isinstance(refusal, RowsRefused):
        return f"{refusal.slug}: {refusal.place}: {refusal.rule}"
    if isinstance(refusal, NotTaken):
        return f"{refusal.slug}: {refusal}"
    if isinstance(refusal, Refusal):
        return f"{refusal.slug}: {type(refusal).__name__}"
    is_storable = not isinstance(refusal, NOT_TO_BE_KEPT)
    slug = "event-refused" if is_storable else "not-to-be-kept"
    return f"{slug}: {reason_of(refusal)}"


def _sender(delivery: Delivery) -> str:
    """The branch whose account the broker vouches for; empty without one."""
    return delivery.user.removeprefix("branch.")


def _shown_key(delivery: Delivery) -> str:
    """The sender's key for it, if it can be read and may be shown."""
    try:
        event = decode(delivery.body)
    except Refused:
        return ""
    key = event.data.get("key", "")
    return str(masked(key, "key")) if isinstance(key, str) else ""
