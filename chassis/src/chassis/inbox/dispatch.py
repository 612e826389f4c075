"""Giving events to their handlers, and remembering what was handled."""

import datetime
from collections.abc import Sequence
from typing import Any

from pymongo import InsertOne
from pymongo.errors import BulkWriteError, ConnectionFailure

from chassis.broker.port import Away
from chassis.errors import Contended
from chassis.events.envelope import Envelope, at_work_on
from chassis.http.problem import Problem
from chassis.inbox.versions import Versions
from chassis.storage.aggregates import DUPLICATE, NotThere
from chassis.storage.collections import Tables
from chassis.telemetry import metrics
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of


class Fault:
    """Why a handler failed; `comes_again` when only another event has yet to come."""

    def __init__(self, error: Exception) -> None:
        self.why = reason_of(error)
        self.comes_again = bool(getattr(error, "comes_again", False))


class Handling:
    """One service's handlers and its inbox."""

    def __init__(self, versions: Versions, tables: Tables) -> None:
        self.versions, self.inbox = versions, tables.inbox

    def unheard(self, events: Sequence[Envelope]) -> list[Envelope]:
        """Those that were not handled yet, each once."""
        if not events:
            return []
        ids = [event.id for event in events]
        rows = self.inbox.find({"_id": {"$in": ids}}, {"_id": 1})
        handled = {row["_id"] for row in rows}
        fresh: dict[str, Envelope] = {}
        for event in events:
            if event.id in handled:
                metrics.heard.labels(event.type, "repeat").inc()
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
        """At once, or each by itself to find out which fails."""
        fault = self.handle(events)
        if fault is None:
            return {}
        if len(events) == 1:
            return {events[0].partitionkey: fault}
        faults: dict[str, Fault] = {}
        for event in events:
            faults |= self._handle_group([event])
        return faults

    def handle(self, events: list[Envelope]) -> Fault | None:
        """Run the handler of their type; why it failed, or None. Raises Away.

        It works for the first event's request; a handler that goes through its events
        one by one works for each one's with `at_work_on`.
        """
        first = events[0]
        with at_work_on(first):
            try:
                self.versions.handle(events)
            except (Away, ConnectionFailure):
                raise
            except Exception as error:  # noqa: BLE001 - the edge: any fault is held
                _tell(first, error)
                return Fault(error)
        metrics.heard.labels(first.type, "handled").inc(len(events))
        return None

    def remember(self, events: Sequence[Envelope]) -> None:
        """These are handled: whoever brings them again brings a repeat."""
        if not events:
            return
        now = datetime.datetime.now(datetime.UTC)
        rows: list[InsertOne[dict[str, Any]]] = [
            InsertOne({"_id": event.id, "type": event.type, "at": now})
            for event in events
        ]
        try:
            self.inbox.bulk_write(rows, ordered=False)
        except BulkWriteError as error:
            if any(w["code"] != DUPLICATE for w in error.details["writeErrors"]):
                raise


def layers(events: Sequence[Envelope]) -> list[list[Envelope]]:
    """First events of all keys, then second ones, and so on."""
    depth: dict[str, int] = {}
    found: list[list[Envelope]] = []
    for event in events:
        at = depth.get(event.partitionkey, 0)
        depth[event.partitionkey] = at + 1
        if at == len(found):
            found.append([])
        found[at].append(event)
    return found


def _tell(event: Envelope, error: Exception) -> None:
    usual = isinstance(error, NotThere | Contended | Problem)
    expected = usual or Fault(error).comes_again
    log = logger().warning if expected else logger().exception
    log("event_failed", type=event.type, id=event.id, reason=reason_of(error))
