"""The collections that the chassis keeps in each service's database."""

import datetime
import threading
from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection
from pymongo.database import Database

from chassis.clock import NextDue

Rows = Collection[dict[str, Any]]
DAY = 24 * 3600


class HandledMark:
    """When this process last handled an event, by its own clock; empty before that."""

    def __init__(self) -> None:
        self.moment = ""

    def note_handled(self, moment: datetime.datetime) -> None:
        """Events were handled just now."""
        self.moment = moment.isoformat(timespec="seconds")


class MessagingCollections:
    """What the chassis keeps for one service, each kind of row in its own collection.

    And how who puts work there wakes who does it in the same process: when the retry
    queue is due next, and an event for each kind of job.

    The event archive, the inbox, the retry queue, what people did to
    events (`audit`), leases, idempotency keys, resends, runs of rebuilds, comparisons
    with producers, replicas that consume, why the relay last waited, work that
    fails, and which processes there are.
    """

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.event_archive: Rows = database["event_archive"]
        self.inbox: Rows = database["inbox"]
        self.retry_queue: Rows = database["retry_queue"]
        self.leases: Rows = database["leases"]
        self.idempotency: Rows = database["idempotency"]
        self.audit: Rows = database["audit"]
        self.resends: Rows = database["resends"]
        self.rebuilds: Rows = database["rebuilds"]
        self.comparisons: Rows = database["comparisons"]
        self.replicas: Rows = database["replicas"]
        self.relay_waits: Rows = database["relay_waits"]
        self.failing_work: Rows = database["failing_work"]
        self.processes: Rows = database["processes"]
        self.handled = HandledMark()
        self.next_retry = NextDue()
        self.resend_wake = threading.Event()
        self.rebuild_wake = threading.Event()
        self.comparison_wake = threading.Event()

    def declare_indexes(self) -> None:
        """Make the indexes; repeating it changes nothing."""
        self.event_archive.create_index("at", expireAfterSeconds=45 * DAY)
        self.event_archive.create_index("event.traceparent")
        self.event_archive.create_index("event.partitionkey")
        self.inbox.create_index("at", expireAfterSeconds=60 * DAY)
        self.idempotency.create_index("at", expireAfterSeconds=2 * DAY)
        self.retry_queue.create_index([("state", ASCENDING), ("due", ASCENDING)])
        self.retry_queue.create_index("events.id")
        self.retry_queue.create_index("clear_at", expireAfterSeconds=0)
        self.retry_queue.create_index("sender")
        self.audit.create_index("at", expireAfterSeconds=400 * DAY)
        self.resends.create_index("at", expireAfterSeconds=10 * DAY)
        self.failing_work.create_index("clear_at", expireAfterSeconds=0)
