"""The outbox backlog: what waits in a service's outboxes, and why its relay waits."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pymongo.collection import Collection

from chassis.clock import as_utc, utc_now
from chassis.storage.collections import MessagingCollections

RELAY = "relay"
USUAL_SECONDS = 5.0  # a relay that was taken over takes as long; nothing is wrong then
MOST = 1000  # an operator needs no more exact a number, and counting stays cheap
LOOKED_AT = 100
"""Of so many that are due first the oldest is told to whoever collects metrics: a
destination that is dead puts its own off by seconds, and they stay among the first."""
WAITS = {"out_due": {"$gte": 0}}
Rows = Collection[dict[str, Any]]
Moment = datetime.datetime


@dataclass(frozen=True)
class BacklogStatus:
    """The backlog of one outbox: how many documents, counted up to MOST; for how long
    the oldest event among them, 0 where that is damaged; and the relay's last reason
    since that one was written, or nothing."""

    outbox: str
    documents: int
    seconds: float
    why: str


def note_why(collections: MessagingCollections, why: str) -> None:
    """Keep the reason for which the relay has to wait."""
    noted = {"why": why[:1000], "at": utc_now()}
    collections.relay_waits.update_one({"_id": RELAY}, {"$set": noted}, upsert=True)


def find_backlog(
    outboxes: Iterable[Rows], collections: MessagingCollections
) -> list[BacklogStatus]:
    """The backlogs in which something waits for longer than is usual."""
    noted = collections.relay_waits.find_one({"_id": RELAY})
    backlogs = []
    for outbox in outboxes:
        moments = _find_written(outbox)
        oldest = min((moment for moment in moments if moment), default=None)
        age = (utc_now() - oldest).total_seconds() if oldest else 0.0
        if age <= USUAL_SECONDS and None not in moments:
            continue
        is_since = noted and (oldest is None or as_utc(noted["at"]) >= oldest)
        why = noted["why"] if noted and is_since else ""
        backlogs.append(BacklogStatus(outbox.name, len(moments), round(age, 1), why))
    return backlogs


def find_oldest_seconds(outboxes: Iterable[Rows]) -> float:
    """For how long the oldest event has waited, 0 while none does."""
    moments = [at for box in outboxes for at in _find_written(box, LOOKED_AT) if at]
    return (utc_now() - min(moments)).total_seconds() if moments else 0.0


def _find_written(outbox: Rows, most: int = MOST) -> list[Moment | None]:
    """When the first event of each document that waits was written; None if damaged.

    Not when they are due: that is put off again each time something is tried.
    """
    rows = outbox.find(WAITS, {"outbox.time": 1}, sort=[("out_due", 1)], limit=most)
    return [_load_moment(row["outbox"][0].get("time")) for row in rows if row["outbox"]]


def _load_moment(time: object) -> Moment | None:
    try:
        return Moment.fromisoformat(str(time)).astimezone(datetime.UTC)
    except ValueError:
        return None
