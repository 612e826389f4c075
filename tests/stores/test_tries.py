"""Tries to sign in are counted, on every engine."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pytest
from gateway.identity.tries import (
    DAY_SLOT_SECONDS,
    EARLIER_SLOTS,
    SLOT_SECONDS,
    OverLimit,
    Tries,
)

from tests.engines import Kept

SOON = float((int(time.time()) // SLOT_SECONDS + 80) * SLOT_SECONDS)
"""Hours ahead, where a slot begins: nothing is past its time while other tests run."""


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: float = SOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tries(kept: Kept, clock: Clock) -> Tries:
    made = Tries(kept.database("gateway"), clock)
    made.create_indexes()
    return made


def test_tries_are_counted_by_key_up_to_the_limit(tries: Tries) -> None:
    for _ in range(3):
        tries.count_tries(["wang"], lambda _: {"wang": 3})
    with pytest.raises(OverLimit) as over:
        tries.count_tries(["wang"], lambda _: {"wang": 3})
    assert over.value.key == "wang"
    tries.count_tries(["chen"], lambda _: {"chen": 3})


def test_no_boundary_of_the_clock_doubles_the_tries(tries: Tries, clock: Clock) -> None:
    """At whatever second they begin, a quarter of an hour holds no more than three."""
    for beginning in range(0, SLOT_SECONDS * 2, 30):
        key = f"from {beginning}"
        clock.now = SOON + beginning
        passed = []
        for _ in range(200):
            with suppress(OverLimit):
                tries.count_tries([key], lambda _, key=key: {key: 3})
                passed.append(clock.now)
            clock.now += 10
        windows = zip(passed, passed[3:], strict=False)
        assert all(later - first >= 900 for first, later in windows), beginning
        assert len(passed) > 3, "tries come back"


def test_who_waits_as_long_as_was_said_may_try_again(
    tries: Tries, clock: Clock
) -> None:
    for _ in range(3):
        tries.count_tries(["wang"], lambda _: {"wang": 3})
        clock.now += SLOT_SECONDS
    with pytest.raises(OverLimit) as over:
        tries.count_tries(["wang"], lambda _: {"wang": 3})
    clock.now += over.value.retry_after - 1
    with pytest.raises(OverLimit):
        tries.count_tries(["wang"], lambda _: {"wang": 3})
    clock.now += 2
    tries.count_tries(["wang"], lambda _: {"wang": 3})


def test_tries_of_a_day_are_forgotten_after_it_and_mix_with_no_others(
    kept: Kept, tries: Tries, clock: Clock
) -> None:
    by_day = Tries(kept.database("gateway"), clock, DAY_SLOT_SECONDS)
    [taken] = by_day.count_tries(["a"], lambda _: {"a": 1})
    tries.count_tries(["a"], lambda _: {"a": 1})
    clock.now += 12 * 3600
    with pytest.raises(OverLimit) as over:
        by_day.count_tries(["a"], lambda _: {"a": 1})
    tries.count_tries(["a"], lambda _: {"a": 1})
    by_day.give_back([taken])
    by_day.count_tries(["a"], lambda _: {"a": 1})
    assert 8 * 3600 <= over.value.retry_after <= 12 * 3600
    clock.now += 24 * 3600
    by_day.count_tries(["a"], lambda _: {"a": 1})


def test_of_many_tries_at_once_no_more_pass_than_the_limit(tries: Tries) -> None:
    def attempt(_: int) -> bool:
        try:
            tries.count_tries(["wang"], lambda _: {"wang": 5})
        except OverLimit:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(attempt, range(24)))
    assert sum(passed) == 5


def test_a_try_that_is_refused_counts_for_no_key(tries: Tries) -> None:
    tries.count_tries(["wang"], lambda _: {"wang": 1})
    with pytest.raises(OverLimit):
        tries.count_tries(["here", "wang"], lambda _: {"here": 5, "wang": 1})
    counts: dict[str, int] = {}

    def look(found: dict[str, int]) -> dict[str, int]:
        counts.update(found)
        return {}

    tries.count_tries(["here", "wang"], look)
    assert counts == {"here": 0, "wang": 1}


def test_tries_that_were_right_are_given_back(tries: Tries) -> None:
    for _ in range(10):
        tries.give_back(
            tries.count_tries(["wang", "here"], lambda _: {"wang": 1, "here": 1})
        )


def test_tries_past_their_time_go_by_an_index(tries: Tries) -> None:
    assert tries.rows.index_information()["until_1"]["expireAfterSeconds"] == 0
    tries.count_tries(["wang"], lambda _: {})
    row = tries.rows.find_one() or {}
    counted_until = SOON + (EARLIER_SLOTS + 1) * SLOT_SECONDS
    assert row["until"].timestamp() == counted_until
