"""Pages of events, as services pull them from each other over HTTP."""

from collections.abc import Callable, Sequence

import msgspec

ARCHIVE, SNAPSHOTS = "archive", "snapshots"


class EventPage(msgspec.Struct, frozen=True):
    """Some events of one producer, and the cursor after them, empty on the last page.

    A page of snapshots says how many aggregates it holds (`passed`), and of how many
    the producer could tell (`total`).
    """

    events: list[msgspec.Raw]
    next: str
    passed: int = 0
    total: int = 0


Pull = Callable[[str, Sequence[str], str, str], EventPage]
"""Pulls a page from one producer: of the archive or of snapshots, of these types, after
a cursor (for the archive also a moment), up to a moment or "". Raises Problem."""
