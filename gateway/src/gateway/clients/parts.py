"""Parts of a page that do not need each other, asked for side by side."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chassis.http.problem import Problem

T = TypeVar("T")


@dataclass(frozen=True)
class Unavailable:
    """A part of a page that stays empty: its service does not answer."""

    service: str

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())


class Part(Generic[T]):
    """What was asked for a part of a page."""

    def __init__(
        self,
        service: str,
        call: Callable[[], T],
        threads: Executor,
        note_away: Callable[[str], None],
    ) -> None:
        self.service, self.call, self.note_away = service, call, note_away
        self.future: Future[T] = threads.submit(copy_context().run, call)

    def get_answer(self) -> T | Unavailable:
        """The answer, or Unavailable where the service does not answer in time. Raises
        the Problem of any other refusal."""
        try:
            return self._wait()
        except Problem as problem:
            if problem.status >= 500:
                self.note_away(self.service)
                return Unavailable(self.service)
            raise

    def require_answer(self) -> T:
        """The answer, without which there is no page. Raises any Problem."""
        return self._wait()

    def find_answer(self) -> T | Unavailable | None:
        """As `get_answer`, and None where there is no such thing."""
        try:
            return self.get_answer()
        except Problem as problem:
            if problem.status == 404:
                return None
            raise

    def _wait(self) -> T:
        """A question that no thread has begun is asked by the one that waits for it."""
        return self.call() if self.future.cancel() else self.future.result()
