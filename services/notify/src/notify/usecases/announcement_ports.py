"""Ports of announcements: who is in a class, and what is told to all of it."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from notify.domain.announcement import Announcement
from notify.domain.seat import Seat


class Announcements(Protocol):
    """Announcements, and those that are still to be made."""

    def create(self, announcement: Announcement) -> bool:
        """Put a new one; False if there is one with this id."""

    def find_by_ids(self, ids: Sequence[str]) -> list[Announcement]:
        """Those of these that are there."""

    def find_by_class(self, class_id: str, limit: int) -> list[Announcement]:
        """Those of a class, the newest first."""

    def claim(self) -> Announcement | None:
        """One that is to be made, leased to this worker."""

    def close(self, announcement: Announcement) -> None:
        """Write that it is made."""


class Seats(Protocol):
    """Who is in which class."""

    def put(self, rows: Iterable[tuple[str, int, Seat]]) -> None:
        """Put rows of seats, each with its version; newer ones stay."""

    def find_newest_ticket(self, class_id: str) -> int:
        """The newest ticket of a class; 0 where nobody asked."""

    def find_after(
        self, class_id: str, after: int, until: int, limit: int, *, with_waiting: bool
    ) -> list[Seat]:
        """So many of those who are in a class, by their tickets between two."""

    def find_branches(self, class_id: str) -> list[str]:
        """The branches that have anybody in a class."""
