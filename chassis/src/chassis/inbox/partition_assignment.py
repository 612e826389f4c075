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
TERM_SECONDS = 6.0  # how long partitions may lie idle after a replica died
MORE_SELDOM = 3
"""So much longer are both where any replica takes any partition that is free."""
STUCK_SECONDS = 60.0  # a handler that takes longer than this does not come back
FORGOTTEN_SECONDS = 120.0  # no view can differ any more about who is gone
ALL = frozenset(range(PARTITIONS))
ROW = {"_id": "replicas"}


class PartitionAssignment:
    """One replica's view of all of them."""

    def __init__(
        self,
        rows: Collection[dict[str, Any]],
        clock: Clock,
        replica: str = "",
        more_seldom: float = 1,
    ) -> None:
        self.rows, self.clock = rows, clock
        self.replica = replica or new_id()
        self.renewal = RENEWAL_SECONDS * more_seldom
        self.term = TERM_SECONDS * more_seldom
        self.seen: dict[str, tuple[int, float]] = {}
        self.looked = self.shown = float("-inf")
        self.mine = ALL

    def renew_claim(self) -> bool:
        """Show that this replica lives and look at the others; whether its partitions
        changed. Cheap to call often: it does so only from time to time."""
        self.looked = now = self.clock.monotonic()
        if now - self.shown >= self.renewal:
            self._show_alive(now)
        living = {n for n, (_, at) in self.seen.items() if now - at < self.term}
        in_order, before = sorted(living | {self.replica}), self.mine
        place = in_order.index(self.replica)
        self.mine = frozenset(p for p in ALL if p % len(in_order) == place)
        return self.mine != before

    def show_while_busy(self, stop: threading.Event) -> None:
        """Raise the counter while a long batch is handled, but not for ever.

        A replica that has not looked for `STUCK_SECONDS` no longer counts as living.
        """
        while not stop.wait(self.renewal):
            now = self.clock.monotonic()
            is_due = now - self.shown >= self.renewal
            if is_due and now - self.looked < STUCK_SECONDS:
                with suppress(PyMongoError):
                    self._show_alive(now)

    def _show_alive(self, now: float) -> None:
        """Raise the counter, and see those of all."""
        if now - self.shown > self.term:  # what stood still meanwhile may live
            self.seen = {n: (counter, now) for n, (counter, _) in self.seen.items()}
        raised = {"$inc": {f"counters.{self.replica}": 1}}
        row = self.rows.find_one_and_update(
            ROW, raised, upsert=True, return_document=ReturnDocument.AFTER
        )
        self.shown = now
        counters: Mapping[str, int] = row["counters"] if row else {}
        seen = {}
        for name, counter in counters.items():
            before, since = self.seen.get(name, (None, now))
            seen[name] = (counter, since if counter == before else now)
            if now - seen[name][1] > FORGOTTEN_SECONDS:
                self._remove_counter(name, {f"counters.{name}": counter})
        self.seen = seen

    def _remove_counter(self, name: str, where: Mapping[str, object]) -> None:
        removed = {"$unset": {f"counters.{name}": ""}}
        self.rows.update_one({**ROW, **where}, removed)

    def release_claim(self) -> None:
        """Let the others have this replica's partitions at once."""
        self._remove_counter(self.replica, {})
        self.shown = float("-inf")
