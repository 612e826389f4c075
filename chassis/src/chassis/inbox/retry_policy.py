"""The retry policy: after which pauses a failed event is tried, and when it parks."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

PAUSES_SECONDS = (0.5, 2, 5, 15, 30, 60, 120, 300)
"""What passes by itself (a lost race, a part that starts again) is over within these
nine minutes; what is not needs a person, who should see it soon."""
DAY_SECONDS = 24 * 3600.0
HandlerT = TypeVar("HandlerT", bound=Callable[..., None])


@dataclass(frozen=True)
class RetryPolicy:
    """A policy: `pauses` between tries, in seconds; each is varied by a fifth.

    What fails only because another event has yet to come (its error says so by
    `comes_again`) is tried on with the longest pause, for `patience` seconds.
    """

    pauses: tuple[float, ...] = PAUSES_SECONDS
    patience: float = DAY_SECONDS

    def pause_seconds(
        self, tries: int, waited: float, comes_again: bool
    ) -> float | None:
        """Seconds until the next try after so many, or None: park it."""
        is_over = waited > self.patience if comes_again else tries > len(self.pauses)
        if is_over:
            return None
        pause = self.pauses[min(tries, len(self.pauses)) - 1]
        return pause * random.uniform(0.8, 1.2)  # noqa: S311 - only to spread


USUAL = RetryPolicy()


def retry_with(retry: RetryPolicy) -> Callable[[HandlerT], HandlerT]:
    """A decorator that declares a handler's own policy in place of the usual one."""

    def mark(handler: HandlerT) -> HandlerT:
        handler.__retry__ = retry  # type: ignore[attr-defined]
        return handler

    return mark


def retry_of(handler: Callable[..., None] | None) -> RetryPolicy:
    """The policy a handler declared, or the usual one."""
    declared: RetryPolicy = getattr(handler, "__retry__", USUAL)
    return declared
