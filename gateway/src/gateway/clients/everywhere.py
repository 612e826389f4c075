"""The event operations of all services, the gateway's own included, for one page."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.operations.operations import Operation

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Part, Unavailable
from gateway.clients.services import NAMES

A = TypeVar("A")
Parts = Mapping[str, Part[list[A]]]
"""What was asked of each service."""


class Everywhere:
    """Event operations asked in the name of the operator who looks at a page.

    Whoever does not answer is named in `away`, and the rest is shown.
    """

    def __init__(self, services: PageServices) -> None:
        self.services = services
        self.away: set[str] = set()

    def ask(
        self, service: str, operation: Operation[A], asked: msgspec.Struct | None = None
    ) -> A:
        """The answer of one service. Raises the Problem that came back."""
        if service not in NAMES:
            raise Problem(404, "not-found", NOTHING_HERE)
        return self._ask(service, operation, asked)

    def ask_all(
        self, operation: Operation[list[A]], asked: msgspec.Struct | None = None
    ) -> dict[str, list[A]]:
        """The answers of all services in the page's time; of who is away, none."""
        answers = {
            name: part.find_answer()
            for name, part in self.begin_all(operation, asked).items()
        }
        self.away |= {
            name for name, rows in answers.items() if isinstance(rows, Unavailable)
        }
        return {
            name: rows if isinstance(rows, list) else []
            for name, rows in answers.items()
        }

    def begin_all(
        self, operation: Operation[list[A]], asked: msgspec.Struct | None = None
    ) -> Parts[A]:
        """The question to all services, beside what else the page asks them."""
        return {
            name: self.services.ask_part_of(
                name, self._ask_in_time, name, operation, asked
            )
            for name in NAMES
        }

    def _ask_in_time(
        self, service: str, operation: Operation[A], asked: msgspec.Struct | None
    ) -> A:
        """A question, within the time of the page however it travels."""
        left = self.services.deadline.seconds_left()
        return self._ask(service, operation, asked, left)

    def _ask(
        self,
        service: str,
        operation: Operation[A],
        asked: msgspec.Struct | None,
        seconds: float | None = None,
    ) -> A:
        caller, path = self.services.callers[service], operation.split_path()
        if operation.method == "GET":
            return caller.get(operation.answer, *path, query=asked)
        return caller.send(
            operation.method, operation.answer, *path, body=asked, seconds=seconds
        )
