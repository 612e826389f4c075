"""The event operations of all services, the gateway's own included, for one page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import msgspec
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.operations.operations import Operation

from gateway.clients.caller import ServiceCaller
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
        return _ask(self.services.callers[service], operation, asked)

    def ask_all(
        self, operation: Operation[list[A]], asked: msgspec.Struct | None = None
    ) -> dict[str, list[A]]:
        """The answers of all services in the page's time; of who is away, none.

        Whoever did not answer before is not waited for again.
        """
        callers = self.services.callers
        answers = {
            name: part.find_answer()
            for name, part in self._begin(callers, operation, asked).items()
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
        """The question to all services, beside what else is asked: that a service has
        no answer to another question tells nothing of this one."""
        callers = {
            name: replace(caller, is_away=False)
            for name, caller in self.services.callers.items()
        }
        return self._begin(callers, operation, asked)

    def _begin(
        self,
        callers: Mapping[str, ServiceCaller],
        operation: Operation[list[A]],
        asked: msgspec.Struct | None,
    ) -> Parts[A]:
        begin = self.services.ask_part_of
        return {
            name: begin(name, _ask_in_time, callers[name], operation, asked)
            for name in NAMES
        }


def _ask_in_time(
    caller: ServiceCaller, operation: Operation[A], asked: msgspec.Struct | None
) -> A:
    """A question, within the time of the page however it travels."""
    return _ask(caller, operation, asked, caller.deadline.seconds_left())


def _ask(
    caller: ServiceCaller,
    operation: Operation[A],
    asked: msgspec.Struct | None,
    seconds: float | None = None,
) -> A:
    path = operation.split_path()
    if operation.method == "GET":
        return caller.get(operation.answer, *path, query=asked)
    return caller.send(
        operation.method, operation.answer, *path, body=asked, seconds=seconds
    )
