"""What a service should have heard and did not: found out, and asked for.

A day's look-back compares what producers said with what was heard. The same is done
at once when the service finds queues of its own gone that it had before: whoever lost
them lost what lay in them.
"""

import datetime
import random
import time
from collections.abc import Iterable, Sequence
from typing import Any

import contracts
from chassis.messaging.envelope import Envelope
from chassis.messaging.errands import (
    EVENTS_ASKED,
    IDS_ASKED,
    plumbing_message,
)
from chassis.messaging.transport import Away, Message, Transport
from chassis.storage.tables import Tables
from chassis.telemetry.logs import logger

LOOK_BACK = datetime.timedelta(days=7)
EVERY_SECONDS, AGAIN_SECONDS = 24 * 3600.0, 300.0
QUEUES, COMPARED = "queues", "compared"


class NotAsked(Exception):
    """A producer has no queues to be asked by; it is asked again."""

    comes_again = True


class Missed:
    """One service's care for what it did not hear."""

    def __init__(
        self, service: str, types: Iterable[str], tables: Tables, transport: Transport
    ) -> None:
        self.service, self.tables, self.transport = service, tables, transport
        self.types = sorted(types)
        self.marks, self.again_at = tables.marks, float("-inf")

    def before_hearing(self) -> None:
        """Note, before they are made again, that queues are gone. Raises Away."""
        had = self.marks.find_one({"_id": QUEUES})
        if had is not None and (gone := self.transport.lacking(self.service)):
            logger().warning("queues_were_gone", partitions=sorted(gone))
            self.marks.update_one({"_id": QUEUES}, {"$set": {"lost": True}})

    def now_hearing(self) -> None:
        """The queues are there; from now on their loss is noticed."""
        self.marks.update_one({"_id": QUEUES}, {"$set": {"had": True}}, upsert=True)

    def ask_if_due(self) -> bool:
        """Compare with the producers if queues were lost or a day is over."""
        lost = self.marks.find_one({"_id": QUEUES, "lost": True}) is not None
        if lost and time.monotonic() < self.again_at:
            return False
        if not lost and not self._day_is_over():
            return False
        if not self.ask():
            self.again_at = time.monotonic() + AGAIN_SECONDS
        elif lost:
            self.marks.update_one({"_id": QUEUES}, {"$set": {"lost": False}})
        return True

    def _day_is_over(self) -> bool:
        """Whether it is this process's turn to compare; one of several gets it."""
        now = time.time()
        mark = self.marks.find_one({"_id": COMPARED})
        if mark is None:
            first = now - random.uniform(0, EVERY_SECONDS)  # noqa: S311 - spread
            self.marks.update_one(
                {"_id": COMPARED}, {"$setOnInsert": {"at": first}}, upsert=True
            )
            return False
        if now - mark["at"] < EVERY_SECONDS:
            return False
        mine = self.marks.update_one(
            {"_id": COMPARED, "at": mark["at"]}, {"$set": {"at": now}}
        )
        return mine.matched_count == 1

    def ask(self) -> bool:
        """Ask every producer what it said; False if one could not be asked."""
        since = datetime.datetime.now(datetime.UTC) - LOOK_BACK
        producers: dict[str, list[str]] = {}
        for type_ in self.types:
            producers.setdefault(contracts.sayer(type_), []).append(type_)
        asked = [
            self._send(producer, IDS_ASKED, {
                "service": self.service, "types": types,
                "since": since.isoformat(timespec="milliseconds"),
            })
            for producer, types in sorted(producers.items())
        ]  # fmt: skip
        return all(asked)

    def on_ids_told(self, events: Sequence[Envelope]) -> None:
        """A producer told what it said: ask for what is not known here."""
        for event in events:
            missing = self._unknown(event.data["ids"])
            if not missing:
                continue
            producer = event.data["service"]
            logger().warning("events_missed", producer=producer, events=len(missing))
            asking = {"service": self.service, "ids": missing}
            if not self._send(producer, EVENTS_ASKED, asking):
                raise NotAsked(f"{producer} could not be asked for what it said")

    def _unknown(self, ids: Sequence[str]) -> list[str]:
        rows = self.tables.inbox.find({"_id": {"$in": list(ids)}}, {"_id": 1})
        heard = {row["_id"] for row in rows}
        waiting = {"events.id": {"$in": list(ids)}}
        for row in self.tables.held.find(waiting, {"events.id": 1}):
            heard |= {event["id"] for event in row["events"]}
        return [id_ for id_ in ids if id_ not in heard]

    def _send(self, to: str, type_: str, data: dict[str, Any]) -> bool:
        """Whether it could be said; a producer without queues is asked later."""
        message: Message = plumbing_message(self.service, to, type_, data)
        try:
            publisher = self.transport.publisher()
            try:
                publisher.publish([message])
            finally:
                publisher.close()
        except Away as error:
            logger().warning("not_asked", producer=to, reason=str(error)[:300])
            return False
        return True
