"""What waits, counted when somebody asks for the metrics."""

import time
from collections.abc import Iterable
from contextlib import suppress

import pymongo
from pymongo.errors import PyMongoError

from chassis.inbox.retry_row import PARKED, WAITING
from chassis.outbox.backlog import MOST, WAITS, Rows, find_oldest_seconds
from chassis.storage.collections import MessagingCollections
from chassis.storage.documents import JobQueue
from chassis.telemetry import metrics

STATES = (WAITING, PARKED)
UNKNOWN = float("nan")
STORE_SECONDS = 2.0
"""Whoever scrapes waits no longer for a store that is away."""
Queues = Iterable[tuple[Rows, JobQueue]]


def set_gauges(
    outboxes: Iterable[Rows], collections: MessagingCollections, queues: Queues = ()
) -> None:
    """Set the gauges; to no number while the store is away.

    That nothing waits must not be read where nothing was counted.
    """
    boxes, queues = list(outboxes), list(queues)
    due = oldest = UNKNOWN
    sequences_of = dict.fromkeys(STATES, UNKNOWN)
    jobs_of = {queue.kind: (UNKNOWN, UNKNOWN) for _, queue in queues}
    with suppress(PyMongoError), pymongo.timeout(STORE_SECONDS):
        counted = [(box, box.count_documents(WAITS, limit=MOST)) for box in boxes]
        due = float(sum(count for _, count in counted))
        oldest = find_oldest_seconds(box for box, count in counted if count)
        sequences_of = {
            state: collections.retry_queue.count_documents({"state": state}, limit=MOST)
            for state in STATES
        }
        jobs_of = {queue.kind: _count_jobs(rows, queue) for rows, queue in queues}
    metrics.outbox_due.set(due)
    metrics.outbox_oldest.set(oldest)
    for state, sequences in sequences_of.items():
        metrics.retry_sequences.labels(state).set(sequences)
    for kind, (waiting, overdue) in jobs_of.items():
        metrics.jobs_waiting.labels(kind).set(waiting)
        metrics.job_overdue.labels(kind).set(overdue)


def _count_jobs(rows: Rows, queue: JobQueue) -> tuple[float, float]:
    """How many jobs wait, and for how long the one that comes next has been due."""
    waiting, now = dict(queue.waiting), time.time()
    due = waiting | {"work_due": {"$lte": now}}
    following = rows.find_one(due, {"work_due": 1}, sort=[(queue.order, 1)])
    overdue = now - following["work_due"] if following else 0.0
    return float(rows.count_documents(waiting, limit=MOST)), overdue
