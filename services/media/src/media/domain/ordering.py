"""Numbers put in order where a list of all of them would take too much memory."""

import heapq
from array import array
from collections.abc import Iterator

RUN = 1 << 16  # so many are a list for a moment, at 40 bytes each


def in_order(numbers: "array[int]") -> Iterator[int]:
    """All of them, the smallest first; nothing is made of those nobody asks for.

    Takes as much memory again as the array has, 8 bytes a number.
    """
    runs = [
        array("q", sorted(numbers[begin : begin + RUN]))
        for begin in range(0, len(numbers), RUN)
    ]
    return heapq.merge(*runs)
