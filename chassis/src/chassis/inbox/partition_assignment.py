"""Partition assignment: which replica of a service consumes which, an even share each.

Every replica raises a counter of its own. Whoever sees a counter stand still for a
term, by its own monotonic clock, counts that replica as gone. Two views may differ for
a moment; the broker's single active consumer keeps a partition with one of them.
"""

import threading
from contextlib import suppress

from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from chassis.broker.topology import PARTITIONS
from chassis.clock import Clock
from chassis.ids import new_id

RENEWAL_SECONDS = 1.5  # three heartbeats fit into a term, so a slow one costs nothing
TERM_SECONDS = 5.0  # how long partitions may lie idle after a replica died
STUCK_SECONDS = 60.0  # a handler that takes longer than this does not come back
FORGOTTEN_SECONDS = 120.0  # no view can differ any more about who is gone
ALL = frozenset(range(PARTITIONS))


class PartitionAssignment:
    """One replica's view of all of them."""

    def __init__(
        self, rows: Collection[dict[str, object]], clock: Clock, replica: str = ""
    ) -> None:
        self.rows, self.clock = rows, clock
        self.replica = replica or new_id()
        self.seen: dict[str, tuple[int, float]] = {}
        self.beaten = float("-inf")
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
        self.show_alive()
        living = self._find_living(now)
        place, before = living.index(self.replica), self.mine
        self.mine = frozenset(p for p in ALL if p % len(living) == place)
        return self.mine != before

    def show_alive(self) -> None:
        """Raise the counter."""
        self.rows.update_one({"_id": self.replica}, {"$inc": {"counter": 1}}, True)

    def show_while_busy(self, stop: threading.Event) -> None:
        """Raise the counter while a long batch is handled, but not for ever.

        A replica that has not looked for `STUCK_SECONDS` no longer counts as living.
        """
        while not stop.wait(RENEWAL_SECONDS):
            if self.clock.monotonic() - self.beaten < STUCK_SECONDS:
                with suppress(PyMongoError):
                    self.show_alive()

    def _find_living(self, now: float) -> list[str]:
        rows = self.rows.find({})
        counters = {str(row["_id"]): int(str(row["counter"])) for row in rows}
        for name, counter in counters.items():
            if name not in self.seen or self.seen[name][0] != counter:
                self.seen[name] = (counter, now)
        self.seen = {name: self.seen[name] for name in counters}
        for name, (counter, since) in self.seen.items():
            if now - since > FORGOTTEN_SECONDS:
                self.rows.delete_one({"_id": name, "counter": counter})
        living = {n for n, (_, at) in self.seen.items() if now - at < TERM_SECONDS}
        return sorted(living | {self.replica})

    def release_claim(self) -> None:
        """Let the others have this replica's partitions at once."""
        self.rows.delete_one({"_id": self.replica})
        self.beaten = float("-inf")
