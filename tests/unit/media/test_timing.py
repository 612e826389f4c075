"""When pictures come: in order, however many there are."""

import tracemalloc
from array import array
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from media.domain.ordering import RUN, in_order
from media.domain.rates import rate_of
from media.domain.timing import Times

from tests.depth import rounds

TICK = Fraction(1, 90_000)
MANY = rounds(100_000, 200_000)  # in groups of four as an encoder puts them
BYTES_A_TIME = 50  # lists of them took 89; arrays take 24, and a run its share


def times_of(starts: list[int]) -> Times:
    times = Times(tick=TICK)
    for start in starts:
        times.add_packet(start, 1, is_key=True, is_shown=True)
    return times


@given(st.lists(st.integers(-(2**62), 2**62), max_size=200))
def test_numbers_are_put_in_order(numbers: list[int]) -> None:
    assert list(in_order(array("q", numbers))) == sorted(numbers)


def test_numbers_of_many_runs_are_put_in_order() -> None:
    numbers = array("q", range(3 * RUN + 7, 0, -1))
    assert list(in_order(numbers)) == list(range(1, 3 * RUN + 8))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=50))
def test_what_is_shown_comes_in_order_and_once(starts: list[int]) -> None:
    times = times_of(starts)
    expected = sorted({start for start in starts if start >= starts[0]})
    assert list(times.shown_starts()) == list(times.shown_starts()) == expected


def test_a_packet_that_comes_after_the_question_is_shown_too() -> None:
    times = times_of([0, 3, 1])
    assert list(times.shown_starts()) == [0, 1, 3]
    times.add_packet(2, 1, is_key=False, is_shown=True)
    assert list(times.shown_starts()) == [0, 1, 2, 3]


def test_pictures_of_hours_are_judged_without_a_list_of_them() -> None:
    times = Times(tick=TICK)
    for group in range(0, MANY, 4):
        for place in (0, 3, 1, 2):
            start = (group + place) * 1500
            times.add_packet(start, 1500, is_key=not group, is_shown=True)
    tracemalloc.start()
    assert rate_of(times.shown_starts(), TICK) == 60
    assert times.span_at_rate(60.0) == (0.0, MANY / 60)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < BYTES_A_TIME * MANY
