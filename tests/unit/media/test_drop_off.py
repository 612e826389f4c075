"""A curve of drop-off counts, slice by slice, who has watched most of it."""

import random

import pytest
from media.domain.drop_off import SLICES, count_watchers
from media.domain.intervals import Interval, join_intervals


def test_who_stops_in_the_middle_is_missing_behind_it() -> None:
    counts = count_watchers([[(0.0, 100.0)], [(0.0, 50.0)], []], 100.0)
    assert counts == [2] * 10 + [1] * 10


@pytest.mark.parametrize(("seen", "counted"), [(2.4, 0), (2.5, 1), (5.0, 1)])
def test_half_of_a_slice_is_enough(seen: float, counted: int) -> None:
    assert count_watchers([[(0.0, seen)]], 100.0)[0] == counted


def test_random_stretches_are_counted_as_second_by_second() -> None:
    chance = random.Random(3)
    for _ in range(200):
        seconds = SLICES * chance.choice([2, 6, 10])
        stretches: list[Interval] = []
        for _ in range(chance.randint(0, 6)):
            start = chance.randrange(seconds)
            stretches.append((float(start), float(chance.randint(start, seconds))))
        covered = join_intervals(stretches)
        seen = {
            second
            for first, last in stretches
            for second in range(int(first), int(last))
        }
        length = seconds // SLICES
        wanted = []
        for first in range(0, seconds, length):
            watched = sum(at in seen for at in range(first, first + length))
            wanted.append(int(2 * watched >= length))
        assert count_watchers([covered], float(seconds)) == wanted
