"""The collections the plumbing itself keeps in each service's database."""

from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection
from pymongo.database import Database

Rows = Collection[dict[str, Any]]
DAY = 24 * 3600


class Tables:
    """What one service's plumbing keeps.

    Archive, inbox, held sequences and what people did to them (`audit`), what waits
    for something that was lost before it (`early`), leases, idempotency keys, what
    others asked to be said again (`errands`), how far rebuilds of read models are
    (`rebuilds`), what the service knows of its own queues, why its relay last waited
    and what work fails (`marks`).
    """

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.said: Rows = database["said"]
        self.inbox: Rows = database["inbox"]
        self.held: Rows = database["held"]
        self.early: Rows = database["early"]
        self.leases: Rows = database["leases"]
        self.idempotency: Rows = database["idempotency"]
        self.audit: Rows = database["audit"]
        self.errands: Rows = database["errands"]
        self.rebuilds: Rows = database["rebuilds"]
        self.replicas: Rows = database["replicas"]
        self.relay_waits: Rows = database["relay_waits"]
        self.marks: Rows = database["marks"]

    def declare(self) -> None:
        """Make the indexes; repeating it changes nothing."""
        self.said.create_index("at", expireAfterSeconds=45 * DAY)
        self.inbox.create_index("at", expireAfterSeconds=60 * DAY)
        self.idempotency.create_index("at", expireAfterSeconds=2 * DAY)
        self.held.create_index([("state", ASCENDING), ("due", ASCENDING)])
        self.held.create_index("events.id")
        self.held.create_index("clear_at", expireAfterSeconds=0)
        self.held.create_index("sender")
        in_order = ("partition", "there", "key", "version", "place")
        self.early.create_index([(name, ASCENDING) for name in in_order])
        self.early.create_index("key")
        self.audit.create_index("at", expireAfterSeconds=400 * DAY)
        self.errands.create_index("at", expireAfterSeconds=10 * DAY)
        self.errands.create_index([("state", ASCENDING), ("at", ASCENDING)])
        self.said.create_index("event.requestid")
        self.said.create_index("event.partitionkey")
        self.rebuilds.create_index([("state", ASCENDING), ("due", ASCENDING)])
        self.rebuilds.create_index("run")
        self.marks.create_index("kind")
        self.marks.create_index("clear_at", expireAfterSeconds=0)
