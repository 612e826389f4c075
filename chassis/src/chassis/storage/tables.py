"""The collections the plumbing itself keeps in each service's database."""

from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection
from pymongo.database import Database

Rows = Collection[dict[str, Any]]
DAY = 24 * 3600


class Tables:
    """Archive, inbox, held sequences, leases and idempotency keys of one service."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.said: Rows = database["said"]
        self.inbox: Rows = database["inbox"]
        self.held: Rows = database["held"]
        self.leases: Rows = database["leases"]
        self.idempotency: Rows = database["idempotency"]

    def declare(self) -> None:
        """Make the indexes; repeating it changes nothing."""
        self.said.create_index("at", expireAfterSeconds=45 * DAY)
        self.inbox.create_index("at", expireAfterSeconds=60 * DAY)
        self.idempotency.create_index("at", expireAfterSeconds=2 * DAY)
        self.held.create_index([("state", ASCENDING), ("due", ASCENDING)])
