"""Served segments: the seconds of a lecture that a session can have seen."""

from collections.abc import Collection, Iterable

from media.domain.intervals import Interval, covered_until, join_intervals
from media.domain.ladder import SEGMENT_SECONDS

EDGE_SECONDS = 0.5
"""A segment begins with the first picture at or after its time, which at a few
pictures a second comes up to so much later."""


def served_until(
    stretch: Interval, segments: Collection[int], covered: Iterable[Interval] = ()
) -> float:
    """How far a session with these segments, by their numbers from 0, has a stretch.

    What is covered was had before, whoever remembers its segments.
    """
    numbers = segments_of(stretch)
    near = [
        number for number in segments if numbers[0] - 1 <= number <= numbers[-1] + 1
    ]
    had = join_intervals((*_seconds_of(near), *covered))
    return min(stretch[1], covered_until(stretch[0], had))


def _seconds_of(segments: Iterable[int]) -> tuple[Interval, ...]:
    return join_intervals(
        (
            max(0.0, number * SEGMENT_SECONDS - EDGE_SECONDS),
            (number + 1) * SEGMENT_SECONDS + EDGE_SECONDS,
        )
        for number in segments
    )


def segments_of(stretch: Interval) -> list[int]:
    """The numbers of the segments that a stretch lies in, one at least."""
    start, end = stretch
    first = int(start // SEGMENT_SECONDS)
    last = int((end - EDGE_SECONDS) // SEGMENT_SECONDS)
    return list(range(first, max(first, last) + 1))
