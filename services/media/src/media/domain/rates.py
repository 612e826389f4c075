"""The rate that a picture is made at, from when its frames come."""

from array import array
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, pairwise

from media.domain.ordering import in_order

FASTEST, SLOWEST = 60, 1  # pictures a second: more is work that a lecture never shows
STANDARD_RATES = (
    "1 2 3 4 5 6 15/2 8 10 12 25/2 15 24000/1001 24 25 30000/1001 30 48 50 60000/1001 "
    "60 100 120000/1001 120 240"
)
STANDARD = tuple(map(Fraction, STANDARD_RATES.split()))
WINDOW = 3  # intervals over which a pace is taken: one alone may be an accident
BURST_SECONDS = 0.3  # a pace that is kept as long in all is one that people see
NEAR = (0.6, 1.4)  # intervals of the same pace: neither doubled nor left out
# A measured rate is the nearest standard one if it is as near as this: clocks are
# rounded and shaken. Between 24 and 24000/1001 lies half of it.
STANDARD_NEARNESS = 0.002
NEARLY = 0.02  # so much above a standard rate is that rate, shaken
REGULAR_SHARE, REGULAR_NEARNESS = 0.9, 0.1
# Slides are what comes slower than this. None of them may be late or early by more
# than a frame of ordinary film; the finest rate that is tried for it.
SLIDE_PACE, SLIDE_NEARNESS, FINEST_SLIDES = 5.0, 0.04, 10


def rate_of(starts: "array[int]", tick: Fraction) -> Fraction:
    """Pictures a second to make of pictures that start at these ticks, in order.

    There may be millions of them: they are passed over several times, never copied.

    The source's own where it is steady, however its clock is rounded; where it is not,
    the pace of its fastest stretch that people can see. From 1 to 60.
    """
    if len(starts) < 2:
        return Fraction(SLOWEST)
    mean = _mean_near(starts, _fastest_pace(starts, tick))
    rate = _named_rate(1 / (mean * tick))
    if rate is None and _is_steady(starts, float(mean)):
        rate = 1 / (mean * tick)
    if rate is None:
        rate = _standard_above(1 / (mean * tick))
    if rate < SLIDE_PACE:
        rate = _slide_rate(starts, tick, rate)
    return rate / -(-rate // FASTEST)


def _step_lengths(starts: "array[int]") -> Iterator[int]:
    """Ticks from each picture to the next."""
    return (after - before for before, after in pairwise(starts))


def _mean_near(starts: "array[int]", pace: float) -> Fraction:
    """The mean step of this pace; of all steps where none is."""
    slowest, count, total = NEAR[1] * pace, 0, 0
    for step in _step_lengths(starts):
        if NEAR[0] * pace <= step <= slowest:
            count, total = count + 1, total + step
    if count:
        return Fraction(total, count)
    return Fraction(starts[-1] - starts[0], len(starts) - 1)


def _fastest_pace(starts: "array[int]", tick: Fraction) -> float:
    """Ticks from frame to frame where they come fastest for long enough."""
    window = min(WINDOW, len(starts) - 1)
    later = islice(starts, window, None)
    spans = array(
        "q", (after - before for before, after in zip(starts, later, strict=False))
    )
    wanted = min(BURST_SECONDS / float(tick), (starts[-1] - starts[0]) / 4)
    lasted, pace = 0.0, 0.0
    for span in in_order(spans):
        pace = span / window
        lasted += pace
        if lasted >= wanted:
            break
    return pace


def _named_rate(rate: Fraction) -> Fraction | None:
    """The standard rate that this one is, or None."""
    nearest = min(STANDARD, key=lambda standard: abs(standard - rate))
    return nearest if abs(nearest - rate) <= STANDARD_NEARNESS * nearest else None


def _standard_above(rate: Fraction) -> Fraction:
    """The slowest standard rate that leaves out no frame of this pace."""
    return next((s for s in STANDARD if s * (1 + NEARLY) >= rate), STANDARD[-1])


def _is_steady(starts: "array[int]", mean: float) -> bool:
    """Whether nearly all frames come at the mean, but for the clock's rounding."""
    allowed = REGULAR_NEARNESS * mean + 1
    steady = sum(abs(step - mean) <= allowed for step in _step_lengths(starts))
    return steady >= REGULAR_SHARE * (len(starts) - 1)


def _slide_rate(starts: "array[int]", tick: Fraction, pace: Fraction) -> Fraction:
    """The slowest rate that is no slower than the pace and shows each slide in time."""
    times = array("d", (float((start - starts[0]) * tick) for start in starts))
    rates = [*range(1, FINEST_SLIDES), pace] if pace > 1 else [*range(1, FINEST_SLIDES)]
    for rate in sorted(Fraction(rate) for rate in rates):
        if rate >= pace and all(_is_on_grid(time, float(rate)) for time in times):
            return rate
    return Fraction(FINEST_SLIDES)


def _is_on_grid(time: float, rate: float) -> bool:
    return abs(time - round(time * rate) / rate) <= SLIDE_NEARNESS
