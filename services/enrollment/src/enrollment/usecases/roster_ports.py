"""Ports of rosters: what the use cases about them ask of the world."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from enrollment.domain.chunk_digest import (
    ChunkDigest,
    ChunkTally,
    DigestRow,
    RowFilter,
)
from enrollment.domain.roster import Chunk, Outcome
from enrollment.domain.sent_roster import Roster
from enrollment.domain.studies import FinishedClass, ShownCourse, Watched


@dataclass(frozen=True)
class ChunkPlace:
    """A chunk of a roster, and how far it has followed it."""

    id: str
    state: str
    dry_run: bool
    round: int


class Followed(Protocol):
    """Roster chunks, as their rosters follow them."""

    def find_due_rosters(self, limit: int) -> list[tuple[str, str]]:
        """Branch and roster of some chunks whose digest is due, each once."""

    def find_due(
        self, branch_id: str, roster_id: str, limit: int
    ) -> list[tuple[Chunk, int]]:
        """Some chunks of a roster whose digest is due, with their versions."""

    def clear_due(self, chunks: Iterable[tuple[Chunk, int]]) -> None:
        """Their digests are written; one that changed meanwhile stays due."""

    def find_by_keys(self, branch_id: str, keys: Iterable[str]) -> dict[str, Chunk]:
        """The chunks of a branch under these keys that are there, by key."""

    def find_places(self, branch_id: str, roster_id: str) -> list[ChunkPlace]:
        """The chunks of a roster as they came, and how far each has followed it."""

    def get(self, id_: str) -> Chunk:
        """The chunk with this id. Raises NotFound."""

    def claim_unbegun(self, id_: str) -> bool:
        """Lease a chunk that no worker has begun to decide; False for any other."""

    def close(self, id_: str, outcomes: Sequence[Outcome]) -> None:
        """Close a chunk with its outcomes; a closed one stays."""

    def change(self, id_: str, decide: Callable[[Chunk], Chunk | None]) -> None:
        """Read a chunk, decide, write under the version that was read."""

    def settle_rows(self, id_: str, key: str, outcomes: Sequence[Outcome]) -> None:
        """Note in a chunk what became of its rows under the key that repairs them."""

    def move_chunk(self, id_: str, round_: int, outcomes: Sequence[Outcome]) -> None:
        """Have a chunk follow its roster to a round; one that did stays."""


@dataclass(frozen=True)
class PlacedRow:
    """A row of a roster, with the place and the key of the chunk that it came in."""

    place: str
    key: str
    row: DigestRow


@dataclass(frozen=True)
class ChangedChunk:
    """A chunk that changed lately, and how many rows it shows."""

    key: str
    is_decided: bool
    rows: int


class Digests(Protocol):
    """Digests of chunks."""

    def write_many(
        self, roster: str, digests: Iterable[ChunkDigest], stamp: int
    ) -> None:
        """Put these digests with a stamp; one of a newer chunk stays."""

    def find_tallies(self, roster: str) -> list[ChunkTally]:
        """The counts of every chunk of a roster."""

    def find_rows(
        self, roster: str, since_place: str, wanted: RowFilter, key: str = ""
    ) -> Iterator[PlacedRow]:
        """The rows of a roster that are wanted, from a chunk's place on, read as used.

        `key` narrows to one chunk.
        """

    def find_changed(self, roster: str, since: int) -> list[ChangedChunk]:
        """The chunks whose digests were written after a stamp."""

    def find_holders(
        self, roster: str, numbers: Sequence[int]
    ) -> list[tuple[str, list[int]]]:
        """The chunks that hold rows of these numbers, and which, as they came."""


class Rosters(Protocol):
    """Rosters that came in."""

    def get(self, branch_id: str, roster_id: str) -> tuple[Roster, int] | None:
        """A roster and its version, or None."""

    def create(self, roster: Roster) -> None:
        """Put a new roster; one that is there stays."""

    def place_roster(self, roster: Roster, line: Sequence[str]) -> None:
        """Put a roster into the lists of the branches of this line, and no others."""

    def write(self, roster: Roster, version: int) -> bool:
        """Write under the version that was read; False if it moved."""

    def change(
        self, branch_id: str, roster_id: str, decide: Callable[[Roster], Roster | None]
    ) -> Roster:
        """Read a roster, decide, write under the version. Raises NotFound."""

    def find_page(
        self, branch: str | None, dry_run: bool | None, before: str, limit: int
    ) -> tuple[list[Roster], str]:
        """The next rosters of a branch and those below it, of all for None.

        The newest first, from behind the place `before`; then the place of the last, if
        more follow.
        """

    def claim(self) -> Roster | None:
        """A roster whose chunks have still to follow it, leased to this worker."""

    def renew(self, roster: Roster) -> None:
        """The lease of a roster begins anew."""

    def put_off(self, roster: Roster, seconds: float) -> None:
        """A roster waits so long for chunks of it that are being decided."""


class Studies(Protocol):
    """What people have watched and finished, as other services told."""

    def find_begun(self, person_ids: Sequence[str], course_id: str) -> set[str]:
        """Those who have watched of a course."""

    def find_finished(self, person_ids: Sequence[str], class_id: str) -> set[str]:
        """Those who have the certificate of a class."""


class ProjectedStudies(Studies, Protocol):
    """The same, as it is kept up by events."""

    def put_courses(self, rows: Iterable[tuple[str, int, ShownCourse]]) -> None:
        """Put rows of courses, each with its version; newer ones stay."""

    def put_watched(self, rows: Iterable[tuple[str, int, Watched]]) -> None:
        """Put rows of who watched a lecture; newer ones stay."""

    def put_finished(self, rows: Iterable[tuple[str, int, FinishedClass]]) -> None:
        """Put rows of who has the certificate of a class; newer ones stay."""
