"""Comparisons: up to when a service consumed all that each producer published.

A row for each producer, shared by the replicas. A comparison that came to the end of
the producer's archive moves `complete_until` on, and the next one begins there.
"""

import datetime
import random
import time
from collections.abc import Iterable, Mapping

import msgspec
from pymongo import ReturnDocument

from chassis.outbox.archive import as_utc
from chassis.storage.collections import Tables

HOUR_SECONDS = 3600.0
DAY_SECONDS = 24 * 3600.0
LOOK_BACK = datetime.timedelta(days=7)
"""Longer than a weekend with holidays in which nobody looked, and well within the 45
days of the archive."""
OVERLAP = datetime.timedelta(hours=1)
"""More than clocks differ, and than it takes from being published to being archived."""
CLAIM_SECONDS = 30.0
"""Longer than a page takes with the client's deadline of 10 s."""
AFTER_LOSS = 2
"""The first comparison brings what lay in the queues; the second what was published
while they were made anew, or confirmed before the loss and archived after it."""
SETTLE_SECONDS = 15.0
"""Between those two: longer than a relay holds a page that it has published."""
Moment = datetime.datetime


class Comparison(msgspec.Struct, kw_only=True, rename={"producer": "_id"}):
    """The comparisons with one producer.

    Times in epoch seconds: `due` is when the next one begins, `whole_due` when one is
    to look back the whole time, `claimed_until` the lease of who compares now. So many
    of the next ones (`urgent`) go up to now and come soon; `tries` of the last failed.
    """

    producer: str
    due: float
    whole_due: float
    complete_until: Moment | None = None
    claimed_until: float = 0.0
    urgent: int = 0
    tries: int = 0

    def since(self, now: Moment) -> Moment:
        """From when on something may be missing."""
        earliest = now - LOOK_BACK
        if self.complete_until is None or self.whole_due <= time.time():
            return earliest
        return max(earliest, as_utc(self.complete_until) - OVERLAP)


class Comparisons:
    """One service's comparisons with its producers."""

    def __init__(self, tables: Tables) -> None:
        self.rows = tables.comparisons

    def declare(self, producers: Iterable[str]) -> None:
        """A row for each producer that has none. Services that start together compare
        at different times."""
        now = time.time()
        for producer in producers:
            spread = random.uniform(0, 1)  # noqa: S311 - only to spread
            new = Comparison(
                producer=producer,
                due=now + spread * HOUR_SECONDS,
                whole_due=now + spread * DAY_SECONDS,
            )
            fields = msgspec.to_builtins(new)
            self.rows.update_one(
                {"_id": fields.pop("_id")}, {"$setOnInsert": fields}, upsert=True
            )

    def hurry(self, times: int = 1, *, whole: bool = False) -> bool:
        """Compare with every producer now, up to now; False before the first start."""
        now = time.time()
        soon = {"due": now, "urgent": times, "tries": 0}
        if whole:
            soon["whole_due"] = now
        return self.rows.update_many({}, {"$set": soon}).matched_count > 0

    def claim(self) -> Comparison | None:
        """A comparison that is due, leased to this replica, or None."""
        now = time.time()
        row = self.rows.find_one_and_update(
            {"due": {"$lte": now}, "claimed_until": {"$lte": now}},
            {"$set": {"claimed_until": now + CLAIM_SECONDS}},
            return_document=ReturnDocument.AFTER,
        )
        return None if row is None else msgspec.convert(row, Comparison)

    def renew(self, comparison: Comparison) -> None:
        """A page is compared; the next one has as much time."""
        until = time.time() + CLAIM_SECONDS
        self.rows.update_one(
            {"_id": comparison.producer}, {"$set": {"claimed_until": until}}
        )

    def complete(self, comparison: Comparison, until: Moment, *, whole: bool) -> None:
        """All that was published until then is consumed or waits to be handled."""
        now, urgent = time.time(), max(0, comparison.urgent - 1)
        change = {
            "due": now + (SETTLE_SECONDS if urgent else HOUR_SECONDS),
            "complete_until": until,
            "urgent": urgent,
            "tries": 0,
        }
        if whole:
            change["whole_due"] = now + DAY_SECONDS
        self._release(comparison, change)

    def put_off(self, comparison: Comparison, seconds: float, tries: int) -> None:
        """It could not be done now; it is tried again after so long."""
        again = {"due": time.time() + seconds, "tries": tries}
        self._release(comparison, again)

    def _release(self, comparison: Comparison, change: Mapping[str, object]) -> None:
        """What somebody hurried meanwhile stays due."""
        this = {"_id": comparison.producer}
        self.rows.update_one({**this, "due": comparison.due}, {"$set": {**change}})
        self.rows.update_one(this, {"$set": {"claimed_until": 0.0}})
