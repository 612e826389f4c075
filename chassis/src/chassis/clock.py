"""The time, handed in where it is needed so that tests can set it; and how a loop that
finds nothing to do spends it."""

import datetime
import math
import threading
import time
from collections.abc import Callable
from typing import Protocol
from zoneinfo import ZoneInfo

COLLEGE_ZONE = ZoneInfo("Asia/Shanghai")
FIRST_SECONDS = 0.25  # work seldom comes alone, and one look more costs nothing then
STOP_SECONDS = 0.5  # how late a loop that sleeps sees that it shall stop


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
        moment = datetime.datetime.now(datetime.UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        """Seconds since some fixed point."""
        return time.monotonic()


def as_utc(stored: datetime.datetime) -> datetime.datetime:
    """A stored moment as it was written, also by a client that leaves the zone away."""
    if stored.tzinfo is None:
        return stored.replace(tzinfo=datetime.UTC)
    return stored.astimezone(datetime.UTC)


class IdlePause:
    """How long one loop sleeps between two looks, in seconds: each time twice as long,
    up to the longest; the first again after work, and after a wake-up."""

    def __init__(self, longest: float, first: float = FIRST_SECONDS) -> None:
        self.longest, self.first = longest, min(first, longest)
        self.next = self.first

    def restart(self) -> None:
        """There was work: look again soon."""
        self.next = self.first

    def wait(
        self,
        wake: threading.Event,
        stop: threading.Event,
        most: float = math.inf,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> bool:
        """Sleep until woken, stopped, or the pause is over, and so long at most;
        whether it was woken. `meanwhile` is called now and then."""
        until = time.monotonic() + min(self.next, self.longest, most)
        self.next = min(2 * self.next, self.longest)
        while not stop.is_set() and (left := until - time.monotonic()) > 0:
            if wake.wait(min(left, STOP_SECONDS)):
                wake.clear()
                self.restart()
                return True
            meanwhile()
        return False
