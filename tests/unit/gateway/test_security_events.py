"""Security events: added in order, and never a secret or a flood."""

from typing import Any, cast

import pytest
from gateway.identity.security_events import SecurityEvents
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from tests.doubles.audit import MemoryAudit


class Rows:
    """The collection of security events, as far as they ask it."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.asked = 0

    def insert_one(self, row: dict[str, Any]) -> None:
        self.asked += 1
        if row["_id"] in self.rows:
            raise DuplicateKeyError("there")
        self.rows[row["_id"]] = row

    def find(
        self, filter_: dict[str, Any], *_: object, limit: int, **__: object
    ) -> list[dict[str, Any]]:
        after = filter_["cursor"]["$gt"]
        rows = [row for row in self.rows.values() if row["cursor"] > after]
        return sorted(rows, key=lambda row: str(row["cursor"]))[:limit]


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def events(rows: Rows) -> SecurityEvents:
    return SecurityEvents(cast(Database[Any], {"security_events": rows}))


def told(events: SecurityEvents) -> list[tuple[str, str]]:
    return [(row["what"], row["outcome"]) for row in events.find_after("", 99)]


def test_every_event_is_added_in_its_order(events: SecurityEvents) -> None:
    for outcome in ("failed", "failed", "ok"):
        events.add_event("sign-in", outcome, address="10.0.0.1", account="a")
    assert told(events) == [("sign-in", o) for o in ("failed", "failed", "ok")]


def test_an_event_keeps_the_network_and_not_the_address(
    events: SecurityEvents,
) -> None:
    events.add_event("sign-in", "ok", address="10.1.2.3", account="a", login="")
    (row,) = events.find_after("", 9)
    assert row["network"] == "10.1.2.0/24"
    assert "10.1.2.3" not in str(row)
    assert "login" not in row, "what is empty is not kept"


def test_who_reads_on_behind_a_cursor_sees_what_came_later(
    events: SecurityEvents,
) -> None:
    for outcome in ("failed", "ok", "limited"):
        events.add_event("sign-in", outcome, address="10.0.0.1")
    first = events.find_after("", 1)
    rest = events.find_after(first[0]["cursor"], 9)
    assert [row["outcome"] for row in first + rest] == ["failed", "ok", "limited"]


def test_what_repeats_is_added_once_without_asking_the_store_again(
    events: SecurityEvents, rows: Rows
) -> None:
    for _ in range(1_000):
        events.add_event_once("sign-in", "limited", address="10.0.0.1", account="a")
    assert len(told(events)) == 1
    assert rows.asked <= 2, "a new window of time may have begun meanwhile"


def test_another_process_that_saw_the_same_adds_nothing(
    events: SecurityEvents, rows: Rows
) -> None:
    other = SecurityEvents(cast(Database[Any], {"security_events": rows}))
    for each in (events, other):
        each.add_event_once("sign-in", "limited", address="10.0.0.1", account="a")
    assert len(told(events)) <= 2, "a new window of time may have begun meanwhile"


def test_what_differs_in_whom_or_where_is_no_repeat(events: SecurityEvents) -> None:
    for account, address in (("a", "10.0.0.1"), ("b", "10.0.0.1"), ("a", "10.9.0.1")):
        events.add_event_once("sign-in", "limited", address=address, account=account)
    assert len(told(events)) == 3


def test_who_helps_another_with_an_account_stands_in_the_audit_log(
    events: SecurityEvents,
) -> None:
    audit = MemoryAudit()
    events.audit = cast(Any, audit)
    for who, account in (("jiaowu", "shi"), ("shi", "shi")):
        about = {"address": "10.0.0.1", "who": who, "account": account}
        events.add_event("second-factor-reset", "ok", **about)
        events.add_event("provider-disconnected", "ok", provider="zong", **about)
        events.add_event("sessions-ended", "ok", **about)
    assert audit.lines == [
        ("jiaowu", "second-factor-reset", "shi", {}),
        ("jiaowu", "provider-disconnected", "shi", {"provider": "zong"}),
    ]
