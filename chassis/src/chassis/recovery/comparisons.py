"""Up to when a service knows that it heard all that its producers said.

A comparison that finds nothing missing moves that moment on, so that the next one, and
the look-back after queues were lost, begins there: comparing a week takes long, and
after a loss all later facts wait for it.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from chassis.storage.collections import Tables

LOOK_BACK = datetime.timedelta(days=7)
OVERLAP = datetime.timedelta(hours=1)
"""More than clocks differ, and than it takes from being said to being archived."""
UNDER_WAY = datetime.timedelta(minutes=1)
"""What was said so lately may still be on its way here."""
KIND = "compared with"
Row = dict[str, Any]


class Compared:
    """One service's comparisons, a row of its `marks` for each producer."""

    def __init__(self, tables: Tables) -> None:
        self.marks = tables.marks

    def since(self, producer: str) -> datetime.datetime:
        """From when on something may be missing."""
        earliest = _now() - LOOK_BACK
        row = self._row(producer)
        if row is None or row.get("until") is None:
            return earliest
        return max(earliest, _utc(row["until"]) - OVERLAP)

    def asked(self, producer: str, question: str, until: datetime.datetime) -> None:
        """A comparison up to then begins."""
        begun = {"question": question, "reaches": until, "lacks": False, "kind": KIND}
        self.marks.update_one({"_id": _id(producer)}, {"$set": begun}, upsert=True)

    def told(self, page: Mapping[str, Any], *, lacks: bool) -> None:
        """A page of its answer came, with ids that are not known here or without.

        A producer of an earlier release tells neither the question nor the last page:
        for it nothing moves on.
        """
        row = self._row(page["service"])
        if row is None or page.get("asked", "") != row["question"]:
            return
        this = {"_id": row["_id"], "question": row["question"]}
        if lacks:
            self.marks.update_one(this, {"$set": {"lacks": True}})
        elif page.get("last", False):
            reached = {"$set": {"until": row["reaches"]}}
            self.marks.update_one({**this, "lacks": False}, reached)

    def _row(self, producer: str) -> Row | None:
        return self.marks.find_one({"_id": _id(producer)})


def _id(producer: str) -> str:
    return f"{KIND} {producer}"


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _utc(kept: datetime.datetime) -> datetime.datetime:
    """As it was written, also by a client that leaves the zone away."""
    return kept.replace(tzinfo=datetime.UTC)
