"""Reconciling: what a service should have consumed and did not, had from the archives.

Every hour each producer's event archive is read from the last comparison on, and once a
day a whole week of it; at once when the service finds queues of its own gone: whoever
lost them lost what lay in them. Events that neither the inbox nor the retry queue knows
join the retry queue, each key's in the order of its versions, and are handled as any
events are that wait there.
"""

import datetime
from collections.abc import Callable, Collection, Mapping

import contracts
from chassis.broker.port import BusUnavailable
from chassis.clock import utc_now
from chassis.events.envelope import Envelope, can_send
from chassis.events.page import ARCHIVE, EventPage, Pull
from chassis.http.problem import Problem
from chassis.inbox.dispatch import read_or_park
from chassis.inbox.handler_table import HandlerTable
from chassis.inbox.retry_policy import USUAL
from chassis.inbox.retry_queue import RetryQueue
from chassis.recovery.comparisons import AFTER_LOSS, Comparison, Comparisons
from chassis.storage.collections import MessagingCollections
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of

UNDER_WAY = datetime.timedelta(minutes=1)
"""What was published so lately may still be on its way here."""
BACKLOG, BACKLOG_SECONDS = 200, 60.0
"""So many in the service's queues are a moment's work. With more, what is missing and
what only waits could not be told apart: the comparison waits a minute too."""
GRACE_SECONDS = 10.0
"""How long an event waits before it is handled. It may have come another way, and its
batch be at work; by then the inbox knows, and later batches wait behind the event."""
WHY = "was published and never came"


class Reconciling:
    """One service's comparisons with its producers, and what follows from them."""

    def __init__(
        self,
        handlers: HandlerTable,
        collections: MessagingCollections,
        producers: Mapping[str, Pull],
        count_waiting: Callable[[], int],
    ) -> None:
        self.handlers, self.producers = handlers, producers
        self.inbox, self.retry_queue = collections.inbox, RetryQueue(collections)
        self.comparisons = Comparisons(collections)
        self.count_waiting = count_waiting
        self.types: dict[str, list[str]] = {}
        for type_ in handlers.consumed_types:
            self.types.setdefault(contracts.producer_of(type_), []).append(type_)

    def note_queues(self, gone: Collection[int]) -> None:
        """The queues of these partitions are gone, or none: compare at once.

        On its very first start the service never had any: from then on it compares.
        """
        if gone and self.comparisons.make_due(AFTER_LOSS):
            logger().warning("queues_were_gone", partitions=sorted(gone))
        self.comparisons.add_producers(self.types)

    def reconcile_page(self) -> bool:
        """Do one comparison that is due; False if there is none."""
        comparison = self.comparisons.claim_due(self.types)
        if comparison is None:
            return False
        try:
            if not comparison.urgent and self.count_waiting() > BACKLOG:
                self.comparisons.put_off(comparison, BACKLOG_SECONDS, work_tries=0)
            else:
                self._compare_page(comparison)
        except (BusUnavailable, Problem) as error:
            self._try_later(comparison, reason_of(error))
        return True

    def _try_later(self, comparison: Comparison, reason: str) -> None:
        """With growing pauses, up to five minutes."""
        producer, tries = comparison.producer, comparison.work_tries
        logger().warning("reconciling_waits", producer=producer, reason=reason)
        pause = USUAL.pause_seconds(tries, 0.0, comes_again=True) or 0.0
        self.comparisons.put_off(comparison, pause)

    def _compare_page(self, comparison: Comparison) -> None:
        """Raises Problem."""
        producer, now = comparison.producer, utc_now()
        until = now if comparison.urgent else now - UNDER_WAY
        up_to = "" if comparison.urgent else until.isoformat()
        missing, full, after = 0, set[str](), comparison.since(now).isoformat()
        while after:
            page = self.producers[producer](ARCHIVE, self.types[producer], after, up_to)
            unknown = self._find_unknown(self._read_events(producer, page))
            ordered = sorted(unknown, key=_place_of)
            full.update(self.retry_queue.line_up_all(ordered, WHY, GRACE_SECONDS))
            missing, after = missing + len(unknown), page.next
            self.comparisons.renew(comparison)
        if missing:
            logger().warning("events_recovered", producer=producer, events=missing)
        if full:
            self._try_later(comparison, f"no room behind {', '.join(sorted(full)[:5])}")
        else:
            self.comparisons.complete(comparison, now, until)

    def _read_events(self, producer: str, page: EventPage) -> list[Envelope]:
        """Those that are as promised. A service tells of its own events only."""
        events = []
        for raw in map(bytes, page.events):
            event = read_or_park(self.handlers, self.retry_queue, raw)
            if event is not None and can_send(event, producer):
                events.append(event)
        return events

    def _find_unknown(self, events: list[Envelope]) -> list[Envelope]:
        """Those that were neither handled nor wait in the retry queue."""
        ids = [event.id for event in events]
        rows = self.inbox.find({"_id": {"$in": ids}}, {"_id": 1})
        known = {row["_id"] for row in rows} | self.retry_queue.ids_among(ids)
        return [event for event in events if event.id not in known]


def _place_of(event: Envelope) -> tuple[int, int]:
    """A version may have several events, which their ids number."""
    return event.version, int(event.id.rpartition(".")[2])
