"""Find where people stop watching a lecture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from media.domain.drop_off import count_watchers
from media.domain.intervals import Interval
from media.usecases.find_playable import find_playable
from media.usecases.ports import Editions

MOST_RECORDS = 2_000
"""Records that are read: by ids that are drawn by chance they stand for all others."""


class WatchedStretches(Protocol):
    """What people have watched of an edition."""

    def find_covered(
        self, lecture_id: str, edition: int, limit: int
    ) -> list[Sequence[Interval]]:
        """The stretches that some people have watched, those of each by itself."""


@dataclass(frozen=True)
class DropOff:
    """Of how many `watchers` of an edition each slice was watched by how many."""

    edition: int
    seconds: float
    watchers: int
    slices: list[int]


def find_drop_off(
    editions: Editions, watched: WatchedStretches, lecture_id: str
) -> DropOff:
    """The drop-off of the edition that is watched now. Raises UnknownLecture,
    NotReady."""
    edition = find_playable(editions, lecture_id)
    covered = watched.find_covered(lecture_id, edition.number, MOST_RECORDS)
    begun = [stretches for stretches in covered if stretches]
    counts = count_watchers(begun, edition.seconds)
    return DropOff(edition.number, edition.seconds, len(begun), counts)
