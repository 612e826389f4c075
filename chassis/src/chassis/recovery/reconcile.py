"""Reconciling: what a service should have consumed and did not, had from the archives.

Every hour each producer's event archive is read from the last comparison on, and once a
day a whole week of it; at once when the service finds queues of its own gone: whoever
lost them lost what lay in them. Events that neither the inbox nor the retry queue knows
join the retry queue, each key's in the order of its versions, and are handled as any
events are that wait there.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping

import contracts
from chassis.broker.port import Away
from chassis.events.envelope import Envelope, Refused
from chassis.events.page import EventPage, Producer
from chassis.http.problem import Problem
from chassis.inbox.retry_policy import USUAL
from chassis.inbox.retry_queue import Held
from chassis.inbox.sender_check import is_vouched
from chassis.inbox.versions import Versions
from chassis.recovery.comparisons import AFTER_LOSS, Comparison, Comparisons
from chassis.storage.collections import Tables
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of

UNDER_WAY = datetime.timedelta(minutes=1)
"""What was published so lately may still be on its way here."""
BACKLOG = 200
"""So many in the service's queues are a moment's work. With more, what is missing and
what only waits could not be told apart: the comparison waits too."""
BACKLOG_SECONDS = 60.0
"""How soon a backlog is looked at again."""
GRACE_SECONDS = 10.0
"""How long an event waits before it is handled. It may have come another way, and its
batch be at work; by then the inbox knows, and later batches wait behind the event."""
WHY = "was published and never came"


class Full(Exception):
    """A key's sequence has no room for what is missing."""


class Reconciling:
    """One service's comparisons with its producers, and what follows from them."""

    def __init__(
        self,
        versions: Versions,
        tables: Tables,
        producers: Mapping[str, Producer],
        count_waiting: Callable[[], int] = lambda: 0,
    ) -> None:
        self.versions, self.producers = versions, producers
        self.inbox, self.held = tables.inbox, Held(tables)
        self.comparisons = Comparisons(tables)
        self.count_waiting = count_waiting
        self.types: dict[str, list[str]] = {}
        for type_ in versions.heard:
            self.types.setdefault(contracts.sayer(type_), []).append(type_)

    def note_queues(self, gone: Collection[int]) -> None:
        """The queues of these partitions are gone, or none: compare at once.

        On its very first start the service never had any: from then on it compares.
        """
        if gone and self.comparisons.hurry(AFTER_LOSS):
            logger().warning("queues_were_gone", partitions=sorted(gone))
        self.comparisons.declare(self.types)

    def step(self) -> bool:
        """Do one comparison that is due; False if there is none."""
        comparison = self.comparisons.claim()
        if comparison is None:
            return False
        if comparison.producer not in self.types:
            self.comparisons.rows.delete_one({"_id": comparison.producer})
            return True
        if not comparison.urgent and self._is_behind():
            self.comparisons.put_off(comparison, BACKLOG_SECONDS, comparison.tries)
            return True
        try:
            self._compare(comparison)
        except (Problem, Full) as error:
            self._put_off(comparison, error)
        return True

    def _is_behind(self) -> bool:
        try:
            return self.count_waiting() > BACKLOG
        except Away:
            return True

    def _put_off(self, comparison: Comparison, error: Exception) -> None:
        """With growing pauses, up to five minutes."""
        tries = comparison.tries + 1
        pause = USUAL.pause(tries, 0.0, comes_again=True) or 0.0
        logger().warning(
            "reconciling_waits",
            producer=comparison.producer,
            tries=tries,
            reason=reason_of(error),
        )
        self.comparisons.put_off(comparison, pause, tries)

    def _compare(self, comparison: Comparison) -> None:
        """Raises Problem, and Full after all other keys are lined up."""
        now = datetime.datetime.now(datetime.UTC)
        since = comparison.since(now)
        reaches = now if comparison.urgent else now - UNDER_WAY
        until = None if comparison.urgent else reaches
        producer = comparison.producer
        missing, full, after = 0, set[str](), since.isoformat()
        while after:
            page = self.producers[producer].archive_page(
                self.types[producer], after, until
            )
            lacking = self._unknown(self._readable(producer, page))
            full |= self._line_up(lacking)
            missing, after = missing + len(lacking), page.next
            self.comparisons.renew(comparison)
        if missing:
            logger().warning("events_missed", producer=producer, events=missing)
        if full:
            raise Full(f"{len(full)} sequences are full, like {min(full)}")
        whole = comparison.whole_due <= now.timestamp()
        self.comparisons.complete(comparison, reaches, whole=whole)

    def _readable(self, producer: str, page: EventPage) -> list[Envelope]:
        """Those that are as promised. A service tells of its own events only."""
        events = []
        for raw in page.events:
            try:
                event = self.versions.read(bytes(raw))
            except Refused as error:
                logger().error("event_refused", reason=reason_of(error))
                self.held.park_bytes(bytes(raw), reason_of(error))
                continue
            if event is not None and is_vouched(event, producer):
                events.append(event)
        return events

    def _unknown(self, events: list[Envelope]) -> list[Envelope]:
        """Those that were neither handled nor wait in the retry queue."""
        ids = [event.id for event in events]
        rows = self.inbox.find({"_id": {"$in": ids}}, {"_id": 1})
        known = {row["_id"] for row in rows} | self.held.ids_among(ids)
        return [event for event in events if event.id not in known]

    def _line_up(self, events: Iterable[Envelope]) -> set[str]:
        """Put events into the retry queue; the keys without room for all of theirs."""
        by_key: dict[str, list[Envelope]] = {}
        for event in events:
            by_key.setdefault(event.partitionkey, []).append(event)
        full = set()
        for key, of_key in by_key.items():
            of_key.sort(key=_place)
            lined_up = self.held.line_up(
                of_key, WHY, untried=True, pause_seconds=GRACE_SECONDS
            )
            if len(lined_up) < len(of_key):
                full.add(key)
        return full


def _place(event: Envelope) -> tuple[int, int]:
    """A version may be told by several events, which their ids number."""
    return event.version, int(event.id.rpartition(".")[2])
