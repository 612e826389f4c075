"""Calls of one service in the name of a visitor, within the time of a page."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import msgspec
from chassis.http.client import Client
from chassis.http.editing import tag_of
from chassis.http.problem import Problem

from gateway.clients.breaker import Breaker
from gateway.clients.shared_answers import SharedAnswers

T = TypeVar("T")
PAGE_SECONDS = 3.0
"""What a page waits for its services in all, whichever of them do not answer."""
QUESTION_SHARE = 1 / 2
"""Of that time, for one answer: a page says within two seconds which part of it is
away, and what depends on others has as long again."""


SHARED = {("catalog", noun) for noun in ("areas", "projects", "classes")}
SHARED |= {("enrollment", noun) for noun in ("contacts", "seats")}
"""What pages ask for all visitors alike, and what changes a few times a day; or seats,
of which a visitor may learn some seconds late."""


class Speaker(Protocol):
    """In whose name a service is asked: a visitor's, or the gateway's own."""

    def token_claims(self) -> dict[str, Any]:
        """The claims about who asks, in a token to a service."""


class Deadline:
    """The time that a page has for what it asks."""

    def __init__(self, seconds: float = PAGE_SECONDS) -> None:
        self.until = time.monotonic() + seconds
        self.each_seconds = seconds * QUESTION_SHARE

    def seconds_left(self) -> float:
        """The seconds one question may still take. Raises Problem 503 if no more."""
        left = min(self.each_seconds, self.until - time.monotonic())
        if left <= 0:
            raise _away("This page has waited long enough.")
        return left


@dataclass
class ServiceCaller:
    """One service as a page asks it.

    Once it did not answer, this page does not wait for it a second time.
    """

    client: Client
    breaker: Breaker
    visitor: Speaker
    deadline: Deadline
    shared: SharedAnswers | None = None
    is_away: bool = field(default=False)

    def get(
        self, answer: type[T], *path: str, query: msgspec.Struct | None = None
    ) -> T:
        """What the service answers. Raises the Problem it answers with, 503 if none.

        `path` comes in its parts, here and below: each is quoted.
        """
        if self.is_away:
            raise _away(f"{self.client.audience} does not answer; try again soon.")
        written, left = query and write_query(query), self.deadline.seconds_left()

        def ask() -> T:
            return self._call("GET", path, answer, query=written, seconds=left)

        if self.shared is None or (self.client.audience, path[0]) not in SHARED:
            return ask()
        key = (self.client.audience, path, *(written or {}).items())
        try:
            return self.shared.get(key, ask, left)
        except TimeoutError as error:
            raise _away("Another visitor's question takes too long.") from error

    def send(
        self,
        method: str,
        answer: type[T],
        *path: str,
        body: object = None,
        raw: bytes | None = None,
        version: int | None = None,
        key: str = "",
        seconds: float | None = None,
    ) -> T:
        """What the service answers to a change.

        `body` travels as JSON, `raw` as it is. `version` is the one that its editor
        saw; `key` lets the service know a repetition. Raises the Problem it answers
        with, 503 if none.
        """
        headers = {"If-Match": tag_of(version)} if version is not None else {}
        if key:
            headers["Idempotency-Key"] = key
        return self._call(
            method, path, answer, body=body, raw=raw, headers=headers, seconds=seconds
        )

    def _call(
        self, method: str, path: Sequence[str], answer: type[T], **more: Any
    ) -> T:
        if not self.breaker.can_ask():
            raise _away(f"{self.client.audience} does not answer; try again soon.")
        asked_at = self.breaker.now()
        try:
            got = self.client.send_request(
                method, tuple(path), answer, **more, **self.visitor.token_claims()
            )
        except Problem as problem:
            self._note_problem(problem, asked_at)
            raise
        self.breaker.note_answer()
        return got

    def _note_problem(self, problem: Problem, asked_at: float) -> None:
        """Whether the service answered at all."""
        if problem.status == 503:
            self.is_away = True
            self.breaker.note_failure(asked_at)
        else:
            self.breaker.note_answer()


def _away(detail: str) -> Problem:
    return Problem(503, "service-away", detail)


def write_query(query: msgspec.Struct) -> dict[str, str]:
    """A query as it travels: what is as it would be anyhow is left out, and lists have
    commas between."""
    written: dict[str, str] = {}
    for info in msgspec.structs.fields(query):
        value = getattr(query, info.name)
        if not info.required and value == info.default:
            continue
        if isinstance(value, list):
            if value:
                written[info.name] = ",".join(map(str, value))
        elif value is not None:
            written[info.name] = _write_value(value)
    return written


def _write_value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
