"""Rosters that branches send over the broker, each under its own account."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from chassis.broker.port import BusUnavailable, Delivery, Subscriber, Transport
from chassis.errors import Incompatible, WriteConflict
from chassis.events.envelope import Refused, at_work_for
from chassis.storage.aggregates import NOT_STORABLE, NotFound
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger
from chassis.telemetry.masking import mask_value
from chassis.telemetry.reasons import reason_of
from chassis.telemetry.tracing import current_traceparent
from pymongo.errors import PyMongoError

from enrollment.domain.branch_message import BranchMessage, find_id
from enrollment.domain.errors import Refusal
from enrollment.domain.refused_message import NotTaken, RefusedMessage
from enrollment.domain.roster import DECIDED
from enrollment.domain.roster_message import TYPE
from enrollment.usecases.ports import Chunks, SentChunk
from enrollment.usecases.receive_message import (
    ReadMessage,
    receive_chunks,
    to_not_taken,
    type_of,
)

EXCHANGE, QUEUE, PATTERN = "biyong.branches", "enrollment.rosters", "branch.*.roster"
WAIT_SECONDS = 0.5  # for what comes next: a stop is noticed as soon
CHORES_SECONDS = 30.0  # between looks at what the broker put aside, which is rare
AGAIN_SECONDS = 1.0  # after store or broker failed, so that a loop is no flood
AT_ONCE = 50
"""Chunks in hand: written together they cost little more than one, and a branch that
sends hundreds keeps the others waiting for less."""
BROKER = "broker"
"""Who sent a chunk that came under no account of the gateway's."""
RECEIPTS_KNOWN_SECONDS = 60.0
"""So long a branch's queue for answers is taken to be there still."""
MOST_REFUSED, MINUTE = 600, 60.0
"""Messages of a branch that are refused one by one in a minute: each costs the others
of the one queue some milliseconds."""
ACCOUNT, ROSTER = "branch.", ".roster"
"""How the name of a branch's account begins at the broker, before its id; how the
routing key of its rosters ends, behind its account."""
PASSING = (BusUnavailable, PyMongoError, WriteConflict, NotFound)
"""What is wrong with broker or store, or was only a race: the message waits for it."""


class ParkRoster(Protocol):
    """Keeps that a message came whose sender cannot be answered."""

    def __call__(self, body: bytes, why: str, sender: str, key: str) -> bool:
        """False if it is not kept: too much of this sender's lies there."""


class AnswerSender(Protocol):
    """Tells a branch why a message of its is not taken, for certain."""

    def __call__(self, refused: RefusedMessage) -> None:
        """Repeating it tells it again."""


