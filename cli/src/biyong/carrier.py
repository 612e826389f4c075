"""How a roster's chunks travel, as the branch client asks it of either way."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Chunk = dict[str, Any]
"""`roster_id`, `dry_run` and up to 200 `rows`."""
Outcome = dict[str, Any]
"""What became of a row, by its `row`: `outcome`, and why."""
SLOWER = frozenset({"too-many-undecided", "too-many"})
"""Reasons that only ask the sender to wait: the same chunk may be taken later."""


@dataclass(frozen=True)
class Taken:
    """A chunk that is safe with the other side and waits for its decision."""

    key: str


@dataclass(frozen=True)
class NotTaken:
    """A chunk of which nothing was taken: a stable reason, the place in it that is
    wrong (empty where it is all of it), and what to do."""

    key: str
    reason: str
    place: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Decided:
    """A receipt: the outcome of each row of the chunk that came first under the key.

    That may be another one than was sent now: `settles_chunk` says so.
    """

    key: str
    roster_id: str
    dry_run: bool
    outcomes: list[Outcome]

    def settles_chunk(self, chunk: Chunk) -> bool:
        """Whether it speaks of this chunk: of its roster, in earnest or not, and of its
        rows."""
        return (
            self.roster_id == chunk["roster_id"]
            and self.dry_run == chunk["dry_run"]
            and {outcome["row"] for outcome in self.outcomes}
            == {row["row"] for row in chunk["rows"]}
        )


Answer = Taken | NotTaken | Decided


class Carrier(Protocol):
    """How chunks travel. Sending a chunk again under its key changes nothing.

    Both raise Away when the other side does not answer, and can be called again, and
    Refused where it wants nothing of this account.
    """

    def send_all(self, chunks: Mapping[str, Chunk]) -> Iterator[Taken | NotTaken]:
        """Send chunks, by key; an answer for each as it comes. What has none when it
        ends was perhaps not taken."""

    def receipts(self, waiting: Collection[str]) -> Iterator[Decided | NotTaken]:
        """Answers for waiting chunks as they come, for a second or so."""

    def close(self) -> None:
        """Let the connection go; what was taken stays taken."""
