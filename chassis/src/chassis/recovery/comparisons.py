"""Comparisons: up to when a service consumed all that each producer published.

A row for each producer, shared by the replicas: a job that comes again every hour. It
begins where the last one came to the end of the producer's archive.
"""

import datetime
import time
from collections.abc import Iterable

import msgspec

from chassis.clock import as_utc
from chassis.storage import leases
from chassis.storage.collections import MessagingCollections

HOUR_SECONDS, DAY_SECONDS = 3600.0, 24 * 3600.0
LOOK_BACK = datetime.timedelta(days=7)
"""Longer than holidays in which nobody looked, and within the archive's 45 days."""
OVERLAP = datetime.timedelta(hours=1)
"""More than clocks differ, and than it takes from being published to being archived."""
LEASE_SECONDS = 30.0
"""Longer than a page takes with the client's deadline of 10 s."""
AFTER_LOSS = 2
"""The first comparison brings what lay in the queues; the second what was published
while they were made anew, or confirmed before the loss and archived after it."""
SETTLE_SECONDS = 15.0
"""Between those two: longer than a relay holds a page that it has published."""
Moment = datetime.datetime


class Comparison(msgspec.Struct, kw_only=True, rename={"producer": "_id"}):
    """The comparisons with one producer, a job.

    `whole_due` is when one is to look back the whole time, in epoch seconds; `urgent`
    so many of the next ones go up to now and follow each other soon.
    """

    producer: str
    work_due: float
    work_tries: int = 0
    whole_due: float
    complete_until: Moment | None = None
    urgent: int = 0

    def since(self, now: Moment) -> Moment:
        """From when on something may be missing."""
        earliest = now - LOOK_BACK
        if self.complete_until is None or self.is_whole(now):
            return earliest
        return max(earliest, as_utc(self.complete_until) - OVERLAP)

    def is_whole(self, now: Moment) -> bool:
        """Whether this one looks back the whole time."""
        return self.whole_due <= now.timestamp()


class Comparisons:
    """One service's comparisons with its producers."""

    def __init__(self, collections: MessagingCollections) -> None:
        self.rows, self.wake = collections.comparisons, collections.comparison_wake

    def add_producers(self, producers: Iterable[str]) -> None:
        """A row for each producer that has none."""
        now = time.time()
        for producer in producers:
            hour, day = now + HOUR_SECONDS, now + DAY_SECONDS
            new = Comparison(producer=producer, work_due=hour, whole_due=day)
            fields = {"$setOnInsert": msgspec.to_builtins(new)}
            self.rows.update_one({"_id": producer}, fields, upsert=True)

    def make_due(self, times: int = 1, *, whole: bool = False) -> bool:
        """Compare with every producer now, up to now; False before the first start.

        A comparison that is under way is fenced off: it must not end this one.
        """
        now = time.time()
        soon = {"work_due": now, "urgent": times} | (
            {"whole_due": now} if whole else {}
        )
        hurried = self.rows.update_many({}, {"$set": soon, "$inc": {"work_tries": 1}})
        self.wake.set()
        return hurried.matched_count > 0

    def claim_due(self, producers: Iterable[str]) -> Comparison | None:
        """A comparison with one of these that is due, leased, or None."""
        among = {"_id": {"$in": sorted(producers)}}
        row = leases.claim_document(self.rows, among, LEASE_SECONDS)
        return msgspec.convert(row, Comparison | None)

    def renew(self, comparison: Comparison) -> None:
        """A page is compared; the next one has as much time."""
        id_, tries = comparison.producer, comparison.work_tries
        leases.renew_document(self.rows, id_, tries, LEASE_SECONDS, {})

    def complete(self, comparison: Comparison, now: Moment, until: Moment) -> None:
        """All that was published until then is consumed or waits to be handled."""
        urgent = max(0, comparison.urgent - 1)
        pause = SETTLE_SECONDS if urgent else HOUR_SECONDS
        change = {"complete_until": until, "urgent": urgent, "work_tries": 0}
        if comparison.is_whole(now):
            change["whole_due"] = time.time() + DAY_SECONDS
        self.put_off(comparison, pause, **change)

    def put_off(self, comparison: Comparison, seconds: float, **change: object) -> None:
        """The next one begins after so long, unless somebody has claimed it since."""
        this = {"_id": comparison.producer, "work_tries": comparison.work_tries}
        later = {"work_due": time.time() + seconds, **change}
        self.rows.update_one(this, {"$set": later})
