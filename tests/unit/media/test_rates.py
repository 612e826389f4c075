"""The rate that a picture is made at is the source's own, however its clock counts."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from media.domain.rates import rate_of

MS, MP4, TS = Fraction(1, 1000), Fraction(1, 12_800), Fraction(1, 90_000)
FILM, NTSC = Fraction(24_000, 1001), Fraction(30_000, 1001)


def starts_at(times: list[float], tick: Fraction) -> list[int]:
    """Seconds in ticks of a clock, rounded as it rounds."""
    return sorted({round(time / tick) for time in times})


def steady(rate: Fraction, seconds: float, tick: Fraction) -> list[int]:
    """Frames of a steady rate."""
    return starts_at([float(n / rate) for n in range(int(seconds * rate))], tick)


@pytest.mark.parametrize("tick", [MS, MP4, TS])
@pytest.mark.parametrize(
    "rate", [Fraction(1), Fraction(12), FILM, Fraction(25), NTSC, Fraction(50)]
)
def test_a_steady_rate_is_kept_exactly(rate: Fraction, tick: Fraction) -> None:
    assert rate_of(steady(rate, 10, tick), tick) == rate


def test_a_rate_of_no_standard_is_kept_too() -> None:
    assert rate_of(list(range(0, 12_800, 700)), MP4) == Fraction(12_800, 700)


@pytest.mark.parametrize(
    ("source", "made"), [(120, 60), (240, 60), (100, 50), (90, 45), (60, 60)]
)
def test_no_more_than_sixty_are_made_and_each_is_one_of_the_source(
    source: int, made: int
) -> None:
    assert rate_of(steady(Fraction(source), 3, TS), TS) == made


def test_half_of_sixty_as_america_has_it_stays_even() -> None:
    assert rate_of(steady(Fraction(120_000, 1001), 5, TS), TS) == Fraction(60_000, 1001)


@pytest.mark.parametrize("frames", [[], [0], [5]])
def test_one_picture_or_none_is_made_once_a_second(frames: list[int]) -> None:
    assert rate_of(frames, MS) == 1


def test_slides_on_whole_seconds_cost_one_a_second() -> None:
    assert rate_of(starts_at([0, 7, 8, 31, 90], MS), MS) == 1


def test_slides_at_odd_times_are_not_late() -> None:
    assert rate_of(starts_at([0, 7.5, 8, 31], MS), MS) == 2
    assert rate_of(starts_at([0, 7.37, 8.11, 31.93], MS), MS) == 10


def test_a_burst_among_slides_is_not_lost() -> None:
    times = [float(n) for n in range(60)] + [20 + n / 30 for n in range(30)]
    assert rate_of(starts_at(times, MS), MS) == 30


def test_two_frames_at_nearly_once_are_no_burst() -> None:
    times = [float(n) for n in range(60)] + [20.002]
    assert rate_of(starts_at(times, MS), MS) <= 10


def test_dropped_frames_do_not_change_the_rate() -> None:
    kept = [n / 25 for n in range(500) if n % 13]
    assert rate_of(starts_at(kept, TS), TS) == 25


def test_shaken_times_do_not_change_the_rate() -> None:
    shake = random.Random(7)
    times = [n / 25 + shake.uniform(0, 0.004) for n in range(250)]
    assert rate_of(starts_at(times, MS), MS) == 25


def test_a_screen_that_is_caught_when_it_changes_gets_an_ordinary_rate() -> None:
    shake, times = random.Random(7), [0.0]
    while times[-1] < 30:
        times.append(times[-1] + shake.choice([0.02, 0.035, 0.05] * 4 + [0.4, 2.0]))
    assert 15 <= rate_of(starts_at(times, MS), MS) <= 60


@given(
    st.lists(st.integers(0, 10**7), max_size=60, unique=True), st.sampled_from([MS, TS])
)
def test_any_times_give_a_rate_from_one_to_sixty(
    starts: list[int], tick: Fraction
) -> None:
    assert 1 <= rate_of(sorted(starts), tick) <= 60
