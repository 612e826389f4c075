"""What a service said and heard under one id, from the row to the notice."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.inbox.retry_row import PARKED
from chassis.storage.collections import Tables

MOST = 500
Row = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One event as its service said it.

    `confirmed` is when the bus had it; `about` are the ids it speaks of, `person`
    the one among them that is a person's, if there is one.
    """

    id: str
    type: str
    subject: str
    service: str
    request: str
    trace: str
    time: str
    confirmed: datetime.datetime
    about: tuple[str, ...]
    person: str


@dataclass(frozen=True)
class Heard:
    """What became of one event at one hearer: handled, dropped, waiting, parked."""

    id: str
    service: str
    state: str
    at: datetime.datetime


class Story:
    """One service's part of it."""

    def __init__(self, service: str, tables: Tables) -> None:
        self.service, self.tables = service, tables

    def said(self, id_: str) -> list[Said]:
        """Everything said in this request.

        Or, for the id of an event or of an aggregate (an enrolment, a chunk, a
        course), everything said by or about it; their `request` leads on.
        """
        said = self.tables.said
        for filter_ in (
            {"event.requestid": id_},
            {"_id": id_},
            {"event.partitionkey": id_},
        ):
            if found := list(said.find(filter_, limit=MOST)):
                return [_said(row) for row in found]
        return []

    def heard(self, ids: Sequence[str]) -> list[Heard]:
        """What became of these events here."""
        rows = self.tables.inbox.find({"_id": {"$in": list(ids)}})
        told = [
            Heard(
                row["_id"], self.service,
                "dropped" if row.get("dropped") else "handled", row["at"],
            )
            for row in rows
        ]  # fmt: skip
        known = {one.id for one in told}
        wanted = set(ids) - known
        for row in self.tables.held.find({"events.id": {"$in": sorted(wanted)}}):
            state = "parked" if row["state"] == PARKED else "waiting"
            told += [
                Heard(event["id"], self.service, state, row["since"])
                for event in row["events"]
                if event["id"] in wanted
            ]
        return told


def _said(row: Row) -> Said:
    event = row["event"]
    return Said(
        event["id"], event["type"], event["subject"], event["source"].split("/")[-1],
        event["requestid"], event["traceparent"][3:35], event["time"], row["at"],
        (event["partitionkey"], event["subject"], *_ids(event["data"])),
        str(event["data"].get("person_id", "")),
    )  # fmt: skip


def _ids(data: Row) -> Iterator[str]:
    for name, said in data.items():
        if isinstance(said, list):
            for one in said:
                yield from _ids(one) if isinstance(one, dict) else ()
        elif name.endswith("_id"):
            yield str(said)
