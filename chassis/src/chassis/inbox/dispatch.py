"""The dispatch of events to their handlers, and the inbox of what was handled."""

from collections.abc import Sequence
from itertools import zip_longest

from pymongo import InsertOne
from pymongo.errors import ConnectionFailure

from chassis.broker.port import BusUnavailable
from chassis.clock import utc_now
from chassis.errors import WriteConflict
from chassis.events.envelope import Envelope, Refused, group_by_key
from chassis.http.problem import Problem
from chassis.inbox.handler_table import HandlerTable
from chassis.inbox.retry_queue import ANY, RetryQueue
from chassis.storage.aggregates import NotFound, write_all
from chassis.storage.collections import MessagingCollections
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of
from chassis.telemetry.tracing import enter_batch


class Fault:
    """Why a handler failed; `comes_again` when only another event has yet to come."""

    def __init__(self, error: Exception) -> None:
        self.why = reason_of(error)
        self.comes_again = bool(getattr(error, "comes_again", False))


class Dispatcher:
    """One service's handlers and its inbox.

    `has_waiting` is what the inbox said, when it was last looked at, of whether the
    retry queue may have a sequence.
    """

    def __init__(
        self, handlers: HandlerTable, collections: MessagingCollections
    ) -> None:
        self.handlers, self.inbox = handlers, collections.inbox
        self.handled = collections.handled
        self.has_waiting = False

    def find_unhandled(self, events: Sequence[Envelope]) -> list[Envelope]:
        """The events that are not in the inbox yet, each once."""
        if not events:
            return []
        ids = [event.id for event in events]
        rows = self.inbox.find({"_id": {"$in": [*ids, ANY]}}, {"_id": 1})
        handled = {row["_id"] for row in rows}
        self.has_waiting = ANY in handled
        fresh: dict[str, Envelope] = {}
        for event in events:
            if event.id in handled:
                metrics.events_consumed.labels(event.type, "repeat").inc()
            else:
                fresh.setdefault(event.id, event)
        return list(fresh.values())

    def handle_layer(self, events: Sequence[Envelope]) -> dict[str, Fault]:
        """Handle events of different keys, those of a type at once; faults by key."""
        by_type: dict[str, list[Envelope]] = {}
        for event in events:
            by_type.setdefault(event.type, []).append(event)
        faults: dict[str, Fault] = {}
        for group in by_type.values():
            faults |= self._handle_group(group)
        return faults

    def _handle_group(self, events: list[Envelope]) -> dict[str, Fault]:
        """Handle events of a type at once, or each alone to find out which fails."""
        fault = self._handle_type(events)
        if fault is None:
            return {}
        if len(events) == 1:
            return {events[0].partitionkey: fault}
        faults: dict[str, Fault] = {}
        for event in events:
            faults |= self._handle_group([event])
        return faults

    def _handle_type(self, events: Sequence[Envelope]) -> Fault | None:
        """Run the handler of a type; why it failed, or None. Raises BusUnavailable.

        It works for the first event's request; a handler that goes through its events
        one by one works for each one's with `at_work_on`.
        """
        first = events[0]
        traces = [event.traceparent for event in events]
        with enter_batch(f"process {first.type}", traces):
            try:
                self.handlers.handle_events(events)
            except (BusUnavailable, ConnectionFailure):
                raise
            except Exception as error:  # noqa: BLE001 - the edge: any fault is retried
                _log_failure(first, error)
                return Fault(error)
        metrics.events_consumed.labels(first.type, "handled").inc(len(events))
        now = utc_now()
        self.handled.note_handled(now)
        for event in events:
            metrics.event_age.observe((now - event.moment).total_seconds())
        return None

    def note_handled(self, events: Sequence[Envelope]) -> None:
        """Put events into the inbox: whoever brings them again brings a repeat."""
        now = utc_now()
        rows = [{"_id": event.id, "type": event.type, "at": now} for event in events]
        write_all(self.inbox, [InsertOne(row) for row in rows])


def read_or_park(
    handlers: HandlerTable, retry_queue: RetryQueue, raw: bytes
) -> Envelope | None:
    """The event in these bytes; None if it is no event as promised: it is parked."""
    try:
        return handlers.read_event(raw)
    except Refused as error:
        logger().error("event_refused", reason=reason_of(error))
        metrics.events_consumed.labels("unreadable", "parked").inc()
        retry_queue.park_raw(raw, reason_of(error))
        return None


def split_layers(events: Sequence[Envelope]) -> list[list[Envelope]]:
    """First events of all keys, then second ones, and so on."""
    turns = zip_longest(*group_by_key(events).values())
    return [[event for event in turn if event is not None] for turn in turns]


def _log_failure(event: Envelope, error: Exception) -> None:
    is_usual = isinstance(error, NotFound | WriteConflict | Problem)
    is_expected = is_usual or Fault(error).comes_again
    log = logger().warning if is_expected else logger().exception
    log("event_failed", type=event.type, id=event.shown_id, reason=reason_of(error))
