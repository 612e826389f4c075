"""Partition assignment: which replica of a service consumes which, an even share each.

Every replica raises a counter of its own in the one row that all share. Whoever sees a
counter stand still for a term, by its own monotonic clock, counts that replica as gone.
Two views may differ for a moment; the broker's single active consumer keeps a partition
with one of them.
"""

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from chassis.broker.topology import PARTITIONS
from chassis.clock import Clock
from chassis.ids import new_id

RENEWAL_SECONDS = 2.0  # three heartbeats fit into a term, so a slow one costs nothing
LATE_SECONDS = 2.5  # the consumer that looks by itself is never so late
TERM_SECONDS = 6.0  # how long partitions may lie idle after a replica died
STUCK_SECONDS = 60.0  # a handler that takes longer than this does not come back
FORGOTTEN_SECONDS = 120.0  # no view can differ any more about who is gone
ALL = frozenset(range(PARTITIONS))
ROW = {"_id": "replicas"}


class PartitionAssignment:
    """One replica's view of all of them."""

    def __init__(
        self, rows: Collection[dict[str, Any]], clock: Clock, replica: str = ""
    ) -> None:
        self.rows, self.clock = rows, clock
        self.replica = replica or new_id()
        self.seen: dict[str, tuple[int, float]] = {}
        self.beaten = self.shown = float("-inf")
        self.mine = ALL

    def renew_claim(self) -> bool:
        """Show that this replica lives and look at the others; whether its partitions
        changed. Cheap to call often: it does so only from time to time."""
        now = self.clock.monotonic()
        if now - self.beaten < RENEWAL_SECONDS:
            return False
        if now - self.beaten > TERM_SECONDS:  # what stood still meanwhile may live
            self.seen = {n: (counter, now) for n, (counter, _) in self.seen.items()}
        self.beaten = now
        living = self._find_living(self.show_alive(), now)
        place, before = living.index(self.replica), self.mine
        self.mine = frozenset(p for p in ALL if p % len(living) == place)
        return self.mine != before

    def show_alive(self) -> Mapping[str, int]:
        """Raise the counter; those of all."""
        self.shown = self.clock.monotonic()
        raised = {"$inc": {f"counters.{self.replica}": 1}}
        row = self.rows.find_one_and_update(
            ROW, raised, upsert=True, return_document=ReturnDocument.AFTER
        )
        return dict(row["counters"]) if row else {}

    def show_while_busy(self, stop: threading.Event) -> None:
        """Raise the counter while a long batch is handled, but not for ever.

        A replica that has not looked for `STUCK_SECONDS` no longer counts as living.
        """
        while not stop.wait(RENEWAL_SECONDS):
            now = self.clock.monotonic()
            is_due = now - self.shown > LATE_SECONDS
            if is_due and now - self.beaten < STUCK_SECONDS:
                with suppress(PyMongoError):
                    self.show_alive()

    def _find_living(self, counters: Mapping[str, int], now: float) -> list[str]:
        for name, counter in counters.items():
            if name not in self.seen or self.seen[name][0] != counter:
                self.seen[name] = (counter, now)
        self.seen = {name: self.seen[name] for name in counters}
        for name, (counter, since) in self.seen.items():
            if now - since > FORGOTTEN_SECONDS:
                self._remove_counter(name, {f"counters.{name}": counter})
        living = {n for n, (_, at) in self.seen.items() if now - at < TERM_SECONDS}
        return sorted(living | {self.replica})

    def _remove_counter(self, name: str, where: Mapping[str, object]) -> None:
        removed = {"$unset": {f"counters.{name}": ""}}
        self.rows.update_one({**ROW, **where}, removed)

    def release_claim(self) -> None:
        """Let the others have this replica's partitions at once."""
        self._remove_counter(self.replica, {})
        self.beaten = float("-inf")
