"""A fault is told by kind, rule and place, and never with what people wrote."""

import logging
import sys
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from chassis.errors import WriteConflict
from chassis.events.envelope import Refused, from_bytes
from chassis.telemetry import logs
from chassis.telemetry.reasons import reason_of, stack_of
from contracts.http.shape import Shape
from pymongo.errors import ConnectionFailure, DuplicateKeyError, WriteError

import contracts

NAME, PHONE, ID, MAIL = "张三丰", "13512349999", "11010519491231002X", "zs@u.example"
LATIN = "Zhang Sanfeng"
VALUES = (NAME, PHONE, ID, MAIL, LATIN)
ROSTER = "branch.roster.sent.v1"


class Body(Shape):
    count: int
    nested: dict[str, int] = {}


def fault_of(broken: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - each of them is looked at
        broken()
    return raised.value


def roster(**row: Any) -> bytes:
    event = contracts.example_of(ROSTER)
    event = {**event, "data": {**event["data"], "rows": [{"row": 1, **row}]}}
    return msgspec.json.encode(event)


def of_type(type_: str) -> bytes:
    return msgspec.json.encode({**contracts.example_of(ROSTER), "type": type_})


def raising(error: Exception) -> Callable[[], object]:
    def broken() -> None:
        raise error

    return broken


SENTENCE = f"no {NAME} {LATIN} {PHONE} {ID} {MAIL}"
FAULTS = [
    lambda: from_bytes(roster(phone=int(PHONE))),
    lambda: from_bytes(roster(name=[NAME, LATIN])),
    lambda: from_bytes(roster(**{NAME: LATIN})),
    lambda: from_bytes(roster(**{PHONE: LATIN})),
    lambda: from_bytes(of_type(NAME)),
    lambda: msgspec.convert({"count": 1, NAME: 2}, Body),
    lambda: msgspec.convert({"count": 1, f"{LATIN} - at `$.x`": 2}, Body),
    lambda: msgspec.convert({"count": NAME}, Body),
    lambda: msgspec.convert({"count": 1, "nested": {PHONE: ""}}, Body),
    lambda: {}[LATIN],
    lambda: int(f"{LATIN} {PHONE}"),
    lambda: NAME.encode("ascii"),
    raising(DuplicateKeyError(SENTENCE, 11000, {"keyValue": {"phone": PHONE}})),
    raising(WriteError(SENTENCE, 121)),
    raising(ConnectionFailure(f"localhost:1: {NAME} {PHONE} {MAIL}")),
    raising(WriteConflict(f"{NAME} {PHONE} {MAIL}")),
]


@pytest.mark.parametrize("broken", FAULTS)
def test_no_reason_and_no_stack_says_what_somebody_wrote(
    broken: Callable[[], object],
) -> None:
    fault = fault_of(broken)
    for told in (reason_of(fault), stack_of(fault)):
        assert not [value for value in VALUES if value in told]


def test_a_reason_names_the_place_and_the_rule() -> None:
    fault = fault_of(lambda: from_bytes(roster(phone=int(PHONE))))
    assert isinstance(fault, Refused)
    assert "data/rows/0/phone" in reason_of(fault)
    assert "string" in reason_of(fault)
    assert reason_of(fault_of(lambda: {}["x"])).startswith("KeyError at tests.")
    assert "11000" in reason_of(DuplicateKeyError(SENTENCE, 11000))


def test_what_is_logged_with_its_stack_says_no_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = logging.root.handlers[:]
    hooks = sys.excepthook, threading.excepthook
    logs.configure_logs("t", "all")
    try:
        try:
            from_bytes(roster(phone=int(PHONE), name=[NAME, LATIN]))
        except Refused:
            logs.logger().exception("refused")
        try:
            int(SENTENCE)
        except ValueError:
            logging.getLogger("a library").exception("failed")
    finally:
        logging.basicConfig(handlers=before, force=True)
        sys.excepthook, threading.excepthook = hooks
    told = capsys.readouterr().out
    assert told.count("test_reasons:") >= 2, "where it arose is told"
    assert not [value for value in VALUES if value in told]
