"""Every event operation of a service, declared once: the route answers by it, and page
and command ask by it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from chassis.broker.port import QueueSeen
from chassis.http.auth import needs
from chassis.operations import shapes
from chassis.operations.failures import Failing
from chassis.outbox.backlog import Unsaid

A = TypeVar("A")


@dataclass(frozen=True)
class Operation(Generic[A]):
    """A question about a service's events, or an action on them.

    `path` lies below /events; `answer` is the struct that the route answers.
    """

    method: str
    path: str
    answer: type[A]
    status: int = 200

    def parts(self) -> tuple[str, ...]:
        """The path in its parts."""
        return ("events", *self.path.split("/"))

    def sent(self, asked: msgspec.Struct | None) -> dict[str, Any]:
        """What is asked as it travels: in the `query` of a question, else as `body`."""
        if asked is None:
            return {}
        if self.method == "GET":
            return {"query": msgspec.to_builtins(asked)}
        return {"body": asked}


PARKED = Operation("GET", "parked", list[shapes.ParkedGroup])
SEQUENCE = Operation("GET", "parked/one", shapes.ParkedSequence)
EDIT = Operation("PUT", "parked/one", shapes.Id)
REPLAY = Operation("POST", "parked/replay", shapes.Changed)
DROP = Operation("POST", "parked/drop", shapes.Changed)
TAKE_BACK = Operation("POST", "parked/back", shapes.Id)
AUDIT = Operation("GET", "audit", list[shapes.AuditLine])
PUBLISHED = Operation("GET", "published", list[shapes.TimelineEntry])
CONSUMED = Operation("POST", "consumed", list[shapes.TimelineEntry])
QUEUES = Operation("GET", "queues", list[QueueSeen])
BACKLOG = Operation("GET", "backlog", list[Unsaid])
FAILURES = Operation("GET", "failures", list[Failing])
RESEND = Operation("POST", "resend", shapes.Id, 202)
RESEND_PROGRESS = Operation("GET", "resend", shapes.ResendProgress)
RECONCILE = Operation("POST", "reconcile", shapes.Id, 202)
MODELS = Operation("GET", "models", list[shapes.ModelProgress])
REBUILD = Operation("POST", "models/rebuild", shapes.ModelProgress, 202)
STOP_REBUILD = Operation("POST", "models/stop", shapes.ModelProgress)


def serves(
    operation: Operation[A],
) -> Callable[[Callable[[Any], A]], Callable[[Any], A]]:
    """The method answers this operation, to operators alone."""

    def mark(method: Callable[[Any], A]) -> Callable[[Any], A]:
        method.operation = operation  # type: ignore[attr-defined]
        return needs("operator")(method)

    return mark


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
