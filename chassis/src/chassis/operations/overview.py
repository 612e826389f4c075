"""How a service is, for the page that an operator opens first."""

from collections.abc import Callable, Iterable, Sequence

import msgspec
import pymongo

from chassis.clock import as_utc, utc_now
from chassis.http.readiness import Readiness
from chassis.inbox.retry_row import WAITING
from chassis.operations.failures import FailingWork
from chassis.operations.presence import Presence, ProcessStatus
from chassis.operations.shapes import AuditLine, ParkedGroup
from chassis.outbox.backlog import MOST, BacklogStatus
from chassis.projections.rebuild import ModelProgress
from chassis.storage.collections import MessagingCollections

LOOK_SECONDS = 0.8
"""A page has a second and a half for an answer: what hangs is told as such in time."""
STORE_SECONDS = 1.2
"""Whoever asked has gone after that; nothing goes on for him in the store."""


class JobStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of job: how many wait or are worked on, counted up to 1,000, and for how
    many seconds the one has waited that is due longest; how many ended as failures
    and for how many there was no room, of those that are still counted."""

    job: str
    waiting: int = 0
    seconds: float = 0.0
    failed: int = 0
    limited: int = 0


FindJobs = Callable[[], Sequence[JobStatus]]


class RetryStatus(msgspec.Struct, frozen=True):
    """How many keys wait for a retry, counted up to 1,000, the oldest for how long."""

    waiting: int
    seconds: float


class ServiceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """A service as one of its processes sees it, asking the store nothing.

    Its own role and release; its parts that are away, with the reason; all processes
    as they were `looked` seconds ago, -1 if it never saw them; it has been `up` for so
    many seconds.
    """

    role: str
    release: str
    away: dict[str, str]
    looked: float
    up: float
    processes: list[ProcessStatus]


class ServiceOverview(msgspec.Struct, frozen=True, kw_only=True):
    """What a service's store tells: what is parked, waits, fails, was done by hand."""

    parked: list[ParkedGroup]
    retries: RetryStatus
    backlog: list[BacklogStatus]
    failures: list[FailingWork]
    models: list[ModelProgress]
    audit: list[AuditLine]
    jobs: list[JobStatus]


def read_health(presence: Presence, readiness: Readiness) -> ServiceHealth:
    """The health of the service; a part that hangs is told within LOOK_SECONDS."""
    return ServiceHealth(
        role=presence.role,
        release=presence.release,
        away=readiness.find_away(LOOK_SECONDS),
        looked=round(presence.find_age(), 1),
        up=round(presence.find_up_seconds(), 1),
        processes=presence.find_processes(),
    )


def read_retries(collections: MessagingCollections) -> RetryStatus:
    """What waits in the retry queue."""
    waiting = {"state": WAITING}
    rows = collections.retry_queue.find(waiting, {"since": 1}, limit=MOST)
    moments = [as_utc(row["since"]) for row in rows]
    oldest = min(moments, default=utc_now())
    age = (utc_now() - oldest).total_seconds()
    return RetryStatus(len(moments), round(max(0.0, age), 1))


def read_jobs(find_jobs: Iterable[FindJobs]) -> list[JobStatus]:
    """The jobs of all kinds."""
    return [job for find in find_jobs for job in find()]


def within_time(read: Callable[[], ServiceOverview]) -> ServiceOverview:
    """What a read of the store brings. Raises PyMongoError where it takes too long."""
    with pymongo.timeout(STORE_SECONDS):
        return read()
