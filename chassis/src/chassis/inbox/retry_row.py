"""The rows of the retry queue, as they are stored."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from chassis.events.envelope import LARGEST, Envelope

WAITING, PARKED, DROPPED = "waiting", "parked", "dropped"
"""What a row waits for: a retry, a person, or to be forgotten."""
HEAD = 8 * 1024
"""So many bytes are kept of what is no event, or of a sender outside: enough to see
what it is."""
MOST_WHY = 1000  # a reason is for a person to read
Row = dict[str, Any]


def utc_now() -> datetime.datetime:
    """This moment, in UTC."""
    return datetime.datetime.now(datetime.UTC)


class EventSequence(msgspec.Struct, frozen=True, kw_only=True, rename={"key": "_id"}):
    """The events of one key that wait, in their order.

    `tries` counts failures of the first event, `claims` how often the sequence was
    taken since one is known to have ended; `claim` names the last of these. `due` is
    when it may be taken, `began` since when the first event is tried.
    """

    key: str
    state: str = WAITING
    why: str
    tries: int
    claims: int = 0
    claim: str = ""
    due: float
    since: datetime.datetime
    began: datetime.datetime
    events: list[Row] = []

    @property
    def is_suspect(self) -> bool:
        """Whether its first event failed, or may have killed whoever tried it."""
        return self.tries > 0 or self.claims > 0

    @property
    def tried_seconds(self) -> float:
        """For how long its first event has been tried."""
        began = self.began.replace(tzinfo=datetime.UTC)
        return (utc_now() - began).total_seconds()


@dataclass(frozen=True)
class Claim:
    """Sequences that were taken together: each key's first events.

    `is_cautious`: the one before ended without a word, so the events go one by one.
    """

    id: str
    sequences: Mapping[str, list[Envelope]]
    is_cautious: bool


class ParkedBytes(msgspec.Struct, frozen=True, kw_only=True, rename={"key": "_id"}):
    """What came and is no event, or came from a sender outside: its bytes or their
    head, and their size and digest when they came; kept until `clear_at`, if ever."""

    key: str
    state: str = PARKED
    why: str
    tries: int = 1
    since: datetime.datetime
    events: list[Row] = []
    raw: bytes
    size: int
    sha256: str
    clear_at: datetime.datetime | None = None
    sender: str | None = None
    sent_key: str = ""


def to_parked_bytes(key: str, body: bytes, why: str, **about: Any) -> ParkedBytes:
    """The row of these bytes: whole if they could be an event of a service."""
    is_whole = "sender" not in about and len(body) <= LARGEST
    return ParkedBytes(
        key=key,
        why=why[:MOST_WHY],
        since=utc_now(),
        raw=body if is_whole else body[:HEAD],
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        **about,
    )


def dump_row(row: EventSequence | ParkedBytes) -> Row:
    """A row as the store takes it."""
    document: Row = msgspec.to_builtins(row, builtin_types=(bytes, datetime.datetime))
    return document
