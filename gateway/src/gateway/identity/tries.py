"""Tries, counted before they are looked at, in windows that overlap."""

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

SLOT_SECONDS, EARLIER_SLOTS = 180, 5
"""What counts is the running slot and the five before it: no quarter of an hour holds
more tries than the limit, whatever the clock shows."""
DAY_SLOT_SECONDS = 4 * 3600
"""The same for a day: six slots of four hours."""


NO_LIMIT = float("inf")
Limits = Callable[[Mapping[str, int]], Mapping[str, int]]
"""How many tries each key may make, by how many all have made; none named, no limit."""


class OverLimit(Exception):
    """`key` has made all its tries; the first is forgotten in `retry_after` seconds."""

    def __init__(self, key: str, retry_after: int) -> None:
        super().__init__(key)
        self.key, self.retry_after = key, retry_after


class Tries:
    """Counts kept in the store, so that all processes share them."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        now: Callable[[], float] = time.time,
        slot_seconds: int = SLOT_SECONDS,
    ) -> None:
        self.rows, self.now = database["tries"], now
        self.slot_seconds = slot_seconds

    def create_indexes(self) -> None:
        """Make the index."""
        self.rows.create_index("until", expireAfterSeconds=0)

    def count_tries(self, keys: Sequence[str], limits: Limits) -> tuple[str, ...]:
        """One try is counted for every key; what `give_back` takes.

        Raises OverLimit, and then no key has one more. A count is raised only where it
        stands below the limit, in one write: of any number of tries at once just the
        limit pass.
        """
        slot = int(self.now() // self.slot_seconds)
        by_key = self._find_tries(keys, slot)
        most = limits({key: sum(tries.values()) for key, tries in by_key.items()})
        left = {
            key: most.get(key, NO_LIMIT) - sum(tries.values())
            for key, tries in by_key.items()
        }
        for key, tries in by_key.items():
            if left[key] <= 0:
                raise self._over_limit(key, tries, slot)
        taken: list[str] = []
        for key, tries in by_key.items():
            row_id = _row_id(key, slot)
            if not self._count_one_more(row_id, slot, left[key] + tries.get(slot, 0)):
                self.give_back(taken)
                raise self._over_limit(key, tries, slot)
            taken.append(row_id)
        return tuple(taken)

    def give_back(self, taken: Sequence[str]) -> None:
        """These tries count no longer."""
        lower = [UpdateOne({"_id": id_}, {"$inc": {"count": -1}}) for id_ in taken]
        if lower:
            self.rows.bulk_write(lower, ordered=False)

    def _find_tries(self, keys: Sequence[str], slot: int) -> dict[str, dict[int, int]]:
        """Key → slot → tries."""
        slots = range(slot - EARLIER_SLOTS, slot + 1)
        places = {
            _row_id(key, earlier): (key, earlier) for key in keys for earlier in slots
        }
        counts: dict[str, dict[int, int]] = {key: {} for key in keys}
        for row in self.rows.find({"_id": {"$in": list(places)}}):
            key, earlier = places[row["_id"]]
            counts[key][earlier] = int(row["count"])
        return counts

    def _count_one_more(self, id_: str, slot: int, below: float) -> bool:
        """Whether the running slot stood below so many and has one more now."""
        end = (slot + EARLIER_SLOTS + 1) * self.slot_seconds
        until = datetime.datetime.fromtimestamp(end, datetime.UTC)
        row: dict[str, Any] = {"_id": id_}
        if below < NO_LIMIT:
            row["count"] = {"$lt": below}
        one_more = {"$inc": {"count": 1}, "$setOnInsert": {"until": until}}
        try:
            self.rows.update_one(row, one_more, upsert=True)
        except DuplicateKeyError:  # it is there: at the limit, or made just now
            return self.rows.update_one(row, one_more).matched_count == 1
        return True

    def _over_limit(self, key: str, by_slot: Mapping[int, int], slot: int) -> OverLimit:
        first = min((at for at, tries in by_slot.items() if tries > 0), default=slot)
        end = (first + EARLIER_SLOTS + 1) * self.slot_seconds
        return OverLimit(key, max(1, int(end - self.now())))


def _row_id(key: str, slot: int) -> str:
    return f"{key}.{slot}"
