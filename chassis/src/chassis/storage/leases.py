"""Leases: a right that ends by itself, on a name or on a document that waits for work.

A `Lease` needs no two clocks to agree: the holder raises a counter, and an observer
that has seen the same counter for the whole term, by its own monotonic clock, may take
the lease over. A document is claimed until a moment, never on an open message.
"""

import contextvars
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, PyMongoError

from chassis.clock import Clock
from chassis.errors import WriteConflict
from chassis.telemetry.logs import logger
from chassis.telemetry.reasons import reason_of
from chassis.telemetry.tracing import take_up

RENEW_AFTER = 0.75  # of a term; of one taken over unduly the work is only repeated
JITTER = 0.2  # those that started together shall not renew together
RENEWALS_IN_A_LEASE = 15  # of 30 s: a cancel is noticed within two


class Lease:
    """One named lease as one process sees it."""

    def __init__(
        self,
        collection: Collection[dict[str, Any]],
        name: str,
        holder: str,
        clock: Clock,
        term_seconds: float = 6.0,
    ) -> None:
        self.collection, self.name, self.holder = collection, name, holder
        self.clock, self.term = clock, term_seconds
        self.seen: tuple[str, int] | None = None
        self.since = 0.0
        self.raised, self.pause = float("-inf"), 0.0

    def claim(self) -> bool:
        """Take, keep or fail to get the lease; call it well within each term."""
        now = self.clock.monotonic()
        if now - self.raised < self.pause:
            return True
        if self._raise_counter() or self._take_over(now):
            jitter = random.uniform(1 - JITTER, 1)  # noqa: S311 - no secret
            self.raised, self.pause = now, self.term * RENEW_AFTER * jitter
            return True
        self.raised = float("-inf")
        return False

    def seconds_to_renewal(self) -> float:
        """When the holder has to claim it again."""
        return max(0.0, self.raised + self.pause - self.clock.monotonic())

    def _raise_counter(self) -> bool:
        kept = self.collection.update_one(
            {"_id": self.name, "holder": self.holder}, {"$inc": {"counter": 1}}
        )
        return kept.matched_count == 1

    def _take_over(self, now: float) -> bool:
        found = self.collection.find_one({"_id": self.name})
        if found is None:
            return self._create_row()
        held = (found["holder"], found["counter"])
        if held != self.seen:
            self.seen, self.since = held, now
        if found["holder"] and now - self.since < self.term:
            return False
        taken = self.collection.update_one(
            {"_id": self.name, "holder": held[0], "counter": held[1]},
            {"$set": {"holder": self.holder}, "$inc": {"counter": 1}},
        )
        return taken.matched_count == 1

    def _create_row(self) -> bool:
        try:
            self.collection.insert_one(
                {"_id": self.name, "holder": self.holder, "counter": 1}
            )
        except DuplicateKeyError:
            return False
        return True

    def release(self) -> None:
        """Let the next one have it at once."""
        self.raised = float("-inf")
        self.collection.update_one(
            {"_id": self.name, "holder": self.holder},
            {"$set": {"holder": ""}, "$inc": {"counter": 1}},
        )


def claim_document(
    collection: Collection[dict[str, Any]],
    waiting: Mapping[str, Any],
    lease_seconds: float,
    order: str = "work_due",
    marks: Mapping[str, Any] | None = None,
) -> dict[str, Any] | None:
    """The document first in `order` among those `waiting` and due, leased, or None.

    `marks` are written into it as it is claimed.

    Its `work_due` moves behind the lease; a worker that dies lets it fall due again.
    What is done for it from here on belongs to the trace of the request that made it.
    """
    now = time.time()
    found = collection.find_one_and_update(
        {**waiting, "work_due": {"$lte": now}},
        {
            "$set": {**(marks or {}), "work_due": now + lease_seconds},
            "$inc": {"work_tries": 1},
        },
        {"outbox": 0},
        sort=[(order, 1)],
        return_document=ReturnDocument.AFTER,
    )
    if found is not None:
        take_up(f"work on {collection.name}", found.get("asked_by"))
    return found


def renew_document(
    collection: Collection[dict[str, Any]],
    id_: str,
    tries: int,
    lease_seconds: float,
    waiting: Mapping[str, Any],
) -> bool:
    """Keep a claimed document; False when another worker has taken it over.

    So it is, too, once the document is not among those `waiting` any more.
    """
    kept = collection.update_one(
        {**waiting, "_id": id_, "work_tries": tries},
        {"$set": {"work_due": time.time() + lease_seconds}},
    )
    return kept.matched_count == 1


class Heartbeat:
    """The lease of one claimed document, renewed by a thread while work goes on.

    `renew` renews it and says whether that went well; `tell` is called after each beat,
    for what whoever waits should hear meanwhile. A store that is away for less than
    the lease costs nothing: both are called again at the next beat.
    """

    def __init__(
        self,
        renew: Callable[[], bool],
        on_renewed: Callable[[], None],
        lease_seconds: float,
    ) -> None:
        self.renew, self.on_renewed, self.lease_seconds = (
            renew,
            on_renewed,
            lease_seconds,
        )
        self.is_lost = False
        self.renewed = time.monotonic()
        self.let_go = threading.Event()
        run = contextvars.copy_context().run
        self.thread = threading.Thread(
            target=run, args=(self._renew_until_end,), name="heartbeat", daemon=True
        )

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """No beat comes after this, so that what is written next stands."""
        self.let_go.set()
        self.thread.join()

    def is_ours(self) -> bool:
        """Whether the document is still this worker's, as far as is known."""
        silent = time.monotonic() - self.renewed
        return not self.is_lost and silent < self.lease_seconds

    def _renew_until_end(self) -> None:
        while not self.let_go.wait(self.lease_seconds / RENEWALS_IN_A_LEASE):
            began = time.monotonic()
            try:
                if not self.renew():
                    self.is_lost = True
                    return
                self.renewed = began
                self.on_renewed()
            except (PyMongoError, WriteConflict) as error:
                logger().warning("lease_not_renewed", reason=reason_of(error))
