"""What a service published and consumed under one id."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from chassis.inbox.retry_row import PARKED
from chassis.operations.shapes import TimelineEntry
from chassis.storage.collections import MessagingCollections
from chassis.telemetry.tracing import request_id_of

PUBLISHED = "published"
MOST = 500
"""More than a chunk of 200 rows leads to at one service."""
Row = dict[str, Any]


class Timeline:
    """One service's part of event timelines."""

    def __init__(self, service: str, collections: MessagingCollections) -> None:
        self.service, self.collections = service, collections

    def find_published(self, id_: str) -> list[TimelineEntry]:
        """Everything published in this request.

        Or, for the id of an event or of an aggregate (an enrolment, a chunk, a
        course), everything published by or about it; their `request` leads on.
        """
        of_trace = {"$gte": f"00-{id_}-", "$lt": f"00-{id_}."}
        for filter_ in (
            {"event.traceparent": of_trace},
            {"_id": id_},
            {"event.partitionkey": id_},
        ):
            if rows := list(self.collections.event_archive.find(filter_, limit=MOST)):
                return [_published_entry(row["event"]) for row in rows]
        return []

    def find_consumed(self, ids: Sequence[str]) -> list[TimelineEntry]:
        """What became of these events here."""
        handled = self.collections.inbox.find({"_id": {"$in": list(ids)}})
        events = [
            self._consumed_entry(
                row["_id"], "dropped" if row.get("dropped") else "handled", row["at"]
            )
            for row in handled
        ]
        wanted = sorted(set(ids).difference(event.id for event in events))
        for row in self.collections.retry_queue.find({"events.id": {"$in": wanted}}):
            state = "parked" if row["state"] == PARKED else "waiting"
            events += [
                self._consumed_entry(event["id"], state, row["since"])
                for event in row["events"]
                if event["id"] in wanted
            ]
        return events

    def _consumed_entry(
        self, id_: str, state: str, at: datetime.datetime
    ) -> TimelineEntry:
        return TimelineEntry(at, self.service, state, id_)


def _published_entry(event: Row) -> TimelineEntry:
    data = event["data"]
    return TimelineEntry(
        at=datetime.datetime.fromisoformat(event["time"]),
        service=event["source"].split("/")[-1],
        state=PUBLISHED,
        id=event["id"],
        type=event["type"],
        subject=event["subject"],
        request=request_id_of(event["traceparent"]),
        about=[event["partitionkey"], event["subject"], *_ids_in(data)],
        person=str(data.get("person_id", "")),
    )


def _ids_in(data: Row) -> Iterator[str]:
    for name, value in data.items():
        if isinstance(value, list):
            for part in value:
                yield from _ids_in(part) if isinstance(part, dict) else ()
        elif name.endswith("_id"):
            yield str(value)
