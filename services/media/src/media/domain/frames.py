"""What some decoded frames say of the whole picture: shape and interlacing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

# A filter finds combs by chance in a few moving frames: believe it when it finds them
# in this many, and in more than it finds without.
FEWEST_COMBED = 10
# Marked frames need not be many: more may lie between two places that are looked at.
LACED_SHARE = 0.2
# Each new size makes whoever encodes begin its filters anew; a call whose window is
# drawn changes it some times, one in ten frames only what wants to do harm.
SIZE_CHANGES_SHARE = 0.1


@dataclass(frozen=True)
class Frame:
    """A decoded frame: sides in square pixels as shown, and its mark of interlacing."""

    width: int
    height: int
    is_laced: bool


@dataclass(frozen=True)
class Lacing:
    """How many frames show combs, and how many certainly none."""

    combed: int = 0
    progressive: int = 0

    def __add__(self, other: "Lacing") -> "Lacing":
        return replace(
            self,
            combed=self.combed + other.combed,
            progressive=self.progressive + other.progressive,
        )


def size_of(frames: Sequence[Frame]) -> tuple[int, int]:
    """The size that most of the frames have."""
    return Counter((frame.width, frame.height) for frame in frames).most_common(1)[0][0]


def count_size_changes(frames: Sequence[Frame]) -> int:
    """How often the size changes from a frame to the next."""
    sizes = [(frame.width, frame.height) for frame in frames]
    return sum(a != b for a, b in pairwise(sizes))


def is_restless(frames: Sequence[Frame]) -> bool:
    """Whether the size changes too often to be a picture of anything."""
    return count_size_changes(frames) > SIZE_CHANGES_SHARE * len(frames)


def is_interlaced(frames: Sequence[Frame], places: Sequence[Lacing]) -> bool:
    """Whether the picture needs its lines put together: it says so, or shows it.

    `places` are what was seen at each place that was looked at: one is enough.
    """
    marked = sum(frame.is_laced for frame in frames)
    if marked > LACED_SHARE * len(frames):
        return True
    return any(
        place.combed >= FEWEST_COMBED and place.combed > place.progressive
        for place in places
    )
