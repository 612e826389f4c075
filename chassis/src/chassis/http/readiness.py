"""Whether the parts a process needs are there, told in time."""

import threading
import time
from collections.abc import Callable, Mapping

from pymongo.errors import PyMongoError

Check = Callable[[], str | None]
"""Says what is away, or None while the part is there."""
WAIT_SECONDS = 2.0  # a probe waits three (`chassis.health`)
SILENT, BROKEN = "no answer in time", "its check came to no end"


class Readiness:
    """Checks that are asked side by side, each at most once at a time.

    A check that hangs holds up no answer and no second thread: until it comes back,
    its part counts as away.
    """

    def __init__(
        self, checks: Mapping[str, Check], wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self.checks, self.wait_seconds = checks, wait_seconds
        self.lock = threading.Lock()
        self.going_on: dict[str, _Look] = {}

    def away(self) -> dict[str, str]:
        """Part → why it cannot be used, for those that cannot."""
        until = time.monotonic() + self.wait_seconds
        looks = {name: self._look(name) for name in self.checks}
        told = {name: look.wait_for_reason(until) for name, look in looks.items()}
        return {name: why for name, why in told.items() if why}

    def _look(self, name: str) -> "_Look":
        with self.lock:
            look = self.going_on.get(name)
            if look is None or look.done.is_set():
                look = self.going_on[name] = _Look(name, self.checks[name])
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
