"""What a service should have heard and did not: found out, and asked for.

A day's look-back compares what producers said with what was heard. The same is done
at once when the service finds queues of its own gone that it had before: whoever lost
them lost what lay in them. Until that has come again, later facts of its keys wait: see
`catching_up`.
"""

import datetime
import random
import time
from collections.abc import Iterable, Sequence

import contracts
from chassis.messaging.catching_up import CatchingUp
from chassis.messaging.envelope import Envelope
from chassis.messaging.errands import (
    EVENTS_ASKED,
    IDS_ASKED,
    id_of_first,
    plumbing_message,
    was_said,
)
from chassis.messaging.transport import Message, Transport
from chassis.storage.tables import Tables
from chassis.telemetry.logs import logger

LOOK_BACK = datetime.timedelta(days=7)
EVERY_SECONDS = 24 * 3600.0
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
        self.marks, self.catching_up = tables.marks, CatchingUp(tables)

    def before_hearing(self) -> None:
        """Note, before they are made again, that queues are gone. Raises Away."""
        had = self.marks.find_one({"_id": QUEUES})
        if had is not None and (gone := self.transport.lacking(self.service)):
            logger().warning("queues_were_gone", partitions=sorted(gone))
            self.catching_up.begin(gone, self._producers())

    def now_hearing(self) -> None:
        """The queues are there; from now on their loss is noticed."""
        self.marks.update_one({"_id": QUEUES}, {"$set": {"had": True}}, upsert=True)

    def ask_if_due(self) -> bool:
        """Compare with the producers if a day is over."""
        return self._day_is_over() and self.ask()

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
        asked = [
            was_said(self.transport, self._question(producer, types))
            for producer, types in sorted(self._producers().items())
        ]
        return all(asked)

    def _producers(self) -> dict[str, list[str]]:
        """Who says which of the types heard here."""
        producers: dict[str, list[str]] = {}
        for type_ in self.types:
            producers.setdefault(contracts.sayer(type_), []).append(type_)
        return producers

    def _question(self, producer: str, types: Sequence[str]) -> Message:
        since = datetime.datetime.now(datetime.UTC) - LOOK_BACK
        asking = {
            "service": self.service,
            "types": list(types),
            "since": since.isoformat(timespec="milliseconds"),
        }
        return plumbing_message(self.service, producer, IDS_ASKED, asking)

    def catch_up(self, partitions: Iterable[int]) -> None:
        """After a loss: ask who has not told, and let go on what lacks nothing."""
        self.catching_up.look()
        types = self._producers()
        for row in self.catching_up.to_ask():
            message = self._question(row["producer"], types.get(row["producer"], ()))
            question = id_of_first(message)
            if self.catching_up.take(row, question) and not was_said(
                self.transport, message
            ):
                self.catching_up.ask_soon(question)
        for producer, ids in self.catching_up.overdue(partitions).items():
            was_said(self.transport, self._wish(producer, ids))
        self.catching_up.go_on(partitions)

    def on_ids_told(self, events: Sequence[Envelope]) -> None:
        """A producer told what it said: ask for what is not known here."""
        for event in events:
            waited_for = self.catching_up.answered(event.data)
            missing = self._unknown(event.data["ids"])
            if waited_for and missing:
                self.catching_up.note_gaps(waited_for, missing)
            self._ask_for(event.data["service"], missing)
            if waited_for:
                is_last = event.data.get("last", True)
                self.catching_up.note_told(waited_for, is_last)

    def _ask_for(self, producer: str, missing: list[str]) -> None:
        if not missing:
            return
        logger().warning("events_missed", producer=producer, events=len(missing))
        if not was_said(self.transport, self._wish(producer, missing)):
            raise NotAsked(f"{producer} could not be asked for what it said")

    def _wish(self, producer: str, ids: list[str]) -> Message:
        asking = {"service": self.service, "ids": ids}
        return plumbing_message(self.service, producer, EVENTS_ASKED, asking)

    def _unknown(self, ids: Sequence[str]) -> list[str]:
        rows = self.tables.inbox.find({"_id": {"$in": list(ids)}}, {"_id": 1})
        heard = {row["_id"] for row in rows}
        heard |= self.catching_up.held.ids_among(ids)
        heard |= self.catching_up.there_among(ids)
        return [id_ for id_ in ids if id_ not in heard]
