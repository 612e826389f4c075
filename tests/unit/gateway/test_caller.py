"""Calls of a service: what travels, and when a service is left alone."""

from typing import Any

import msgspec
import pytest
from chassis.http.problem import Problem
from contracts.http.shape import Ids, Query, Text
from gateway.clients.breaker import FAILURES, Breaker
from gateway.clients.caller import Deadline, ServiceCaller, write_query
from gateway.identity.sign_in import Visitor


class WantedQuery(Query):
    """What a query may hold."""

    q: Text = ""
    ids: Ids = []
    progress: bool = False
    limit: int = 60
    year: int | None = None


class Wire:
    """A service that answers or does not, and what it was asked."""

    audience = "catalog"

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.asked: list[dict[str, Any]] = []

    def send_request(
        self, method: str, path: tuple[str, ...], answer: Any, **more: Any
    ) -> Any:
        self.asked.append({"method": method, "path": path, **more})
        if self.status >= 400:
            raise Problem(self.status, "refused", "No.")
        return msgspec.convert({}, answer)


def calling(wire: Any, breaker: Breaker | None = None) -> ServiceCaller:
    return ServiceCaller(wire, breaker or Breaker(), Visitor(), Deadline())


def test_a_query_says_only_what_differs_from_what_is_understood() -> None:
    assert write_query(WantedQuery()) == {}
    full = WantedQuery(q="协商", ids=["a", "b"], progress=True, limit=7, year=2026)
    assert write_query(full) == {
        "q": "协商",
        "ids": "a,b",
        "progress": "true",
        "limit": "7",
        "year": "2026",
    }


def test_a_question_has_the_time_of_its_page_and_no_more() -> None:
    wire = Wire()
    ask = calling(wire)
    ask.get(dict[str, str], "courses")
    assert 0 < wire.asked[0]["seconds"] <= 2
    ask.deadline.until = 0
    with pytest.raises(Problem) as refused:
        ask.get(dict[str, str], "courses")
    assert (refused.value.status, len(wire.asked)) == (503, 1)


def test_a_change_names_the_version_its_editor_saw_and_its_key() -> None:
    wire = Wire()
    calling(wire).send("PUT", dict[str, str], "courses", "k1", version=7, key="f1")
    assert wire.asked[0]["headers"] == {"If-Match": '"7"', "Idempotency-Key": "f1"}
    calling(wire).send("POST", dict[str, str], "courses")
    assert wire.asked[1]["headers"] == {}


def test_a_page_does_not_wait_a_second_time_for_who_did_not_answer() -> None:
    wire = Wire(503)
    ask = calling(wire)
    for _ in range(2):
        with pytest.raises(Problem):
            ask.get(dict[str, str], "courses")
    assert len(wire.asked) == 1


def test_pages_leave_a_service_alone_that_answered_none_of_them() -> None:
    wire, breaker = Wire(503), Breaker()
    for _ in range(FAILURES + 2):
        with pytest.raises(Problem) as refused:
            calling(wire, breaker).get(dict[str, str], "courses")
        assert refused.value.status == 503
    assert len(wire.asked) == FAILURES


def test_a_refusal_is_an_answer() -> None:
    wire, breaker = Wire(403), Breaker()
    for _ in range(FAILURES + 2):
        with pytest.raises(Problem):
            calling(wire, breaker).get(dict[str, str], "courses")
    assert len(wire.asked) == FAILURES + 2
