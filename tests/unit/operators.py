"""What services answer to operators, as page and command show it."""

import datetime
from typing import Any

from chassis.broker.topology import QueueStatus
from chassis.operations.failures import FailingWork
from chassis.operations.overview import (
    JobStatus,
    RetryStatus,
    ServiceHealth,
    ServiceOverview,
)
from chassis.operations.presence import ProcessStatus
from chassis.operations.shapes import (
    ParkedGroup,
    ParkedSequence,
    TimelineEntry,
)
from chassis.outbox.backlog import MOST, BacklogStatus
from chassis.projections.rebuild import ModelProgress

LISTS = ("parked", "audit", "queues", "backlog", "failures", "models", "published")
"""Questions that are asked of all services at once."""
NOON = datetime.datetime(2026, 11, 25, 12, tzinfo=datetime.UTC)
BACKLOG = [
    BacklogStatus(
        "hours", 3, 200.4, "3 of 9 stayed unconfirmed, to <learning>.[x].p07"
    ),
    BacklogStatus("records", MOST, 7200.0, ""),
]
FAILURES = [FailingWork("making-up", 7, NOON, NOON, "KeyError: '<[k2]>'")]


def health(role: str = "all", **more: Any) -> ServiceHealth:
    """A service of one process that has long been there."""
    about = {"release": "0.1.0", "away": {}, "looked": 5.0, "up": 600.0}
    about["processes"] = [process()]
    return ServiceHealth(role=role, **{**about, **more})


def process(role: str = "all", **more: Any) -> ProcessStatus:
    about = {
        "id": "p1", "release": "0.1.0", "host": "pod-1", "pid": 7,
        "began": "2026-11-25T12:00:00+00:00",
    }  # fmt: skip
    return ProcessStatus(role=role, **{**about, **more})


def overview(**more: Any) -> ServiceOverview:
    """A service in whose store nothing waits and nothing fails."""
    lists = ("parked", "backlog", "failures", "models", "audit", "jobs")
    about: dict[str, Any] = {name: [] for name in lists}
    return ServiceOverview(**{**about, "retries": RetryStatus(0, 0.0), **more})


def job(name: str, **more: Any) -> JobStatus:
    return JobStatus(job=name, **more)


def queue(name: str, waiting: int = 0, consumers: int = 1, **more: Any) -> QueueStatus:
    about = {"there": True, **more}
    return QueueStatus(name, waiting=waiting, consumers=consumers, **about)


ONE_DEAD = [queue("l.p00"), queue("l.p01", consumers=0)]


def model(state: str, **more: Any) -> ModelProgress:
    progress = {
        "model": "titles", "asks": ["catalog"], "state": state, "why": "",
        "before": "0", "after": "0", "at": "", "rows": 1, "removed": 0, "filled": 1,
        "total": 1,
    }  # fmt: skip
    return ModelProgress(**{**progress, **more})


def sequence(key: str) -> ParkedSequence:
    event = {
        "id": f"{key}.1.0", "type": "t.v1", "data": {"fen": 3},
        "time": "2026-11-25T02:31:00Z", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
    }  # fmt: skip
    return ParkedSequence(
        key=key, why="why", cause="c1", type="t.v1", since=NOON, tries=3,
        events=[event], text="", sender="", sent_key="", size=0, sha256="", audit=[],
    )  # fmt: skip


def group(*keys: str) -> ParkedGroup:
    return ParkedGroup("c1", "t.v1", "why", len(keys), 1, NOON, list(keys))


def published(
    id_: str, second: int, request: str = "r", person: str = "", about: str = ""
) -> TimelineEntry:
    key = id_.split(".")[0]
    return TimelineEntry(
        NOON.replace(second=second),
        "learning",
        "published",
        id_,
        "t.v1",
        subject=key,
        request=request,
        about=[name for name in (key, person, about) if name],
        person=person,
    )


def consumed(id_: str, second: int) -> TimelineEntry:
    return TimelineEntry(NOON.replace(second=second), "notify", "handled", id_)
