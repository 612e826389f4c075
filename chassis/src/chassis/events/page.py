"""Pages of events, as services pull them from each other."""

import datetime
from collections.abc import Sequence
from typing import Protocol

import msgspec


class EventPage(msgspec.Struct, frozen=True):
    """Some events of one producer, and the cursor after them, empty on the last page.

    A page of snapshots says of how many aggregates it tells (`passed`), and of how many
    the producer could tell (`total`).
    """

    events: list[msgspec.Raw]
    next: str
    passed: int = 0
    total: int = 0


class Producer(Protocol):
    """A service whose events others pull."""

    def archive_page(
        self, types: Sequence[str], after: str, until: datetime.datetime | None
    ) -> EventPage:
        """The events of these types that were archived after this cursor or moment.

        Raises Problem.
        """

    def snapshot_page(self, types: Sequence[str], after: str) -> EventPage:
        """The present state of aggregates after this cursor, as events of these types.

        Raises Problem.
        """
