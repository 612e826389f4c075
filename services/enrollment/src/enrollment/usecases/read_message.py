"""Messages of branches are read alike whichever door they come by."""

import time
from collections.abc import Callable

from enrollment.domain.branch_message import (
    BranchEvent,
    BranchMessage,
    read_batch,
    read_event,
    to_event,
)
from enrollment.domain.changes_message import TYPE as CHANGES_TYPE
from enrollment.domain.changes_message import read_changes_message
from enrollment.domain.errors import Refusal, RowsRefused
from enrollment.domain.refused_message import WHAT_TO_DO, NotTaken
from enrollment.domain.roster import CHANGES, Chunk
from enrollment.domain.roster_message import TYPE, read_roster
from enrollment.usecases.ports import Branches, SentChunk
from enrollment.usecases.receive_chunk import new_changes, new_chunk

KNOWN_SECONDS = 60.0
"""So long a branch is taken to be there and open still: to ask for each chunk would
cost more than the chunk, and its rows are decided by what holds then."""


class OpenBranches:
    """Which branches may send, each asked for once a minute."""

    def __init__(
        self, branches: Branches, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.branches, self.monotonic = branches, monotonic
        self.known_until: dict[str, float] = {}

    def require_open(self, branch_id: str) -> None:
        """Raises NotTaken for one that is not there, or closed."""
        now = self.monotonic()
        if now < self.known_until.get(branch_id, 0.0):
            return
        branch = self.branches.get(branch_id)
        if branch is None:
            raise NotTaken("unknown-branch", "branch_id")
        if branch.closed:
            raise NotTaken("branch-closed", "branch_id")
        self.known_until[branch_id] = now + KNOWN_SECONDS

    def forget_all(self) -> None:
        """They are asked for anew."""
        self.known_until.clear()


class ReadMessage:
    """From a message to the chunk that it is."""

    def __init__(self, branches: OpenBranches, now: Callable[[], float]) -> None:
        self.branches, self.now = branches, now

    def __call__(self, message: BranchMessage, sent_by: str) -> SentChunk:
        """The chunk of a message, sent by an account. Raises NotTaken."""
        return self._to_sent(read_event(message), message.sender, sent_by)

    def read_all(
        self, message: BranchMessage, sent_by: str
    ) -> list[SentChunk | NotTaken]:
        """The chunks of a message that holds several, or why one is none. Raises
        NotTaken where all of it is wrong."""
        return [
            self._read_item(item, message.sender, sent_by)
            for item in read_batch(message)
        ]

    def _read_item(
        self, item: object, sender: str, sent_by: str
    ) -> SentChunk | NotTaken:
        try:
            return self._to_sent(to_event(item), sender, sent_by)
        except NotTaken as why:
            return why

    def _to_sent(self, event: BranchEvent, sender: str, sent_by: str) -> SentChunk:
        read = {TYPE: self._to_roster, CHANGES_TYPE: self._to_changes}.get(event.type)
        if read is None:
            raise NotTaken("type-unknown", "type")
        return SentChunk(read(event, sender, sent_by), event.traceparent)

    def _to_roster(self, event: BranchEvent, sender: str, sent_by: str) -> Chunk:
        roster = read_roster(event.data)
        self._require_sender(roster.branch_id, sender, roster.key)
        try:
            return new_chunk(
                branch_id=sender,
                roster_id=roster.roster_id,
                key=roster.key,
                dry_run=roster.dry_run,
                rows=roster.rows,
                now=self.now(),
                name=roster.name,
                sent_by=sent_by,
                repairs=roster.repairs,
            )
        except RowsRefused as refused:
            raise NotTaken(refused.rule, refused.place, roster.key) from refused

    def _to_changes(self, event: BranchEvent, sender: str, sent_by: str) -> Chunk:
        sent = read_changes_message(event.data)
        self._require_sender(sent.branch_id, sender, sent.key)
        try:
            return new_changes(
                branch_id=sender,
                roster_id=sent.roster_id,
                key=sent.key,
                dry_run=sent.dry_run,
                changes=sent.rows,
                now=self.now(),
                sent_by=sent_by,
            )
        except RowsRefused as refused:
            raise NotTaken(refused.rule, refused.place, sent.key) from refused

    def _require_sender(self, named: str, sender: str, key: str) -> None:
        """Raises NotTaken for who speaks for another, or is no open branch."""
        if named not in {"", sender}:
            raise NotTaken("not-the-sender", "branch_id", key)
        self.branches.require_open(sender)


def type_of(chunk: Chunk) -> str:
    """The type of the event that a chunk came as."""
    return CHANGES_TYPE if chunk.kind == CHANGES else TYPE


def to_not_taken(refusal: Refusal, key: str) -> NotTaken:
    """What a chunk that was read is refused for, as its sender is told."""
    assert refusal.slug in WHAT_TO_DO, refusal.slug
    return NotTaken(refusal.slug, "", key)
