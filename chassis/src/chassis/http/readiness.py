"""Whether a process can do its work: which of its parts are there, known in time."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pymongo.errors import PyMongoError

from chassis.telemetry import metrics

Check = Callable[[], str | None]
"""Says why the part is away, or nothing while it is there."""
WAIT_SECONDS = 2.0  # a probe waits three (`chassis.health`)
SILENT, BROKEN = "no answer in time", "its check came to no end"


@dataclass(frozen=True)
class ReadinessStatus:
    """What a probe is answered: ready for requests or work, being stopped, and part →
    why it cannot be used."""

    ready: bool
    stopping: bool
    away: Mapping[str, str]


class Readiness:
    """Checks that are asked side by side, each at most once at a time.

    A check that hangs holds up no answer and no second thread: until it comes back,
    its part counts as away. A process is ready while all parts are there but those that
    its role is `spared`, which are only told. It is not once `stopping` is set.
    """

    def __init__(
        self, checks: Mapping[str, Check], wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self.checks, self.wait_seconds = dict(checks), wait_seconds
        self.spared: frozenset[str] = frozenset()
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.looks: dict[str, _Look] = {}

    def find_status(self) -> ReadinessStatus:
        """How it stands now; the metric of every part is set with it."""
        away, is_stopping = self.find_away(), self.stopping.is_set()
        for name in self.checks:
            metrics.part_up.labels(name).set(name not in away)
        is_ready = not is_stopping and self.spared.issuperset(away)
        return ReadinessStatus(is_ready, is_stopping, away)

    def find_away(self, wait_seconds: float | None = None) -> dict[str, str]:
        """Part → why it cannot be used, for those that cannot; within so many seconds,
        or those of a probe."""
        until = time.monotonic() + (wait_seconds or self.wait_seconds)
        looks = {name: self._current_look(name) for name in self.checks}
        reasons = {name: look.wait_for_reason(until) for name, look in looks.items()}
        return {name: why for name, why in reasons.items() if why}

    def _current_look(self, name: str) -> "_Look":
        with self.lock:
            look = self.looks.get(name)
            if look is None or look.done.is_set():
                look = self.looks[name] = _Look(name, self.checks[name])
            return look


class _Look:
    """One look at one part, in a thread of its own."""

    def __init__(self, name: str, check: Check) -> None:
        self.check, self.why = check, BROKEN
        self.done = threading.Event()
        threading.Thread(target=self._run, name=f"check-{name}", daemon=True).start()

    def _run(self) -> None:
        try:
            self.why = self.check() or ""
        except (OSError, PyMongoError) as error:
            self.why = f"no answer: {type(error).__name__}"
        finally:
            self.done.set()

    def wait_for_reason(self, until: float) -> str:
        is_done = self.done.wait(max(0.0, until - time.monotonic()))
        return self.why if is_done else SILENT
