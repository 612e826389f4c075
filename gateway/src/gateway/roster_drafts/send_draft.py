"""Send a draft on, chunk by chunk, for as long as one request may take."""

import time
from collections.abc import Callable
from typing import Any, Protocol

from gateway.roster_drafts.draft import RosterDraft
from gateway.roster_files.roster_file import chunk_key

SENDING_SECONDS = 1.0
"""Of one request: the page that asks again shows how far it is."""
Rows = list[dict[str, Any]]
PutChunk = Callable[[str, Rows], object]
"""Sends rows under a key."""


class Drafts(Protocol):
    """Where drafts lie."""

    def get_rows(self, id_: str, number: int) -> Rows:
        """The rows of a chunk, counted from 0."""

    def note_sent(self, id_: str, sent: int) -> None:
        """So many chunks have arrived."""


class SendDraft:
    """The key of a chunk makes a repetition harmless: whoever is interrupted goes on
    where it was noted, or a little before."""

    def __init__(self, drafts: Drafts, seconds: float = SENDING_SECONDS) -> None:
        self.drafts, self.seconds = drafts, seconds

    def __call__(self, draft: RosterDraft, put_chunk: PutChunk) -> bool:
        """At least one chunk more, and those that the time allows; whether all are
        there. Raises the Problem of who refuses one."""
        until, sent = time.monotonic() + self.seconds, draft.sent
        while sent < draft.chunks:
            rows = self.drafts.get_rows(draft.id, sent)
            put_chunk(chunk_key(draft.roster_id, sent + 1), rows)
            sent += 1
            self.drafts.note_sent(draft.id, sent)
            if time.monotonic() > until:
                break
        return sent >= draft.chunks
