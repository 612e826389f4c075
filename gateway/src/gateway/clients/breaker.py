"""Whether a service is worth asking: one that does not answer is left alone a while."""

import threading
import time
from collections.abc import Callable

FAILURES = 3
"""In a row, until it is left alone: one restart of a replica shall not be felt."""
REST_SECONDS = 5.0
"""As long as a service takes to come back, and no longer than a person waits."""


class Breaker:
    """What this process knows of one service.

    After so many failures in a row nobody asks it for a while; then one caller does,
    and the others wait for what that one finds. Not pybreaker: it holds a lock while
    it calls, and so asks a service once at a time.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now, self.lock = now, threading.Lock()
        self.failures, self.rests_until = 0, 0.0
        self.failed_at = float("-inf")

    def can_ask(self) -> bool:
        """Whether to ask now."""
        with self.lock:
            if self.failures < FAILURES:
                return True
            now = self.now()
            if now < self.rests_until:
                return False
            self.rests_until = now + REST_SECONDS
            return True

    def note_answer(self) -> None:
        """The service answered, whatever it said."""
        with self.lock:
            self.failures = 0

    def note_failure(self, asked_at: float | None = None) -> None:
        """The service did not answer what it was asked at this moment. Questions that
        were under way side by side have seen one failure, not several."""
        with self.lock:
            if asked_at is not None and asked_at < self.failed_at:
                return
            self.failed_at = self.now()
            self.failures += 1
            if self.failures >= FAILURES:
                self.rests_until = self.now() + REST_SECONDS