class RefusalAllowance:
    """How many messages of each branch were refused in this minute."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.monotonic, self.began = monotonic, monotonic()
        self.counts: Counter[str] = Counter()

    def count_refusal(self, branch: str) -> int:
        """The number of this one among those of the branch."""
        now = self.monotonic()
        if now - self.began >= MINUTE:
            self.began = now
            self.counts.clear()
        self.counts[branch] += 1
        return self.counts[branch]


class RosterConsumer:
    """Takes chunks in, and answers what it does not take.

    Of what nobody can be answered for is kept that it came: no account sent it, or our
    own answer is at fault.
    """

    def __init__(
        self,
        transport: Transport,
        read: ReadMessage,
        chunks: Chunks,
        wake: Callable[[], None],
        answer: AnswerSender,
        keep: ParkRoster,
    ) -> None:
        self.transport, self.read, self.chunks = transport, read, chunks
        self.wake, self.answer, self.keep = wake, answer, keep
        self.subscriber: Subscriber | None = None
        self.at_once = 1
        self.receipts_known_until: dict[str, float] = {}
        self.allowance = RefusalAllowance()
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
        self.read.branches.forget_all()
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
        """What the broker put aside is answered; a fault in that gives nothing back."""
        self.chores_due = time.monotonic() + CHORES_SECONDS
        try:
            self.transport.take_parked(QUEUE, self._settle_put_aside)
        except PASSING as error:
            logger().warning("parked_rosters_wait", reason=reason_of(error))

    def _settle_put_aside(self, delivery: Delivery, why: str) -> None:
        """It ended those that took it, so nothing more is tried with it."""
        self._park_delivery(delivery, f"put-aside: {why}")
        if _sender_of(delivery):
            self._refuse_delivery(delivery, NotTaken("set-aside"))

    def _handle_deliveries(self, deliveries: Sequence[Delivery]) -> None:
        """Take each delivery, answer it, or park it with the reason. Raises PASSING."""
        read = []
        for delivery in deliveries:
            try:
                sent = self._read_delivery(delivery)
            except Incompatible as fault:
                self._park_delivery(delivery, f"no-receipts-queue: {reason_of(fault)}")
            else:
                read += [(delivery, sent)] if sent else []
        try:
            self._receive_chunks(read)
        except NOT_STORABLE:
            for pair in read:
                self._receive_alone(*pair)
        if read:
            self.wake()

    def _read_delivery(self, delivery: Delivery) -> SentChunk | None:
        """The chunk of a delivery; None once it is answered or parked. Raises
        Incompatible where its sender's queue cannot be used."""
        sender = _sender_of(delivery)
        if not sender:
            self._park_delivery(delivery, "sender-missing: no user_id of a branch")
            return None
        try:
            if delivery.routing_key != f"{ACCOUNT}{sender}{ROSTER}":
                raise NotTaken("not-the-sender")
            sent = self.read(_to_message(delivery, sender), BROKER)
        except NotTaken as why:
            self._refuse_delivery(delivery, why)
            return None
        self._open_receipts(sender)
        with at_work_for(type_of(sent.chunk), sent.asked_by):
            return SentChunk(sent.chunk, current_traceparent())

    def _receive_chunks(self, read: Sequence[tuple[Delivery, SentChunk]]) -> None:
        """Receive all chunks at once. Raises NOT_STORABLE if one is such, PASSING."""
        received = receive_chunks(self.chunks, [sent for _, sent in read])
        for (delivery, sent), chunk in zip(read, received, strict=True):
            if isinstance(chunk, Refusal):
                self._refuse_delivery(delivery, to_not_taken(chunk, sent.chunk.key))
                continue
            if chunk.state == DECIDED:
                self._reissue_receipt(delivery, chunk.id)
            metrics.events_consumed.labels(type_of(chunk), "handled").inc()

    def _reissue_receipt(self, delivery: Delivery, chunk_id: str) -> None:
        try:
            self.chunks.reissue_receipt(chunk_id)
        except Refused as fault:
            self._park_delivery(delivery, f"receipt-refused: {reason_of(fault)}")

    def _receive_alone(self, delivery: Delivery, sent: SentChunk) -> None:
        try:
            self._receive_chunks([(delivery, sent)])
        except NOT_STORABLE:
            why = NotTaken("not-to-be-kept", "", sent.chunk.key)
            self._refuse_delivery(delivery, why)

    def _refuse_delivery(self, delivery: Delivery, why: NotTaken) -> None:
        """Answer what is not taken, or park it where the sender's queue is unusable. Of
        too many in a minute one answer speaks for the rest."""
        sender = _sender_of(delivery)
        metrics.events_consumed.labels(TYPE, "refused").inc()
        number = self.allowance.count_refusal(sender)
        if number > MOST_REFUSED:
            return
        if number == MOST_REFUSED:
            why = NotTaken("slow-down")
        try:
            self._open_receipts(sender)
        except Incompatible as fault:
            self._park_delivery(delivery, f"no-receipts-queue: {reason_of(fault)}")
            return
        id_ = delivery.message_id or find_id(_to_message(delivery, sender))
        self.answer(RefusedMessage.of(sender, id_, delivery.body, why))
        logger().info(
            "message_refused",
            branch=sender,
            key=mask_value(why.key, "key"),
            reason=why.slug,
            place=why.place,
            size=len(delivery.body),
        )

    def _park_delivery(self, delivery: Delivery, why: str) -> None:
        metrics.events_consumed.labels(TYPE, "parked").inc()
        sender = _sender_of(delivery)
        is_kept = self.keep(delivery.body, why, sender, "")
        size = len(delivery.body)
        logger().warning(
            "roster_parked", branch=sender, reason=why, size=size, kept=is_kept
        )

    def _open_receipts(self, branch: str) -> None:
        """The sender has a queue for its receipts. Raises Incompatible.

        To ask for each chunk would cost more than the chunk.
        """
        now = time.monotonic()
        if now >= self.receipts_known_until.get(branch, 0.0):
            self.transport.declare_receipts_queue(branch)
            self.receipts_known_until[branch] = now + RECEIPTS_KNOWN_SECONDS


def _sender_of(delivery: Delivery) -> str:
    """The branch whose account the broker vouches for; empty without one.

    Not every client can say who sends: then it is the branch of the routing key, which
    the broker's rights keep for that branch's account.
    """
    key = delivery.routing_key
    account = delivery.user or key.removesuffix(ROSTER)
    is_branch = account.startswith(ACCOUNT) and (delivery.user or key.endswith(ROSTER))
    return account.removeprefix(ACCOUNT) if is_branch else ""


def _to_message(delivery: Delivery, sender: str) -> BranchMessage:
    return BranchMessage(sender, delivery.content_type, delivery.headers, delivery.body)
