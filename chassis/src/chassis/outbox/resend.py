"""What others asked a service to say again, done page by page beside its relay.

Two kinds: `tell` names the ids of what was said, `say` says events again, to the one
who asked or to all who hear them. An errand that is interrupted goes on where it was.
"""

import datetime
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.errors import PyMongoError

import contracts
from chassis.broker.port import Away, Message, Publisher, Transport
from chassis.events.envelope import (
    Envelope,
    Refused,
    Wording,
    from_document,
    said_as,
    seal,
    to_bytes,
)
from chassis.ids import new_id
from chassis.storage.collections import Tables
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of

IDS_ASKED, IDS_TOLD = "chassis.ids.asked.v1", "chassis.ids.told.v1"
EVENTS_ASKED = "chassis.events.asked.v1"
TELL, SAY = "tell", "say"
OPEN, DONE, FAILED = "open", "done", "failed"
PAGE = 500
IDLE_SECONDS, CLAIM_SECONDS = 1.0, 30.0
Row = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which events to say again: those that fit all that is given."""

    to: str = ""
    types: tuple[str, ...] = ()
    key: str = ""
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None


class Errands:
    """The errands of one service."""

    def __init__(self, service: str, tables: Tables, transport: Transport) -> None:
        self.service, self.tables, self.transport = service, tables, transport
        self.rows = tables.errands

    def on_ids_asked(self, events: Sequence[Envelope]) -> None:
        """Somebody wants to compare what was said with what was heard."""
        for event in events:
            said = event.data
            since = datetime.datetime.fromisoformat(said["since"])
            wanted: Row = {"types": said["types"], "since": since}
            if until := said.get("until"):
                wanted["until"] = datetime.datetime.fromisoformat(until)
            self._open(event.id, TELL, said["service"], **wanted)

    def on_events_asked(self, events: Sequence[Envelope]) -> None:
        """Somebody lacks these."""
        for event in events:
            said = event.data
            self._open(event.id, SAY, said["service"], ids=said["ids"])

    def resend(self, wanted: Wanted) -> str:
        """Say events again by hand; the errand's id, to ask how far it is."""
        id_ = new_id()
        self._open(
            id_, SAY, wanted.to, types=list(wanted.types), key=wanted.key,
            since=wanted.since, until=wanted.until,
        )  # fmt: skip
        return id_

    def _open(self, id_: str, kind: str, to: str, **wanted: Any) -> None:
        now = datetime.datetime.now(datetime.UTC)
        row = {"kind": kind, "to": to, "state": OPEN, "at": now, "due": 0.0, "done": 0}
        self.rows.update_one(
            {"_id": id_}, {"$setOnInsert": {**row, **wanted}}, upsert=True
        )

    def progress(self, id_: str) -> Row | None:
        """How far an errand is: `state`, `why` it failed, how many are `done`."""
        return self.rows.find_one({"_id": id_}, {"ids": 0})

    def run(self, stop: threading.Event) -> None:
        """Do errands until told to stop, through losses of bus and database."""
        while not stop.is_set():
            try:
                busy = self.step()
            except (Away, PyMongoError) as error:
                logger().warning("errands_wait", reason=reason_of(error))
                busy = False
            if not busy:
                stop.wait(IDLE_SECONDS)

    def step(self) -> bool:
        """Do one page of the errand that is due; False if there is none."""
        now = time.time()
        errand = self.rows.find_one_and_update(
            {"state": OPEN, "due": {"$lte": now}},
            {"$set": {"due": now + CLAIM_SECONDS}},
            sort=[("state", 1), ("at", 1)],
        )
        if errand is None:
            return False
        events, reached = self._page(errand)
        try:
            messages = list(self._messages(errand, events, reached is None))
        except (KeyError, Refused) as fault:
            logger().error(
                "errand_failed", errand=errand["_id"], reason=reason_of(fault)
            )
            failed = {"state": FAILED, "why": reason_of(fault)[:300]}
            self.rows.update_one({"_id": errand["_id"]}, {"$set": failed})
            return True
        if messages:
            self._publish(messages)
        change: Row = {"due": 0.0}
        change |= {"state": DONE} if reached is None else {"reached": reached}
        self.rows.update_one(
            {"_id": errand["_id"]}, {"$set": change, "$inc": {"done": len(events)}}
        )
        return True

    def _publish(self, messages: Sequence[Message]) -> None:
        publisher: Publisher = self.transport.publisher()
        try:
            publisher.publish(messages)
        finally:
            publisher.close()

    def _page(self, errand: Row) -> tuple[list[Row], datetime.datetime | None]:
        """The errand's next events, and up to when that is; None when it was the last.

        A page ends between two moments: what was archived at once is on one page.
        """
        said = self.tables.said
        if "ids" in errand:
            return _in_order(said.find({"_id": {"$in": errand["ids"]}})), None
        rows = list(said.find(_filter(errand), sort=[("at", 1)], limit=PAGE))
        if len(rows) < PAGE:
            return _in_order(row for row in rows if _fits(errand, row)), None
        last = rows[-1]["at"]
        whole = {row["_id"]: row for row in (*rows, *said.find({"at": last}))}
        return _in_order(r for r in whole.values() if _fits(errand, r)), last

    def _messages(
        self, errand: Row, rows: Sequence[Row], is_last: bool
    ) -> Iterable[Message]:
        if errand["kind"] == TELL:
            yield from self._told(errand, [row["_id"] for row in rows], is_last)
            return
        for row in rows:
            for event in said_as(from_document(row["event"])):
                services = contracts.consumers_of(event.type) - {contracts.BRANCH}
                for to in [errand["to"]] if errand["to"] else sorted(services):
                    body = to_bytes(event)
                    yield Message(event.type, event.partitionkey, body, to=to)

    def _told(
        self, errand: Row, ids: Sequence[str], is_last: bool
    ) -> Iterable[Message]:
        """All pages under one key, so that the last is heard last."""
        about, to = f"{self.service}.{errand['_id']}", errand["to"]
        starts = range(0, len(ids), PAGE) or ([0] if is_last else [])
        for start in starts:
            page = {
                "service": self.service,
                "ids": list(ids[start : start + PAGE]),
                "asked": errand["_id"],
                "last": is_last and start == starts[-1],
            }
            version = errand["done"] + start + 1
            yield plumbing_message(self.service, to, IDS_TOLD, page, about, version)


