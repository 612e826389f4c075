"""Work that fails again and again, told to an operator with its reason.

A piece that fails comes again when its lease has run out; that may go on for ever, so
it must be seen. Once or twice is not told: the next try mends what was passing.
"""

import contextlib
import datetime
from dataclasses import dataclass
from typing import Any

from pymongo.errors import PyMongoError

from chassis.clock import as_utc, utc_now
from chassis.storage.collections import MessagingCollections
from chassis.telemetry import metrics
from chassis.telemetry.reasons import reason_of

PAUSE = datetime.timedelta(hours=1)
"""Longer than any lease: after such a pause it is well, or fails anew."""
SHOWN_FROM_TIMES = 3
Moment = datetime.datetime


@dataclass(frozen=True)
class FailingWork:
    """One kind of work: how often it failed since when, when last, and why then."""

    work: str
    times: int
    since: Moment
    last: Moment
    why: str


class Failures:
    """The failing work of one service, a row for each kind of work."""

    def __init__(self, collections: MessagingCollections) -> None:
        self.rows = collections.failing_work

    def note_failure(self, work: str, error: Exception) -> None:
        """A piece of this work failed. Nothing is noted if the store cannot now."""
        metrics.work_failures.labels(work).inc()
        with contextlib.suppress(PyMongoError):
            self._note_why(work, reason_of(error))

    def _note_why(self, work: str, why: str) -> None:
        now = utc_now()
        this = {"_id": work}
        last: dict[str, Any] = {"last": now, "why": why, "clear_at": now + PAUSE}
        again = self.rows.update_one(
            {**this, "last": {"$gte": now - PAUSE}},
            {"$set": last, "$inc": {"times": 1}},
        )
        if again.matched_count == 0:
            first = {**last, "times": 1, "since": now}
            self.rows.update_one(this, {"$set": first}, upsert=True)

    def find_lasting(self) -> list[FailingWork]:
        """What failed several times with no long pause, and not long ago."""
        works = [_failing_of(row) for row in self.rows.find({}, sort=[("_id", 1)])]
        recent = utc_now() - PAUSE
        return [
            work
            for work in works
            if work.last >= recent and work.times >= SHOWN_FROM_TIMES
        ]


def _failing_of(row: dict[str, Any]) -> FailingWork:
    since, last = as_utc(row["since"]), as_utc(row["last"])
    return FailingWork(row["_id"], row["times"], since, last, row["why"])
