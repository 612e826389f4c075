"""Rosters as things on fakes: followed, repaired, taken back and redone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from enrollment.domain.chunk_digest import ChunkDigest, ChunkTally, DigestRow, RowFilter
from enrollment.domain.repairs import settle_repairs
from enrollment.domain.roster import DECIDED, Chunk, Outcome, Row, chunk_id
from enrollment.domain.seat_book import SeatBook
from enrollment.domain.sent_roster import Roster, roster_key
from enrollment.usecases.claim_repairs import ClaimRepairs
from enrollment.usecases.count_leavers import CountLeavers
from enrollment.usecases.follow_chunks import FollowChunks
from enrollment.usecases.move_roster import MoveRoster
from enrollment.usecases.receive_message import new_chunk
from enrollment.usecases.redo_chunk import RedoChunk
from enrollment.usecases.roster_ports import ChangedChunk, ChunkPlace, PlacedRow
from enrollment.usecases.take_back_chunk import TakeBackChunk
from enrollment.usecases.turn_roster import TurnRoster

from tests.unit.enrollment.fakes import Crash, FakeChunks, Steps
from tests.unit.enrollment.world import NOW, World


class FakeFollowed:
    """The chunks of FakeChunks, each due whenever it is another than was cleared."""

    def __init__(self, steps: Steps, chunks: FakeChunks) -> None:
        self.steps, self.chunks = steps, chunks
        self.cleared: dict[str, Chunk] = {}
        self.begun: set[str] = set()

    def find_due_rosters(self, limit: int) -> list[tuple[str, str]]:
        due = [c for c in self.chunks.rows.values() if self._is_due(c)]
        return list(dict.fromkeys((c.branch_id, c.roster_id) for c in due[:limit]))

    def find_due(
        self, branch_id: str, roster_id: str, limit: int
    ) -> list[tuple[Chunk, int]]:
        self.steps.step()
        return [
            (c, 1) for c in self._of_roster(branch_id, roster_id) if self._is_due(c)
        ][:limit]

    def clear_due(self, chunks: Iterable[tuple[Chunk, int]]) -> None:
        for chunk, _ in chunks:
            self.steps.step()
            self.cleared[chunk.id] = chunk

    def _is_due(self, chunk: Chunk) -> bool:
        return chunk.is_followed and self.cleared.get(chunk.id) is not chunk

    def _of_roster(self, branch_id: str, roster_id: str) -> list[Chunk]:
        wanted = (branch_id, roster_id)
        rows = self.chunks.rows.values()
        return [c for c in rows if (c.branch_id, c.roster_id) == wanted]

    def find_by_keys(self, branch_id: str, keys: Iterable[str]) -> dict[str, Chunk]:
        ids = [chunk_id(branch_id, key) for key in keys]
        found = [self.chunks.rows[id_] for id_ in ids if id_ in self.chunks.rows]
        return {chunk.key: chunk for chunk in found}

    def find_places(self, branch_id: str, roster_id: str) -> list[ChunkPlace]:
        self.steps.step()
        return [
            ChunkPlace(c.id, c.state, c.dry_run, c.round)
            for c in self._of_roster(branch_id, roster_id)
            if c.is_followed
        ]

    def get(self, id_: str) -> Chunk:
        self.steps.step()
        return self.chunks.rows[id_]

    def claim_unbegun(self, id_: str) -> bool:
        self.steps.step()
        if id_ in self.begun or self.chunks.rows[id_].state == DECIDED:
            return False
        self.begun.add(id_)
        return True

    def close(self, id_: str, outcomes: Sequence[Outcome]) -> None:
        self.chunks.decide(id_, outcomes)

    def change(self, id_: str, decide: Callable[[Chunk], Chunk | None]) -> None:
        self.steps.step()
        chunk = self.chunks.rows[id_]
        decided = decide(chunk)
        if decided is not None and decided != chunk:
            self.chunks.rows[id_] = decided
        self.steps.step()

    def settle_rows(self, id_: str, key: str, outcomes: Sequence[Outcome]) -> None:
        by_row = {outcome.row: outcome for outcome in outcomes}
        self.change(id_, lambda chunk: settle_repairs(chunk, key, by_row))

    def move_chunk(self, id_: str, round_: int, outcomes: Sequence[Outcome]) -> None:
        self.steps.step()
        moved = self.chunks.rows[id_].follow_roster(round_, outcomes)
        if moved is not None:
            self.chunks.rows[id_], told = moved
            self.chunks.told += told
        self.steps.step()


@dataclass
class Shelf:
    """A digest and the stamp it was written with."""

    digest: ChunkDigest
    stamp: int


class FakeDigests:
    """Digests of chunks."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.rows: dict[str, Shelf] = {}

    def write_many(
        self, roster: str, digests: Iterable[ChunkDigest], stamp: int
    ) -> None:
        for digest in digests:
            self.steps.step()
            self.rows[digest.chunk_id] = Shelf(digest, stamp)

    def _of_roster(self, roster: str) -> list[Shelf]:
        found = [
            shelf
            for shelf in self.rows.values()
            if roster_key(shelf.digest.branch_id, shelf.digest.roster_id) == roster
        ]
        return sorted(found, key=lambda shelf: shelf.digest.place)

    def find_tallies(self, roster: str) -> list[ChunkTally]:
        self.steps.step()
        return [shelf.digest.tally for shelf in self._of_roster(roster)]

    def find_rows(
        self, roster: str, since_place: str, wanted: RowFilter, key: str = ""
    ) -> Iterator[PlacedRow]:
        for shelf in self._of_roster(roster):
            digest = shelf.digest
            for row in digest.rows if digest.place >= since_place else ():
                if key in ("", digest.key):
                    yield PlacedRow(digest.place, digest.key, row)

    def find_changed(self, roster: str, since: int) -> list[ChangedChunk]:
        return [
            ChangedChunk(s.digest.key, s.digest.is_decided, len(s.digest.rows))
            for s in self._of_roster(roster)
            if s.stamp > since
        ]

    def find_holders(
        self, roster: str, numbers: Sequence[int]
    ) -> list[tuple[str, list[int]]]:
        self.steps.step()
        holders = []
        for shelf in self._of_roster(roster):
            there = {row.number for row in shelf.digest.rows}
            if held := [number for number in numbers if number in there]:
                holders.append((shelf.digest.chunk_id, held))
        return holders


