"""What lies in a service's outboxes unsaid, and why its relay last had to wait."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pymongo.collection import Collection

from chassis.storage.collections import Tables

RELAY = "relay"
USUAL_SECONDS = 5.0
"""So long a document may wait without anything being wrong."""
MOST = 1000
WAITS = {"out_due": {"$gte": 0}}
Rows = Collection[dict[str, Any]]
Moment = datetime.datetime


@dataclass(frozen=True)
class Unsaid:
    """What waits in one outbox: how many documents, counted up to MOST; for how long
    the oldest event among them, 0 where that is damaged; and the relay's last reason
    since that one was written, or nothing."""

    outbox: str
    documents: int
    seconds: float
    why: str


def note_why(tables: Tables, why: str) -> None:
    """The relay has to wait, for this reason."""
    noted = {"why": why[:1000], "at": datetime.datetime.now(datetime.UTC)}
    tables.relay_waits.update_one({"_id": RELAY}, {"$set": noted}, upsert=True)


def unsaid(outboxes: Iterable[Rows], tables: Tables) -> list[Unsaid]:
    """Where something waits for longer than is usual."""
    noted = tables.relay_waits.find_one({"_id": RELAY})
    found = []
    for outbox in outboxes:
        written = _written(outbox)
        oldest = min((one for one in written if one is not None), default=None)
        age = _age(oldest) if oldest is not None else 0.0
        if age <= USUAL_SECONDS and None not in written:
            continue
        counts = noted and (oldest is None or _utc(noted["at"]) >= oldest)
        why = noted["why"] if noted and counts else ""
        found.append(Unsaid(outbox.name, len(written), round(age, 1), why))
    return found


def _written(outbox: Rows) -> list[Moment | None]:
    """When the first event of each document that waits was written; None if damaged.

    Not when they are due: that is put off again each time something is tried.
    """
    rows = outbox.find(WAITS, {"outbox.time": 1}, sort=[("out_due", 1)], limit=MOST)
    return [_moment(row["outbox"][0].get("time")) for row in rows if row["outbox"]]


def _moment(time: object) -> Moment | None:
    try:
        return Moment.fromisoformat(str(time)).astimezone(datetime.UTC)
    except ValueError:
        return None


def _age(moment: Moment) -> float:
    return (Moment.now(datetime.UTC) - moment).total_seconds()


def _utc(kept: Moment) -> Moment:
    """As it was written, also by a client that leaves the zone away."""
    return kept.replace(tzinfo=datetime.UTC)
