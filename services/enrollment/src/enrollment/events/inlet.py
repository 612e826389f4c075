"""Rosters that branches send over the broker, each under its own account."""

import threading
import time
from collections.abc import Callable

import msgspec
from chassis.messaging.envelope import Envelope, Refused, from_bytes
from chassis.messaging.transport import Away, Delivery, Subscriber, Transport
from chassis.telemetry import metrics, trace
from chassis.telemetry.logs import logger
from pymongo.errors import PyMongoError

from enrollment.domain.errors import ChunkDiffers
from enrollment.domain.roster import DECIDED, Row
from enrollment.usecases.ports import Branches, Chunks
from enrollment.usecases.receive_chunk import receive_chunk

EXCHANGE, QUEUE, PATTERN = "biyong.branches", "enrollment.rosters", "branch.*.roster"
TYPE = "branch.roster.sent.v1"
WAIT_SECONDS, CHORES_SECONDS = 0.5, 30.0


class RosterInlet:
    """Takes chunks in: what is kept is acknowledged, what is refused is parked.

    `keep` takes what is parked, and why, to where people find it.
    A branch hears of nothing but receipts; a chunk without one is sent again.
    """

    def __init__(
        self, transport: Transport, branches: Branches, chunks: Chunks,
        wake: Callable[[], None], keep: Callable[[bytes, str], None],
    ) -> None:  # fmt: skip
        self.transport, self.branches, self.chunks = transport, branches, chunks
        self.wake, self.keep = wake, keep
        self.subscriber: Subscriber | None = None
        self.chores_due = 0.0

    def run(self, stop: threading.Event) -> None:
        """Take in until told to stop; at once done on a bus without accounts."""
        while not stop.is_set():
            try:
                if not self.take_once():
                    stop.wait()
            except (Away, PyMongoError) as error:
                logger().warning("inlet_waits", reason=str(error)[:300])
                if self.subscriber is not None:
                    self.subscriber.close()
                self.subscriber = None
                stop.wait(1.0)

    def take_once(self) -> bool:
        """Take one batch in; False if this bus has no inlet."""
        if self.subscriber is None:
            self.subscriber = self.transport.inlet(EXCHANGE, QUEUE, PATTERN)
            if self.subscriber is None:
                return False
        if time.monotonic() >= self.chores_due:
            self.transport.take_parked(QUEUE, self.keep)
            self.chores_due = time.monotonic() + CHORES_SECONDS
        batch = self.subscriber.receive(WAIT_SECONDS)
        if batch is None:
            return True
        try:
            for delivery in batch.deliveries:
                try:
                    self._take(delivery)
                except (Refused, ChunkDiffers) as refusal:
                    logger().warning("roster_refused", reason=str(refusal)[:300])
                    metrics.heard.labels(TYPE, "parked").inc()
                    batch.park(delivery, str(refusal))
        except BaseException:
            batch.release()
            raise
        batch.acknowledge()
        return True

    def _take(self, delivery: Delivery) -> None:
        event = from_bytes(delivery.body)
        if event.type != TYPE:
            raise Refused(f"a branch sends {TYPE}, not {event.type}")
        branch = event.data["branch_id"]
        self._require_sender(delivery, branch)
        with trace.at_work(event.traceparent, event.requestid):
            self.transport.outlet(branch)
            self._receive(event, branch)
        metrics.heard.labels(TYPE, "handled").inc()

    def _require_sender(self, delivery: Delivery, branch: str) -> None:
        """The broker checked user_id; whoever leaves it out is not taken."""
        if delivery.user != f"branch.{branch}":
            raise Refused(f"user_id '{delivery.user}' may not speak for {branch}")
        if delivery.routing_key != f"branch.{branch}.roster":
            raise Refused(f"{delivery.routing_key} is not the key of {branch}")
        if self.branches.get(branch) is None:
            raise Refused(f"there is no branch {branch}")

    def _receive(self, event: Envelope, branch: str) -> None:
        blank = {"name": "", "member_no": "", "phone": "", "class_id": ""}
        rows = [
            msgspec.convert({**blank, **row, "number": row["row"]}, Row)
            for row in event.data["rows"]
        ]
        chunk = receive_chunk(
            self.chunks,
            branch_id=branch,
            roster_id=event.data["roster_id"],
            key=event.data["key"],
            dry_run=event.data["dry_run"],
            rows=rows,
            now=time.time(),
        )
        if chunk.state == DECIDED:
            self.chunks.say_again(chunk.id)
        else:
            self.wake()
