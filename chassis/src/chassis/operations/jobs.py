"""Jobs of a kind as an operator is told of them: how many wait, and for how long."""

import datetime
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chassis.clock import as_utc
from chassis.operations.overview import JobStatus
from chassis.operations.presence import RoomStatus
from chassis.outbox.backlog import MOST
from chassis.storage.collections import Rows


def find_moments(rows: Rows, waiting: Mapping[str, Any], field: str) -> list[float]:
    """Since when each of the rows waits, in epoch seconds, of MOST rows at most.

    `field` may lie within another, and hold a moment or epoch seconds. What has none
    waits since now.
    """
    now = time.time()
    found = rows.find(dict(waiting), {field: 1}, limit=MOST)
    return [_read_field(row, field) or now for row in found]


def _read_field(row: Mapping[str, Any], field: str) -> float:
    value: Any = row
    for name in field.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, datetime.datetime):
        return as_utc(value).timestamp()
    return float(value or 0.0)


def to_status(
    job: str, since: Iterable[float], failed: int = 0, limited: int = 0
) -> JobStatus:
    """The status of a kind of which those wait that are due since these moments."""
    moments = list(since)
    oldest = max(0.0, time.time() - min(moments)) if moments else 0.0
    return JobStatus(
        job=job,
        waiting=len(moments),
        seconds=round(oldest, 1),
        failed=failed,
        limited=limited,
    )


def find_room(place: str, folder: Path) -> list[RoomStatus]:
    """What is free of a folder's disk; nothing where nobody can tell."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return []
    return [RoomStatus(place, usage.free, usage.total)]
