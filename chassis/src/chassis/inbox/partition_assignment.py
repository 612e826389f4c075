"""Which replica of a service hears which partitions: an even share each.

Every replica raises a counter of its own. Whoever sees a counter stand still for a
term, by the own monotonic clock, counts its owner as gone. Two views may differ for a
moment; the broker's single active consumer keeps a partition with one of them.
"""

import threading
from contextlib import suppress

from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from chassis.broker.topology import PARTITIONS
from chassis.clock import Clock
from chassis.ids import new_id

BEAT_SECONDS, TERM_SECONDS = 1.5, 5.0
STUCK_SECONDS, FORGOTTEN_SECONDS = 60.0, 120.0
ALL = frozenset(range(PARTITIONS))


class Shares:
    """One replica's view of all of them."""

    def __init__(
        self, rows: Collection[dict[str, object]], clock: Clock, holder: str = ""
    ) -> None:
        self.rows, self.clock = rows, clock
        self.own = holder or new_id()
        self.seen: dict[str, tuple[int, float]] = {}
        self.beaten = float("-inf")
        self.mine = ALL

    def beat(self) -> bool:
        """Show that this one lives and look at the others; whether its share changed.

        Cheap to call often: it does so only from time to time.
        """
        now = self.clock.monotonic()
        if now - self.beaten < BEAT_SECONDS:
            return False
        if now - self.beaten > TERM_SECONDS:  # what stood still meanwhile may live
            self.seen = {n: (counter, now) for n, (counter, _) in self.seen.items()}
        self.beaten = now
        self.show()
        living = self._living(now)
        place, before = living.index(self.own), self.mine
        self.mine = frozenset(p for p in ALL if p % len(living) == place)
        return self.mine != before

    def show(self) -> None:
        """Raise the counter."""
        self.rows.update_one({"_id": self.own}, {"$inc": {"counter": 1}}, upsert=True)

    def keep_showing(self, stop: threading.Event) -> None:
        """Raise the counter while a long batch is handled, but not for ever.

        One that has not looked for `STUCK_SECONDS` no longer counts as living.
        """
        while not stop.wait(BEAT_SECONDS):
            if self.clock.monotonic() - self.beaten < STUCK_SECONDS:
                with suppress(PyMongoError):
                    self.show()

    def _living(self, now: float) -> list[str]:
        found = self.rows.find({})
        counters = {str(row["_id"]): int(str(row["counter"])) for row in found}
        for name, counter in counters.items():
            if name not in self.seen or self.seen[name][0] != counter:
                self.seen[name] = (counter, now)
        self.seen = {name: self.seen[name] for name in counters}
        for name, (_, since) in self.seen.items():
            if now - since > FORGOTTEN_SECONDS:
                self.rows.delete_one({"_id": name, "counter": counters[name]})
        living = {
            n for n, (_, since) in self.seen.items() if now - since < TERM_SECONDS
        }
        return sorted(living | {self.own})

    def leave(self) -> None:
        """Let the others have this one's share at once."""
        self.rows.delete_one({"_id": self.own})
        self.beaten = float("-inf")
