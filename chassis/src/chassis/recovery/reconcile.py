"""What a service should have heard and did not: found out, and asked for.

Every hour what producers said is compared with what was heard, from the last time on
that nothing was missing, and once a day a whole week of it. The same is done at once
when the service finds queues of its own gone that it had before: whoever lost them lost
what lay in them. Until that has come again, later facts of its keys wait: see
`catching_up`.
"""

import datetime
import random
import time
from collections.abc import Iterable, Sequence
from typing import Any

import contracts
from chassis.broker.port import Message, Transport
from chassis.errors import OwnFault
from chassis.events.envelope import Envelope
from chassis.outbox.resend import (
    EVENTS_ASKED,
    IDS_ASKED,
    id_of_first,
    plumbing_message,
    was_said,
)
from chassis.recovery.catching_up import CatchingUp
from chassis.recovery.comparisons import LOOK_BACK, UNDER_WAY, Compared
from chassis.storage.collections import Tables
from chassis.telemetry.logs import logger

HOUR_SECONDS, DAY_SECONDS = 3600.0, 24 * 3600.0
QUEUES, COMPARED, GLANCED = "queues", "compared", "glanced"


class NotAsked(OwnFault):
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
        self.compared = Compared(tables)

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
        """Compare with the producers if an hour or a day is over."""
        if self._is_over(COMPARED, DAY_SECONDS):
            return self.compare(whole=True)
        return self._is_over(GLANCED, HOUR_SECONDS) and self.compare(whole=False)

    def _is_over(self, what: str, seconds: float) -> bool:
        """Whether it is this process's turn to compare; one of several gets it."""
        now = time.time()
        mark = self.marks.find_one({"_id": what})
        if mark is None:
            first = now - random.uniform(0, seconds)  # noqa: S311 - spread
            self.marks.update_one(
                {"_id": what}, {"$setOnInsert": {"at": first}}, upsert=True
            )
            return False
        if now - mark["at"] < seconds:
            return False
        mine = self.marks.update_one(
            {"_id": what, "at": mark["at"]}, {"$set": {"at": now}}
        )
        return mine.matched_count == 1

    def ask(self) -> bool:
        """Ask every producer what it said in a week, up to now; False if one could not
        be asked. What is still on its way is said twice."""
        since = datetime.datetime.now(datetime.UTC) - LOOK_BACK
        asked = [
            was_said(self.transport, self._question(producer, types, since))
            for producer, types in sorted(self._producers().items())
        ]
        return all(asked)

    def compare(self, *, whole: bool) -> bool:
        """The same without what may be on its way, so that nothing need be missing.

        Of a week, or since the last comparison in which nothing was.
        """
        now = datetime.datetime.now(datetime.UTC)
        asked = []
        for producer, types in sorted(self._producers().items()):
            since = now - LOOK_BACK if whole else self.compared.since(producer)
            message = self._question(producer, types, since, now - UNDER_WAY)
            self.compared.asked(producer, id_of_first(message), now - UNDER_WAY)
            asked.append(was_said(self.transport, message))
        return all(asked)

    def _producers(self) -> dict[str, list[str]]:
        """Who says which of the types heard here."""
        producers: dict[str, list[str]] = {}
        for type_ in self.types:
            producers.setdefault(contracts.producer_of(type_), []).append(type_)
        return producers

    def _question(
        self,
        producer: str,
        types: Sequence[str],
        since: datetime.datetime,
        until: datetime.datetime | None = None,
    ) -> Message:
        asking: dict[str, Any] = {
            "service": self.service,
            "types": list(types),
            "since": since.isoformat(timespec="milliseconds"),
        }
        if until is not None:
            asking["until"] = until.isoformat(timespec="milliseconds")
        return plumbing_message(self.service, producer, IDS_ASKED, asking)

    def catch_up(self, partitions: Iterable[int]) -> None:
        """After a loss: ask who has not told, and let go on what lacks nothing."""
        self.catching_up.look()
        types = self._producers()
        for row in self.catching_up.to_ask():
            producer = row["producer"]
            since = self.compared.since(producer)
            message = self._question(producer, types.get(producer, ()), since)
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
            self.compared.told(event.data, lacks=bool(missing))
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
