"""The event operations of all services, the gateway's own included, for one page."""

from typing import TypeVar

import msgspec
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.operations.operations import Operation

from gateway.clients.parts import Unavailable
from gateway.clients.services import NAMES, PageClient, Question

A = TypeVar("A")


class Everywhere:
    """Event operations asked in the name of the operator who looks at a page.

    Whoever does not answer is named in `away`, and the rest is shown.
    """

    def __init__(self, client: PageClient) -> None:
        self.client = client
        self.away: set[str] = set()

    def ask(
        self, service: str, operation: Operation[A], asked: msgspec.Struct | None = None
    ) -> A:
        """The answer of one service. Raises the Problem that came back."""
        if service not in NAMES:
            raise Problem(404, "not-found", NOTHING_HERE)
        sent = operation.sent(asked)
        if operation.method == "GET":
            sent["seconds"] = self.client.seconds_left()
        return self.client.call_service(
            service, operation.method, operation.split_path(), operation.answer, **sent
        )

    def ask_all(
        self, operation: Operation[list[A]], asked: msgspec.Struct | None = None
    ) -> dict[str, list[A]]:
        """The answers of all services in the page's time; of who is away, none."""
        questions = [
            Question(
                name,
                operation.split_path(),
                method=operation.method,
                answer=operation.answer,
                **operation.sent(asked),
            )
            for name in NAMES
        ]
        answers = dict(zip(NAMES, self.client.ask_each(questions), strict=True))
        self.away.update(
            name for name in NAMES if isinstance(answers[name], Unavailable)
        )
        return {name: rows or [] for name, rows in answers.items()}
