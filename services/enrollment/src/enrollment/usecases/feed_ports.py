"""Ports of the feeds of branches."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from enrollment.domain.branch_feed import FeedEntry, PlacedEvent


class Feeds(Protocol):
    """The feeds of branches."""

    def open_feeds(
        self, branch_ids: Collection[str], begun: Mapping[str, float] | None = None
    ) -> None:
        """These branches have a feed from now on, or since it has `begun` (epoch)
        before; those that have one keep theirs."""

    def find_open(self, branch_ids: Collection[str]) -> Mapping[str, float]:
        """Those of these branches that have a feed, and since when (epoch)."""

    def append_events(self, branch_id: str, placed: Sequence[PlacedEvent]) -> None:
        """Put these behind the last entry of a feed, in their order; those that are
        there stay. Raises WriteConflict if others are quicker for long."""

    def find_after(self, branch_id: str, after: int, limit: int) -> list[FeedEntry]:
        """So many entries of a feed behind a number, by number; fewer where these are
        large, but one at least."""

    def get_first_number(self, branch_id: str) -> int:
        """The number of the oldest entry that is kept, or 0."""

    def get_last_number(self, branch_id: str) -> int:
        """The number of the newest entry, or 0."""

    def get_number_before(self, branch_id: str, since: float) -> int:
        """The number behind which lie all entries that came at a moment or later."""


class PersonGroups(Protocol):
    """The records of one human."""

    def find_groups(self, person_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The records of these persons that count for one survivor, by person."""
