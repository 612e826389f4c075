"""Answers that are the same for everybody without an account, for a few seconds.

Whatever many visitors ask at once is asked of the service once; the others wait for
that answer. What failed is not remembered: who waited for it fails with it, and the
next one asks anew.
"""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from chassis.http.problem import Problem

T = TypeVar("T")
FRESH_SECONDS = 3.0
"""As late as a visitor may learn of what staff changed; it is late by 30 anyway."""
MOST_ANSWERS = 200
"""Answers of some kilobytes and pages of some dozens: ten megabytes at most."""


@dataclass(frozen=True)
class SharedAnswer:
    """An answer that is here or on its way, good until a moment."""

    future: Future[Any]
    until: float


class SharedAnswers:
    """The answers that this process keeps in memory for visitors."""

    def __init__(
        self,
        fresh_seconds: float = FRESH_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.fresh_seconds, self.now = fresh_seconds, now
        self.lock = threading.Lock()
        self.answers: dict[Hashable, SharedAnswer] = {}

    def get(self, key: Hashable, ask: Callable[[], T], seconds: float) -> T:
        """The answer under this key, asked for unless it is here or on its way.

        Raises the Problem that `ask` raised, TimeoutError after so many seconds of
        waiting for somebody else's question.
        """
        future, is_ours = self._find_or_begin(key)
        if not is_ours:
            return cast(T, future.result(timeout=seconds))
        try:
            future.set_result(ask())
        except Problem as problem:
            future.set_exception(problem)
        finally:
            if not future.done():  # a fault of ours: nobody waits for it
                future.cancel()
            if future.cancelled() or future.exception():
                self._remove_failed(key, future)
        return cast(T, future.result())

    def _find_or_begin(self, key: Hashable) -> tuple[Future[Any], bool]:
        """The answer there is, or a new one that the caller has to fill."""
        with self.lock:
            known = self.answers.get(key)
            if known and (not known.future.done() or self.now() < known.until):
                return known.future, False
            self.answers.pop(key, None)
            while len(self.answers) >= MOST_ANSWERS:
                del self.answers[next(iter(self.answers))]
            begun = SharedAnswer(Future(), self.now() + self.fresh_seconds)
            self.answers[key] = begun
            return begun.future, True

    def remove_answer(self, key: Hashable) -> None:
        """The answer under this key is not good for anybody who asks from now on."""
        with self.lock:
            self.answers.pop(key, None)

    def _remove_failed(self, key: Hashable, future: Future[Any]) -> None:
        with self.lock:
            known = self.answers.get(key)
            if known and known.future is future:
                del self.answers[key]
