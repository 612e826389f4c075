"""The time, handed in where it is needed so that tests can set it; and how a loop that
finds nothing to do spends it."""

import datetime
import math
import threading
import time
from typing import Protocol
from zoneinfo import ZoneInfo

COLLEGE_ZONE = ZoneInfo("Asia/Shanghai")
FIRST_SECONDS = 0.25  # work seldom comes alone, and one look more costs nothing then


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


class NextDue:
    """When something is due next as far as this process knows, in epoch seconds."""

    def __init__(self) -> None:
        self.moment = 0.0

    def note_due(self, moment: float) -> None:
        """Something is due then."""
        self.moment = min(self.moment, moment)

    def forget_all(self) -> None:
        """What is due is asked for anew."""
        self.moment = math.inf


class IdlePause:
    """How long one loop sleeps between two looks, in seconds: each time twice as long,
    up to the longest; the first again after work, and after a wake-up."""

    def __init__(self, longest: float, first: float = FIRST_SECONDS) -> None:
        self.longest, self.first = longest, first
        self.next = first

    def start_anew(self) -> None:
        """There was work: look again soon."""
        self.next = self.first

    def take_next(self) -> float:
        """The pause that begins now; the next one is longer."""
        now = min(self.next, self.longest)
        self.next = 2 * now
        return now

    def sleep_until_woken(self, wake: threading.Event) -> None:
        """Sleep until woken or the pause is over."""
        if wake.wait(self.take_next()):
            wake.clear()
            self.start_anew()


def wake_at_stop(stop: threading.Event, wake: threading.Event) -> None:
    """Have a loop that sleeps until `wake` see at once that it shall stop."""

    def await_stop() -> None:
        stop.wait()
        wake.set()

    threading.Thread(target=await_stop, name="stop", daemon=True).start()