def plumbing_message(
    service: str, to: str, type_: str, data: Row, about: str = "", version: int = 1
) -> Message:
    """What one service's plumbing says to another's; in order `about` one thing."""
    key = about or f"{service}.{new_id()}"
    event = seal(service, Wording(type_, to, data), key, version, 0)
    return Message(type_, key, to_bytes(event), to=to)


def id_of_first(message: Message) -> str:
    """The id of the first that was said about something."""
    return f"{message.key}.1.0"


def was_said(transport: Transport, message: Message) -> bool:
    """Whether it could be said; one whose hearer has no queues is said later."""
    try:
        publisher = transport.publisher()
        try:
            publisher.publish([message])
        finally:
            publisher.close()
    except Away as error:
        logger().warning("not_said", to=message.to, reason=reason_of(error))
        return False
    return True


def _in_order(rows: Iterable[Row]) -> list[Row]:
    """As they were said, and those of one moment as their keys have it."""
    return sorted(
        rows,
        key=lambda row: (
            row["at"],
            row["event"]["sequence"],
            int(row["_id"].rpartition(".")[2]),
        ),
    )


def _filter(errand: Mapping[str, Any]) -> Row:
    moments: Row = {}
    if since := errand.get("since"):
        moments["$gte"] = since
    if reached := errand.get("reached"):
        moments = {"$gt": reached}
    if until := errand.get("until"):
        moments["$lt"] = until
    filter_: Row = {"at": moments} if moments else {}
    if key := errand.get("key"):
        filter_["event.partitionkey"] = key
    return filter_


def _fits(errand: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    types = errand.get("types")
    until = errand.get("until")
    in_time = until is None or row["at"] < until
    of_key = not errand.get("key") or row["event"]["partitionkey"] == errand["key"]
    return in_time and of_key and (not types or row["event"]["type"] in types)
