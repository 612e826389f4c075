"""The judge sees every kind of breach; a run without one would prove nothing else."""

from typing import Any

import pytest
from chassis.broker.port import Message

from tests.chaos.judging import Heard, judge, percentile
from tests.chaos.mischief import shuffled_across_keys

KEY = "fault.1"


def line(what: str, token: str, pieces: int = 2) -> dict[str, Any]:
    row: dict[str, Any] = {"what": what, "key": KEY, "token": token, "pieces": pieces}
    return row | ({"moment": 10.0, "seconds": 0.1} if what == "acknowledged" else {})


LEDGER = [
    line("asked", "a"),
    line("acknowledged", "a"),
    line("asked", "b"),
]
A1, A2, B1, B2 = (
    Heard(1, "a.1", 10.5),
    Heard(2, "a.2", 11.0),
    Heard(3, "b.1", 11.0),
    Heard(4, "b.2", 11.0),
)


def figures(*heard: Heard) -> tuple[int, int, int, int, int]:
    found = judge(LEDGER, {KEY: heard})
    return found.events, found.lost, found.twice, found.invented, found.disordered


def test_what_was_acknowledged_and_heard_once_in_order_is_well() -> None:
    assert figures(A1, A2) == (2, 0, 0, 0, 0)
    assert judge(LEDGER, {KEY: [A1, A2]}).freshness == [(KEY, 0.5), (KEY, 1.0)]


def test_a_write_that_was_never_answered_may_be_heard_or_not() -> None:
    assert figures(A1, A2, B1, B2) == (2, 0, 0, 0, 0)


def test_a_row_counts_from_when_its_branch_holds_it() -> None:
    held = line("held", "c") | {"moment": 10.0}
    found = judge([*LEDGER, held], {KEY: [A1, A2, Heard(3, "c.2", 12.0)]})
    assert (found.events, found.lost, found.twice, found.invented) == (4, 1, 0, 0)
    assert len(found.writes) == 1, "nobody waited for a row to be held"


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        ([A1], (2, 1, 0, 0, 0)),
        ([A1, A2, A2, A2], (2, 0, 2, 0, 0)),
        ([A1, A2, Heard(3, "c.1", 11)], (2, 0, 0, 1, 0)),
        ([A1, A2, Heard(3, "a.3", 11)], (2, 0, 0, 1, 0)),
        ([A2, A1], (2, 0, 0, 0, 1)),
        ([A1, B1, A2, B2], (2, 0, 0, 0, 1)),
    ],
    ids=["lost", "twice", "never asked", "one too many", "overtaken", "held back"],
)
def test_each_breach_is_counted(
    heard: list[Heard], found: tuple[int, int, int, int, int]
) -> None:
    assert figures(*heard) == found


def test_what_is_heard_of_another_key_is_invented_and_its_own_lost() -> None:
    found = judge(LEDGER, {"fault.2": [A1, A2]})
    assert (found.lost, found.invented) == (2, 2)


def test_a_shuffle_keeps_the_order_of_each_key() -> None:
    messages = [Message("t", f"k{n % 5}", str(n).encode()) for n in range(50)]
    shuffled = shuffled_across_keys(messages)
    assert sorted(int(m.body) for m in shuffled) == list(range(50))
    for key in {message.key for message in messages}:
        numbers = [int(m.body) for m in shuffled if m.key == key]
        assert numbers == sorted(numbers)


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([], 0.99) == 0.0
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([float(n) for n in range(100)], 0.99) == 99.0
