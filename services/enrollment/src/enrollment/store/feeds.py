"""The feeds port over PyMongo: numbered entries, and which branches have a feed.

An entry is put under the number behind the last one, which is unique in its feed, so
number n + 1 is there only after n: whoever reads by numbers skips none, however many
write at once. The newest entry of a feed is never cleared, so no number comes twice.
"""

import random
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import bson
from chassis.errors import WriteConflict
from chassis.storage.aggregates import DUPLICATE, write_all
from pymongo import InsertOne, UpdateOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from enrollment.domain.branch_feed import FeedEntry, FeedEvent, PlacedEvent

Row = dict[str, Any]
KEPT_SECONDS = 45 * 24 * 3600.0
"""As long as the event archive: what a branch lost it can read again."""
TRIES = 200
"""Each try that fails is one of another writer that did not: more are in nobody's way
for minutes."""
LONGEST_PAUSE = 0.05
LAST = [("number", -1)]
PAGE_BYTES = 1024 * 1024
"""Of entries that are read at once: a hundred receipts of 200 rows would be many times
that, for each that asks."""
READ_AT_ONCE = 20
"""Entries that come from the database together; those behind a full page do not."""


class StoredFeeds:
    """Feeds of branches."""

    def __init__(self, database: Database[Row]) -> None:
        self.feeds, self.entries = database["branch_feeds"], database["feed_entries"]

    def declare_indexes(self) -> None:
        """Make the indexes."""
        self.entries.create_index([("branch_id", 1), ("number", 1)], unique=True)
        by_moment = [("branch_id", 1), ("added", 1), ("number", 1)]
        self.entries.create_index(by_moment)

    def open_feeds(
        self, branch_ids: Collection[str], begun: Mapping[str, float] | None = None
    ) -> None:
        """These branches have a feed from now on, or since it has `begun` (epoch)
        before; those that have one keep theirs."""
        now, known = time.time(), begun or {}
        new = sorted(set(branch_ids) - self.find_open(branch_ids).keys())
        opened = {id_: min(now, known.get(id_, now)) for id_ in new}
        write_all(
            self.feeds,
            [
                UpdateOne({"_id": id_}, {"$setOnInsert": {"opened": at}}, upsert=True)
                for id_, at in opened.items()
            ],
        )

    def find_open(self, branch_ids: Collection[str]) -> dict[str, float]:
        """Those of these branches that have a feed, and since when (epoch)."""
        if not branch_ids:
            return {}
        found = self.feeds.find({"_id": {"$in": sorted(branch_ids)}}, {"opened": 1})
        return {row["_id"]: row["opened"] for row in found}

    def append_events(self, branch_id: str, placed: Sequence[PlacedEvent]) -> None:
        """Put these behind the last entry of a feed, in their order; those that are
        there stay. Raises WriteConflict if others are quicker for long."""
        for turn in range(TRIES):
            new = self._leave_out_known(branch_id, placed)
            if not new or self._try_append(branch_id, new):
                return
            pause = min(0.001 * 2**turn, LONGEST_PAUSE)
            time.sleep(pause * random.random())  # noqa: S311 - no secret
        raise WriteConflict(branch_id)

    def _leave_out_known(
        self, branch_id: str, placed: Sequence[PlacedEvent]
    ) -> list[PlacedEvent]:
        ids = [_row_id(branch_id, one) for one in placed]
        found = self.entries.find({"_id": {"$in": ids}}, {"_id": 1})
        known = {row["_id"] for row in found}
        return [one for id_, one in zip(ids, placed, strict=True) if id_ not in known]

    def _try_append(self, branch_id: str, placed: Sequence[PlacedEvent]) -> bool:
        """False where another was quicker: some of these may be there nevertheless.

        A moment never goes back from one number to the next, whatever the clocks of
        the writers say: so a moment divides a feed.
        """
        last = self._get_last(branch_id)
        number = int(last["number"]) if last else 0
        added = max(time.time(), last["added"] if last else 0.0)
        writes = [
            InsertOne(_to_row(branch_id, number + place, added, one))
            for place, one in enumerate(placed, start=1)
        ]
        try:
            self.entries.bulk_write(writes, ordered=True)
        except BulkWriteError as error:
            faults = error.details["writeErrors"]
            if any(fault["code"] != DUPLICATE for fault in faults):
                raise
            return False
        return True

    def _get_last(self, branch_id: str) -> Mapping[str, Any] | None:
        wanted = {"number": 1, "added": 1}
        return self.entries.find_one({"branch_id": branch_id}, wanted, sort=LAST)

    def find_after(self, branch_id: str, after: int, limit: int) -> list[FeedEntry]:
        """So many entries of a feed behind a number, by number; fewer where these are
        large, but one at least."""
        found = self.entries.find(
            {"branch_id": branch_id, "number": {"$gt": after}},
            sort=[("number", 1)],
            limit=limit,
            batch_size=min(limit, READ_AT_ONCE),
        )
        with found:
            return [_to_entry(row) for row in _take_page(found)]

    def get_first_number(self, branch_id: str) -> int:
        """The number of the oldest entry that is kept, or 0."""
        first = self.entries.find_one(
            {"branch_id": branch_id}, {"number": 1}, sort=[("number", 1)]
        )
        return int(first["number"]) if first else 0

    def get_last_number(self, branch_id: str) -> int:
        """The number of the newest entry, or 0."""
        last = self._get_last(branch_id)
        return int(last["number"]) if last else 0

    def get_number_before(self, branch_id: str, since: float) -> int:
        """The number behind which lie all entries that came at a moment or later.

        The last is read first: what comes meanwhile lies behind it.
        """
        last = self.get_last_number(branch_id)
        begin = self.entries.find_one(
            {"branch_id": branch_id, "added": {"$gte": since}},
            {"number": 1},
            sort=[("added", 1), ("number", 1)],
        )
        return int(begin["number"]) - 1 if begin else last

    def clear_old(self, now: float) -> bool:
        """Clear what is kept long enough, but for the newest of each feed; that nothing
        is left to clear."""
        for feed in self.feeds.find({}, {"_id": 1}):
            old = {"branch_id": feed["_id"], "added": {"$lt": now - KEPT_SECONDS}}
            if self.entries.find_one(old, {"_id": 1}):
                last = self.get_last_number(feed["_id"])
                self.entries.delete_many(old | {"number": {"$lt": last}})
        return False


def _row_id(branch_id: str, placed: PlacedEvent) -> str:
    """An event comes once into a feed; a branch's id has no blank."""
    return f"{branch_id} {placed.event.id}"


def _to_row(branch_id: str, number: int, added: float, placed: PlacedEvent) -> Row:
    return {
        "_id": _row_id(branch_id, placed),
        "branch_id": branch_id,
        "number": number,
        "added": added,
        "about": placed.about,
        "event": asdict(placed.event),
    }


def _take_page(rows: Iterable[Row]) -> Iterator[Row]:
    """The first of these, up to the one that would make the page too large."""
    taken = 0
    for row in rows:
        size = len(bson.encode(row))
        if taken and taken + size > PAGE_BYTES:
            return
        taken += size
        yield row


def _to_entry(row: Row) -> FeedEntry:
    placed = PlacedEvent(FeedEvent(**row["event"]), row["about"])
    return FeedEntry(row["branch_id"], int(row["number"]), row["added"], placed)
