"""The rows of the retry queue, as they are stored."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from chassis.clock import as_utc, utc_now
from chassis.events.envelope import LARGEST, Envelope

WAITING, PARKED, DROPPED = "waiting", "parked", "dropped"
"""What a row waits for: a retry, a person, or to be forgotten."""
HEAD = 8 * 1024
"""So many bytes are kept of what is no event, or of a sender outside: enough to see
what it is."""
MOST_WHY = 1000  # a reason is for a person to read
Row = dict[str, Any]


class SequenceFull(Exception):
    """A key has so many events waiting that its consumer must stop taking more."""


class RetryRow(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"key": "_id"}
):
    """The events of one key that wait, in their order; or, parked, what came and is no
    event, or came from a sender outside.

    `tries` counts failures of the first event, `claims` how often the sequence was
    taken since one is known to have ended; `claim` names the last of these. `due` is
    when it may be taken, `began` since when the first event is tried. Of what is no
    event `raw` are the bytes or their head, with size and digest of all when they came;
    `sender` and `sent_key` are those of outside. It is kept until `clear_at`, if given.
    """

    key: str
    state: str
    why: str
    tries: int
    since: datetime.datetime
    claims: int = 0
    claim: str = ""
    due: float = 0.0
    began: datetime.datetime | None = None
    events: list[Row] = []
    raw: bytes | None = None
    size: int = 0
    sha256: str = ""
    clear_at: datetime.datetime | None = None
    sender: str | None = None
    sent_key: str = ""

    @property
    def is_suspect(self) -> bool:
        """Whether its first event failed, or may have killed whoever tried it."""
        return self.tries > 0 or self.claims > 0

    @property
    def tried_seconds(self) -> float:
        """For how long its first event has been tried."""
        return (utc_now() - as_utc(self.began or self.since)).total_seconds()


@dataclass(frozen=True)
class Claim:
    """Sequences that were taken together: each key's first events.

    `is_cautious`: the one before ended without a word, so the events go one by one.
    """

    id: str
    sequences: Mapping[str, list[Envelope]]
    is_cautious: bool


def to_parked_row(key: str, body: bytes, why: str, **about: Any) -> RetryRow:
    """The row of these bytes: whole if they could be an event of a service, none of
    them if they came from outside and may name people."""
    head = HEAD if "sender" not in about else 0
    return RetryRow(
        key=key,
        state=PARKED,
        tries=1,
        why=why[:MOST_WHY],
        since=utc_now(),
        raw=body if head and len(body) <= LARGEST else body[:head],
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        **about,
    )


def dump_row(row: RetryRow) -> Row:
    """A row as the store takes it."""
    document: Row = msgspec.to_builtins(row, builtin_types=(bytes, datetime.datetime))
    return document
