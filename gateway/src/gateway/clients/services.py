"""Clients of the services, in the name of a visitor."""

import time
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chassis.http.client import Client
from chassis.http.problem import Problem

from gateway.clients.breaker import Breaker
from gateway.clients.parts import Unavailable
from gateway.clients.shared_answers import SharedAnswers
from gateway.identity.sign_in import Visitor

T = TypeVar("T")
PAGE_SECONDS = 3.0
"""What a page waits for its services in all, whichever of them do not answer."""
QUESTION_SECONDS = 2.0
"""What it waits for one answer, so that what depends on others has a second left."""
PART_THREADS = 96
"""Four services beside the one that a page's own thread asks, for 24 pages at once."""
OWN = "gateway"
NAMES = ("catalog", "enrollment", "media", "learning", "notify", OWN)


@dataclass(frozen=True)
class Question:
    """What is asked of a service for a part of a page, and the type of its answer.

    `path` comes in its parts.
    """

    service: str
    path: tuple[str, ...]
    query: dict[str, str] | None = None
    method: str = "GET"
    body: object = None
    answer: Any = Any

    @staticmethod
    def of(service: str, *path: str, **query: str) -> "Question":
        """A question that reads."""
        return Question(service, path, query or None)


@dataclass(frozen=True)
class Services:
    """All services the gateway stands before, and itself: of its own events it is asked
    like any other."""

    catalog: Client
    enrollment: Client
    media: Client
    learning: Client
    notify: Client
    gateway: Client
    threads: Executor = field(
        default_factory=lambda: ThreadPoolExecutor(PART_THREADS, "part")
    )

    shared: SharedAnswers = field(default_factory=SharedAnswers)
    breakers: dict[str, Breaker] = field(
        default_factory=lambda: {name: Breaker() for name in NAMES}
    )

    def require_client(self, name: str) -> Client:
        """The service of this name, which is one of NAMES."""
        client: Client = getattr(self, name)
        return client

    def get_client(self, name: str) -> Client | None:
        """The service of this name, or None."""
        client: Client | None = getattr(self, name, None) if name in NAMES else None
        return client


class PageClient:
    """One visitor's client of all services, for one page.

    Reading has a time limit for the page as a whole. `away` names the services that
    did not answer a part of it: they are not waited for a second time.
    """

    def __init__(
        self, services: Services, visitor: Visitor, seconds: float = PAGE_SECONDS
    ) -> None:
        self.services, self.visitor = services, visitor
        self.until = time.monotonic() + seconds
        self.each_seconds = seconds * QUESTION_SECONDS / PAGE_SECONDS
        self.away: set[str] = set()

    def call_service(
        self,
        service: str,
        method: str,
        path: tuple[str, ...],
        answer: type[T],
        **more: Any,
    ) -> T:
        """The answer of one service. Raises the Problem it answers with.

        `path` comes in its parts, here and below: each is quoted.
        """
        client: Client = getattr(self.services, service)
        return client.send_request(
            method, path, answer, **more, **self.visitor.token_claims()
        )

    def read_object(self, service: str, *path: str, **query: str) -> dict[str, Any]:
        """One object, without which there is no page."""
        return self._read_answer(service, path, query, dict[str, Any])

    def read_list(self, service: str, *path: str, **query: str) -> list[dict[str, Any]]:
        """A list, without which there is no page."""
        return self._read_answer(service, path, query, list[dict[str, Any]])

    def ask_parts(self, **questions: Question) -> dict[str, Any]:
        """The answers for the parts of a page, by the parts' names, as `ask_each`."""
        return dict(zip(questions, self.ask_each([*questions.values()]), strict=True))

    def ask_each(self, questions: Sequence[Question]) -> list[Any]:
        """The answers in the order of the questions; all services asked at once.

        None where there is no such thing, Unavailable where the service does not
        answer in time. Raises the Problem of any other refusal.
        """
        lanes: dict[str, list[int]] = {}
        for place, question in enumerate(questions):
            lanes.setdefault(question.service, []).append(place)
        answers: list[Any] = [None] * len(questions)

        def ask_in_turn(places: list[int]) -> None:
            for place in places:
                answers[place] = self._ask_part(questions[place])

        *others, own_lane = [*lanes.values()] or [[]]
        beside = [
            self.services.threads.submit(copy_context().run, ask_in_turn, lane)
            for lane in others
        ]
        ask_in_turn(own_lane)
        for asked in beside:
            asked.result()
        return answers

    def seconds_left(self) -> float:
        """The seconds one question may still take. Raises Problem 503 if no more."""
        left = min(self.each_seconds, self.until - time.monotonic())
        if left <= 0:
            raise Problem(503, "service-away", "This page has waited long enough.")
        return left

    def _read_answer(
        self, service: str, path: tuple[str, ...], query: dict[str, str], kind: type[T]
    ) -> T:
        more = {"query": query or None, "seconds": self.seconds_left()}
        return self.call_service(service, "GET", path, kind, **more)

    def _ask_part(self, question: Question) -> Any:
        """The answer, None if there is none, Unavailable."""
        service = question.service
        more: dict[str, Any] = {"query": question.query}
        if question.body is not None:
            more["body"] = question.body
        if service in self.away:
            return Unavailable(service)
        try:
            more["seconds"] = self.seconds_left()
            return self.call_service(
                service, question.method, question.path, question.answer, **more
            )
        except Problem as problem:
            if problem.status == 503:
                self.away.add(service)
            if problem.status >= 500:
                return Unavailable(service)
            if problem.status == 404:
                return None
            raise
