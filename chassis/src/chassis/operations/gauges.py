"""What waits, counted when somebody asks for the metrics."""

from collections.abc import Iterable
from contextlib import suppress

import pymongo
from pymongo.errors import PyMongoError

from chassis.inbox.retry_row import PARKED, WAITING
from chassis.outbox.backlog import MOST, WAITS, Rows
from chassis.storage.collections import Tables
from chassis.telemetry import metrics

STATES = (WAITING, PARKED)
UNKNOWN = float("nan")
STORE_SECONDS = 2.0
"""Whoever scrapes waits no longer for a store that is away."""


def gauge(outboxes: Iterable[Rows], tables: Tables) -> None:
    """Set the gauges; to no number while the store is away.

    That nothing waits must not be read where nothing was counted.
    """
    due = UNKNOWN
    held = dict.fromkeys(STATES, UNKNOWN)
    with suppress(PyMongoError), pymongo.timeout(STORE_SECONDS):
        due = float(sum(box.count_documents(WAITS, limit=MOST) for box in outboxes))
        held = {state: _count(tables.held, state=state) for state in STATES}
    metrics.due.set(due)
    for state, sequences in held.items():
        metrics.held.labels(state).set(sequences)


def _count(rows: Rows, **like: object) -> float:
    return rows.count_documents(like, limit=MOST)
