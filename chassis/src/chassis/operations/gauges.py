"""What waits, counted when somebody asks for the metrics."""

from collections.abc import Iterable
from contextlib import suppress

import pymongo
from pymongo.errors import PyMongoError

from chassis.inbox.retry_row import PARKED, WAITING
from chassis.outbox.backlog import MOST, WAITS, Rows
from chassis.storage.collections import MessagingCollections
from chassis.telemetry import metrics

STATES = (WAITING, PARKED)
UNKNOWN = float("nan")
STORE_SECONDS = 2.0
"""Whoever scrapes waits no longer for a store that is away."""


def set_gauges(outboxes: Iterable[Rows], collections: MessagingCollections) -> None:
    """Set the gauges; to no number while the store is away.

    That nothing waits must not be read where nothing was counted.
    """
    due = UNKNOWN
    sequences_of = dict.fromkeys(STATES, UNKNOWN)
    with suppress(PyMongoError), pymongo.timeout(STORE_SECONDS):
        due = float(sum(box.count_documents(WAITS, limit=MOST) for box in outboxes))
        sequences_of = {
            state: collections.retry_queue.count_documents({"state": state}, limit=MOST)
            for state in STATES
        }
    metrics.outbox_due.set(due)
    for state, sequences in sequences_of.items():
        metrics.retry_sequences.labels(state).set(sequences)
