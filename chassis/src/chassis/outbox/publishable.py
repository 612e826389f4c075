"""Publishable events: what of a document's outbox can go on the bus now, and how.

Events for services go together. A queue may be dead, and a broker that waits for one
queue confirms nothing of what was published beside it; so what goes to partitions that
were not confirmed is published apart, after the others, with growing pauses, until it
is taken. What goes to a branch is apart from the beginning.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import msgspec

import contracts
from chassis.broker.port import BusUnavailable, Message, Transport, Unconfirmed
from chassis.broker.topology import partition_of, takes_type
from chassis.events.envelope import (
    LARGEST,
    Envelope,
    Refused,
    from_document,
    to_bytes,
)
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of

TOGETHER = ""
FIRST_SECONDS = 2.0  # a queue that elects a leader is back after about as long
MOST_DOUBLINGS = 5
"""To one minute for a partition: events for people wait in it."""
MOST_DOUBLINGS_OF_BRANCH = 8
"""To eight minutes for a branch: it also fetches its receipts over HTTPS."""
LATER_SECONDS = 2.0  # a consumer that starts makes its queues within seconds
REFUSED_SECONDS = 30.0  # only another release can mend what breaks its contract
NOT_PUBLISHABLE = (Refused, msgspec.ValidationError, TypeError)
"""What is raised for an event that is none, or holds a value that no event can."""
LOOK_AGAIN_SECONDS = 30.0
"""Queues seldom go, and what goes to one that did comes back to the relay anyhow."""


@dataclass(frozen=True)
class Publishable:
    """What of a document's outbox can be published: its `events` up to the first that
    cannot, and for each the message that carries it, or None if nobody consumes it; the
    rest is tried again in `later` seconds, and `why` is the reason."""

    events: list[dict[str, Any]]
    messages: list[Message | None]
    later: float | None = None
    why: str = ""

    @property
    def first(self) -> Message | None:
        """The first message; where it goes, all of the document goes."""
        return next((message for message in self.messages if message), None)


class ConsumerCheck:
    """Whether the services that a contract names as consumers have their queues."""

    def __init__(
        self, transport: Transport, registry: contracts.ContractRegistry
    ) -> None:
        self.transport, self.registry = transport, registry
        self.sure_until: dict[tuple[str, str], float] = {}

    def missing(self, type_: str) -> list[str]:
        """The consumers of this type that could not take it. Raises BusUnavailable."""
        missing = {
            consumer
            for consumer in self.registry.consumers_of(type_) - {contracts.BRANCH}
            if not self._can_take(consumer, type_)
        }
        if missing:
            logger().info("consumers_missing", type=type_, missing=sorted(missing))
        return sorted(missing)

    def _can_take(self, consumer: str, type_: str) -> bool:
        """By the last look, if that is not old and said yes; else by a new one."""
        now = time.monotonic()
        if now >= self.sure_until.get((consumer, type_), float("-inf")):
            self._look_at_queues(consumer, now + LOOK_AGAIN_SECONDS)
        return (consumer, type_) in self.sure_until

    def _look_at_queues(self, consumer: str, sure_until: float) -> None:
        registry = self.registry
        types = [
            t for t in registry.all_types() if consumer in registry.consumers_of(t)
        ]
        queues = self.transport.find_queues(consumer, types)
        for type_ in types:
            self.sure_until.pop((consumer, type_), None)
            if takes_type(queues, type_):
                self.sure_until[consumer, type_] = sure_until


def to_publishable(
    outbox: list[dict[str, Any]],
    registry: contracts.ContractRegistry,
    check: ConsumerCheck,
) -> Publishable:
    """The events up to the first that breaks its contract or cannot be encoded, or that
    a named consumer could not take. Raises BusUnavailable.

    That one stays where it is, with its reason, and what its document has to publish
    after it stays behind it: a key's events keep their order. Other documents go on.
    """
    messages: list[Message | None] = []
    for place, event in enumerate(outbox):
        try:
            messages.append(_to_message(from_document(event), registry))
        except NOT_PUBLISHABLE as fault:
            why = _log_refusal(event, fault)
            return Publishable(outbox[:place], messages, REFUSED_SECONDS, why)
        if missing := check.missing(event["type"]):
            why = f"{event['type']} waits for the queues of {', '.join(missing)}"
            return Publishable(outbox[:place], messages[:place], LATER_SECONDS, why)
    return Publishable(outbox, messages)


def _to_message(
    event: Envelope, registry: contracts.ContractRegistry
) -> Message | None:
    """The event on its way, to its branch where a branch consumes it; None where
    nobody does. Raises Refused."""
    try:
        consumers = registry.consumers_of(event.type)
    except KeyError as error:
        raise Refused(f"unknown event type or version: {event.type}") from error
    if not consumers:
        return None
    branch = ""
    if contracts.BRANCH in consumers:
        branch = event.data.get("branch_id", "")
        if not branch or not isinstance(branch, str):
            raise Refused(f"{event.type} names no branch")
    body = to_bytes(event)
    if len(body) > LARGEST:
        raise Refused(f"{event.type} has {len(body)} bytes, more than any event may")
    return Message(
        event.type,
        event.partitionkey,
        body,
        branch,
        is_for_services=bool(consumers - {contracts.BRANCH}),
    )


def _log_refusal(event: object, fault: Exception) -> str:
    """The refusal, in the log and the metrics; in one line for whoever looks."""
    about = event if isinstance(event, Mapping) else {}
    id_, reason = about.get("id", "an event without id"), reason_of(fault)
    logger().error("event_breaks_contract", id=id_, reason=reason)
    metrics.events_refused.labels(about.get("type", "")).inc()
    return f"{id_} cannot be published: {reason}"


def in_turns(documents: Iterable[Publishable]) -> Iterator[list[Message]]:
    """First events of all documents, then second ones, and so on.

    An event goes out only when the one before it of its document is confirmed. Side by
    side on the wire the later one alone could arrive, and come before the repeat.
    """
    outboxes = (document.messages for document in documents)
    for turn in zip_longest(*outboxes):
        yield [message for message in turn if message]


def count_published(documents: Iterable[Publishable]) -> None:
    """Count events that are published, and those only archived: without consumers."""
    for document in documents:
        for event, message in zip(document.events, document.messages, strict=True):
            counter = metrics.events_published if message else metrics.events_unconsumed
            counter.labels(event["type"]).inc()


@dataclass(frozen=True)
class Pause:
    """So many times in a row nothing was confirmed; until then it is not tried."""

    times: int
    until: float


class DestinationBackoff:
    """Which destinations confirm nothing, and for how long each is not tried."""

    def __init__(self) -> None:
        self.pauses: dict[str, Pause] = {}

    def destination_of(self, first: Message | None) -> str:
        """The destination of a document, by the first message of its outbox."""
        if first is None:
            return TOGETHER
        if first.branch in self.pauses or not first.is_for_services:
            return first.branch
        partition = _name_of(partition_of(first.key))
        return partition if partition in self.pauses else first.branch or TOGETHER

    def in_turn(self, destinations: Iterable[str]) -> list[str]:
        """The destinations, those that were silent most often last."""
        return sorted(destinations, key=lambda name: (self._count_times(name), name))

    def rest_seconds(self, destination: str) -> float:
        """For how many seconds it is not tried."""
        pause = self.pauses.get(destination)
        return max(0.0, pause.until - time.monotonic()) if pause else 0.0

    def note_failure(self, destination: str, why: BusUnavailable) -> None:
        """Not all was confirmed there. What is named as silent goes apart from now on;
        a destination beside which another was silent does not rest for it."""
        silent = _unconfirmed_of(why)
        for name in silent:
            self.pauses.setdefault(name, Pause(0, 0.0))
        if destination == TOGETHER or (silent and destination not in silent):
            return
        is_partition = destination.startswith("#")
        most = MOST_DOUBLINGS if is_partition else MOST_DOUBLINGS_OF_BRANCH
        times = min(self._count_times(destination) + 1, most)
        pause = FIRST_SECONDS * float(2**times - 2)
        self.pauses[destination] = Pause(times, time.monotonic() + pause)

    def note_success(self, destination: str) -> None:
        """All was confirmed: it is as good as any other again."""
        self.pauses.pop(destination, None)

    def _count_times(self, destination: str) -> int:
        return self.pauses.get(destination, Pause(0, 0.0)).times


def _unconfirmed_of(why: BusUnavailable) -> set[str]:
    """The destinations that a fault names."""
    if not isinstance(why, Unconfirmed):
        return set()
    return {_name_of(number) for number in why.partitions} | why.branches


def _name_of(partition_: int) -> str:
    """No branch is called so."""
    return f"#{partition_:02}"