class FakeRosters:
    """Rosters, written under the version that was read."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.rows: dict[str, tuple[Roster, int]] = {}

    def get(self, branch_id: str, roster_id: str) -> tuple[Roster, int] | None:
        self.steps.step()
        return self.rows.get(roster_key(branch_id, roster_id))

    def create(self, roster: Roster) -> None:
        self.rows.setdefault(roster.id, (roster, 1))
        self.steps.step()

    def place_roster(self, roster: Roster, line: Sequence[str]) -> None:
        raise NotImplementedError

    def write(self, roster: Roster, version: int) -> bool:
        self.steps.step()
        if self.rows[roster.id][1] != version:
            return False
        self.rows[roster.id] = (roster, version + 1)
        self.steps.step()
        return True

    def change(
        self, branch_id: str, roster_id: str, decide: Callable[[Roster], Roster | None]
    ) -> Roster:
        self.steps.step()
        roster, version = self.rows[roster_key(branch_id, roster_id)]
        decided = decide(roster)
        if decided is None:
            return roster
        self.rows[roster.id] = (decided, version + 1)
        self.steps.step()
        return decided

    def find_page(
        self, branch: str | None, dry_run: bool | None, before: str, limit: int
    ) -> tuple[list[Roster], str]:
        found = [
            roster
            for roster, _ in self.rows.values()
            if branch in (None, *roster.line)
            and dry_run in (None, roster.dry_run)
            and (not before or roster.order < before)
        ]
        found.sort(key=lambda roster: roster.order, reverse=True)
        more = found[limit - 1].order if len(found) > limit else ""
        return found[:limit], more

    def claim(self) -> Roster | None:
        due = [r for r, _ in self.rows.values() if r.work_due is not None]
        return due[0] if due else None

    def renew(self, roster: Roster) -> None:
        self.steps.step()

    def put_off(self, roster: Roster, seconds: float) -> None:
        self.steps.step()


@dataclass
class FakeStudies:
    """Who has begun a course, and who has finished a class."""

    begun: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)

    def find_begun(self, person_ids: Sequence[str], course_id: str) -> set[str]:
        return self.begun.intersection(person_ids)

    def find_finished(self, person_ids: Sequence[str], class_id: str) -> set[str]:
        return self.finished.intersection(person_ids)


class RosterWorld(World):
    """One enrollment service in memory, with rosters."""

    def __init__(
        self,
        *books: SeatBook,
        seed: int = 0,
        dying: float = 0.0,
        switching: float = 0.0,
    ) -> None:
        super().__init__(*books, seed=seed, dying=dying, switching=switching)
        self.followed = FakeFollowed(self.steps, self.chunks)
        self.digests, self.rosters = FakeDigests(self.steps), FakeRosters(self.steps)
        self.studies, self.deciding = FakeStudies(), set[str]()
        self.follow = FollowChunks(
            self.followed, self.digests, self.rosters, self.branches, at_once=2
        )
        self.decide_chunk.claim_repairs = ClaimRepairs(
            self.follow, self.followed, self.digests
        )
        self.move = MoveRoster(
            self.rosters,
            self.followed,
            TakeBackChunk(self.followed, self.enrolments, self.seats, self.studies),
            RedoChunk(self.followed, self.enrolments, self.seats),
            self.follow.waiting.set,
        )
        self.count_leavers = CountLeavers(self.followed, self.enrolments, self.studies)
        self.turn = TurnRoster(self.rosters, self.follow, lambda: NOW)

    def send_repair(
        self, key: str, *rows: Row, kept: Sequence[int] = ()
    ) -> tuple[Outcome, ...]:
        """Have a chunk decided that repairs the rows of its own numbers."""
        self.put_repair(key, *rows, kept=kept)
        self.decide(f"dc/{key}")
        self.follow_all()
        return self.chunks.rows[f"dc/{key}"].outcomes

    def put_repair(self, key: str, *rows: Row, kept: Sequence[int] = ()) -> None:
        sent = new_chunk(
            branch_id="dc",
            roster_id="r1",
            key=key,
            dry_run=False,
            rows=rows,
            now=2.0 + len(self.chunks.rows),
            repairs=[row.number for row in rows],
            kept_id_numbers=kept,
        )
        self.chunks.create(sent)

    def follow_all(self) -> None:
        while self.follow():
            pass

    def decide_claimed(self, id_: str) -> None:
        """A worker has the chunk leased to it, and decides it.

        It waits for another that has it; one that died has lost it at the end.
        """
        is_ours = id_ in self.deciding or self.followed.claim_unbegun(id_)
        if not is_ours and self.steps.depth > 1:
            raise Crash
        self.deciding.add(id_)
        self.decide(id_)

    def take_back(self) -> None:
        """Take the roster back to the end."""
        self.turn.take_back_roster("dc", "r1", "officer")
        self.move_all()

    def redo(self) -> None:
        """Redo it to the end."""
        self.turn.redo_roster("dc", "r1", "officer")
        self.move_all()

    def move_all(self) -> None:
        while self.move():
            pass
        self.follow_all()

    @property
    def roster(self) -> Roster:
        return self.rosters.rows["dc/r1"][0]

    def shown(self) -> list[DigestRow]:
        """All rows of the roster as they are shown."""
        digests = [shelf.digest for shelf in self.digests.rows.values()]
        rows = [row for d in digests if d.roster_id == "r1" for row in d.rows]
        return sorted(rows, key=lambda row: row.number)

    def states_of_rows(self) -> list[tuple[int, str]]:
        return [(row.number, row.outcome) for row in self.shown()]

    def begin(self, *numbers: int) -> None:
        """These rows' people have watched of the course."""
        self.studies.begun |= {self._person_of(number) for number in numbers}

    def finish(self, *numbers: int) -> None:
        """These rows' people have the certificate."""
        self.studies.finished |= {self._person_of(number) for number in numbers}

    def _person_of(self, number: int) -> str:
        [row] = [row for row in self.shown() if row.number == number]
        return self.enrolments.rows[row.enrolment_id].person_id
