"""Event operations: declared where the console does them, asked by page and command."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, get_type_hints

import msgspec

from chassis.http.auth import require_roles

A = TypeVar("A")


@dataclass(frozen=True)
class Operation(Generic[A]):
    """A question about a service's events, or an action on them, for operators alone.

    `path` lies below /events; what `view` returns is what the route answers, and what
    whoever asks reads.
    """

    method: str
    path: str
    status: int
    view: Callable[..., A]

    @property
    def answer(self) -> type[A]:
        """The type of the answer."""
        answer: type[A] = get_type_hints(self.view)["return"]
        return answer

    @property
    def asked(self) -> type[msgspec.Struct] | None:
        """The type of what is asked, or None where the path says it all."""
        hints = get_type_hints(self.view)
        return next((hint for name, hint in hints.items() if name != "return"), None)

    def split_path(self) -> tuple[str, ...]:
        """The path in its parts."""
        return ("events", *self.path.split("/"))

    def sent(self, asked: msgspec.Struct | None) -> dict[str, Any]:
        """What is asked as it travels: in the `query` of a question, else as `body`."""
        if asked is None:
            return {}
        if self.method == "GET":
            return {"query": msgspec.to_builtins(asked)}
        return {"body": asked}


def mark_operation(
    method: str, path: str, status: int = 200
) -> Callable[[Callable[..., A]], Operation[A]]:
    """The method of the console is an operation."""
    return lambda view: Operation(method, path, status, require_roles("operator")(view))


class EventOperations(Protocol):
    """The event operations of every service, asked from where a person is.

    The services in `away` did not answer a question to all of them.
    """

    away: set[str]

    def ask(
        self, service: str, operation: Operation[A], asked: msgspec.Struct | None = None
    ) -> A:
        """The answer of one service."""

    def ask_all(
        self, operation: Operation[list[A]], asked: msgspec.Struct | None = None
    ) -> dict[str, list[A]]:
        """The answers of those services that do answer."""


def each_of(answers: Mapping[str, Sequence[A]]) -> list[tuple[str, A]]:
    """All that services answered, each beside its service."""
    return [(service, row) for service, rows in answers.items() for row in rows]
