"""Stretches of a lecture, in seconds from its start: disjoint and in order."""

from collections.abc import Iterable

Interval = tuple[float, float]


def join_intervals(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Disjoint and in order; what touches is one, and nothing between is given."""
    joined: list[Interval] = []
    for start, end in sorted(intervals):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        elif end > start:
            joined.append((start, end))
    return tuple(joined)


def total_seconds(intervals: Iterable[Interval]) -> float:
    """The seconds that intervals are long together."""
    return sum(end - start for start, end in intervals)


def subtract_covered(
    stretch: Interval, covered: Iterable[Interval]
) -> tuple[Interval, ...]:
    """The parts of a stretch that are not covered; `covered` is disjoint, in order."""
    at, end = stretch
    left: list[Interval] = []
    for first, last in covered:
        if last <= at:
            continue
        if first >= end:
            break
        if first > at:
            left.append((at, first))
        at = last
    if at < end:
        left.append((at, end))
    return tuple(left)


def covered_until(start: float, covered: Iterable[Interval]) -> float:
    """How far it is covered without a hole from `start` on; `start` if it is not."""
    return max(
        (last for first, last in covered if first <= start <= last), default=start
    )
