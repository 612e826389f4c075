"""Drop-off: how many of those who began a lecture still watch, from its start on."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from media.domain.intervals import Interval, subtract_covered, total_seconds

SLICES = 20
"""Slices of a lecture: of an hour three minutes each, as fine as one reads a curve."""


def count_watchers(records: Iterable[Sequence[Interval]], seconds: float) -> list[int]:
    """How many records cover at least half of each slice of a lecture; each is given
    by its stretches, disjoint and in order."""
    edges = [seconds * place / SLICES for place in range(SLICES + 1)]
    counts = [0] * SLICES
    for covered in records:
        for place, piece in enumerate(pairwise(edges)):
            missing = total_seconds(subtract_covered(piece, covered))
            counts[place] += missing <= (piece[1] - piece[0]) / 2
    return counts
