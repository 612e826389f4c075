"""Documents that wait for work: claimed under a lease, never on an open message."""

import time
from collections.abc import Mapping
from typing import Any

from pymongo import ReturnDocument
from pymongo.collection import Collection

from chassis.telemetry import trace


def claim(
    collection: Collection[dict[str, Any]],
    waiting: Mapping[str, Any],
    lease_seconds: float,
    order: str = "work_due",
) -> dict[str, Any] | None:
    """The document first in `order` among those `waiting` and due, leased, or None.

    Its `work_due` moves behind the lease; a worker that dies lets it fall due again.
    What is done for it from here on carries the ids of the request that made it.
    """
    now = time.time()
    found = collection.find_one_and_update(
        {**waiting, "work_due": {"$lte": now}},
        {"$set": {"work_due": now + lease_seconds}, "$inc": {"work_tries": 1}},
        {"outbox": 0},
        sort=[(order, 1)],
        return_document=ReturnDocument.AFTER,
    )
    if found is not None:
        trace.take_up(found.get("asked_by"))
    return found


def renew(
    collection: Collection[dict[str, Any]], id_: str, tries: int, lease_seconds: float
) -> bool:
    """Keep a claimed document; False when another worker has taken it over."""
    kept = collection.update_one(
        {"_id": id_, "work_tries": tries},
        {"$set": {"work_due": time.time() + lease_seconds}},
    )
    return kept.matched_count == 1
