"""The time, handed in where it is needed so that tests can set it."""

import datetime
import time
from typing import Protocol
from zoneinfo import ZoneInfo

COLLEGE_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Who knows the time."""

    def now(self) -> datetime.datetime:
        """The moment, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back, for measuring spans."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime.datetime:
        """The moment, in UTC, to the millisecond that the store keeps."""
        moment = utc_now()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        """Seconds since some fixed point."""
        return time.monotonic()


def utc_now() -> datetime.datetime:
    """This moment, in UTC, where no test sets it."""
    return datetime.datetime.now(datetime.UTC)


def as_utc(stored: datetime.datetime) -> datetime.datetime:
    """A stored moment as it was written, also by a client that leaves the zone away."""
    if stored.tzinfo is None:
        return stored.replace(tzinfo=datetime.UTC)
    return stored.astimezone(datetime.UTC)
