"""The time, handed in where it is needed so that tests can set it; and how a loop that
finds nothing to do spends it."""

import datetime
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
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


class WakeSignal(threading.Event):
    """Set by whoever has work for a loop, which waits for it.

    Whoever knows where the work is names the place, so that the loop looks there alone:
    a commit names its outbox, of which a service has up to nine. Set without a name, as
    for a commit in another process, it means that there may be some anywhere.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._named: set[str] = set()
        self._is_anywhere = False
        self._thread = threading.local()

    def set(self) -> None:
        """There may be work anywhere."""
        with self._lock:
            self._is_anywhere = True
            super().set()

    def setter_for(self, name: str) -> Callable[[], None]:
        """What is called by whoever has work in this place."""
        return partial(self._note_name, name)

    @contextmanager
    def set_at_end(self) -> Iterator[None]:
        """What this thread names within is signalled when it ends, all at once.

        So the relay begins with what it looks at first and not with what was committed
        first; until then it leaves store and processor to this thread.
        """
        self._thread.named = set()
        try:
            yield
        finally:
            named, self._thread.named = self._thread.named, None
            if named:
                self._set_named(frozenset(named))

    def _note_name(self, name: str) -> None:
        later: set[str] | None = getattr(self._thread, "named", None)
        if later is None:
            self._set_named(frozenset({name}))
        else:
            later.add(name)

    def _set_named(self, names: frozenset[str]) -> None:
        with self._lock:
            self._named |= names
            super().set()

    def take_names(self) -> frozenset[str] | None:
        """Where there is work, None for anywhere; it is not set any more."""
        with self._lock:
            named, is_anywhere = frozenset(self._named), self._is_anywhere
            self._named, self._is_anywhere = set(), False
            self.clear()
        return None if is_anywhere or not named else named


def wake_at_stop(stop: threading.Event, wake: threading.Event) -> None:
    """Have a loop that sleeps until `wake` see at once that it shall stop."""

    def await_stop() -> None:
        stop.wait()
        wake.set()

    threading.Thread(target=await_stop, name="stop", daemon=True).start()
