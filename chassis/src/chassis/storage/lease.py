"""A lease that needs no two clocks to agree.

The holder raises a counter. An observer that has seen the same counter for the
whole term, by its own monotonic clock, may take the lease over.
"""

import random
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from chassis.clock import Clock

RENEWALS_IN_A_TERM = 3  # two may fail or be late before an observer takes over
JITTER = 0.2  # processes that started together shall not renew together


class Lease:
    """One named lease as one process sees it."""

    def __init__(
        self,
        collection: Collection[dict[str, Any]],
        name: str,
        holder: str,
        clock: Clock,
        term_seconds: float = 6.0,
    ) -> None:
        self.collection, self.name, self.holder = collection, name, holder
        self.clock, self.term = clock, term_seconds
        self.seen: tuple[str, int] | None = None
        self.since = 0.0
        self.raised, self.pause = float("-inf"), 0.0

    def claim(self) -> bool:
        """Take, keep or fail to get the lease; call it well within each term."""
        now = self.clock.monotonic()
        if now - self.raised < self.pause:
            return True
        if self._raise_counter() or self._take_over(now):
            self.raised = now
            jitter = random.uniform(1 - JITTER, 1)  # noqa: S311 - no secret
            self.pause = self.term / RENEWALS_IN_A_TERM * jitter
            return True
        self.raised = float("-inf")
        return False

    def _raise_counter(self) -> bool:
        kept = self.collection.update_one(
            {"_id": self.name, "holder": self.holder}, {"$inc": {"counter": 1}}
        )
        return kept.matched_count == 1

    def _take_over(self, now: float) -> bool:
        found = self.collection.find_one({"_id": self.name})
        if found is None:
            return self._create_row()
        held = (found["holder"], found["counter"])
        if held != self.seen:
            self.seen, self.since = held, now
        if found["holder"] and now - self.since < self.term:
            return False
        taken = self.collection.update_one(
            {"_id": self.name, "holder": held[0], "counter": held[1]},
            {"$set": {"holder": self.holder}, "$inc": {"counter": 1}},
        )
        return taken.matched_count == 1

    def _create_row(self) -> bool:
        try:
            self.collection.insert_one(
                {"_id": self.name, "holder": self.holder, "counter": 1}
            )
        except DuplicateKeyError:
            return False
        return True

    def release(self) -> None:
        """Let the next one have it at once."""
        self.raised = float("-inf")
        self.collection.update_one(
            {"_id": self.name, "holder": self.holder},
            {"$set": {"holder": ""}, "$inc": {"counter": 1}},
        )
