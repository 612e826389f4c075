"""Enrollment's use cases on fakes, and what must be true of the whole afterwards."""

import datetime
import random
from collections import Counter
from collections.abc import Iterable, Mapping

from enrollment.domain.enrolment import (
    SEATED,
    WAITING,
    WITHDRAWN,
    Enrolment,
    enrolment_id,
)
from enrollment.domain.people import branch_below, root_branch
from enrollment.domain.roster import Chunk, Outcome, Row, chunk_id, compute_fingerprint
from enrollment.domain.seat_book import SeatBook, SeatRequest
from enrollment.usecases.decide_chunk import DecideChunk, Records
from enrollment.usecases.decide_seats import DecideSeats
from enrollment.usecases.follow_classes import empty_book

from tests.doubles.audit import MemoryAudit
from tests.unit.enrollment.fakes import (
    Crash,
    FakeBooks,
    FakeBranches,
    FakeCatalog,
    FakeChunks,
    FakeEnrolments,
    FakePeople,
    Steps,
)

CITY = root_branch("bj", "市总")
EAST = branch_below(CITY, "dc", "东城")
SCHOOL = branch_below(EAST, "dc-school", "东城学校")
WEST = branch_below(CITY, "xc", "西城")
BRANCHES = (CITY, EAST, SCHOOL, WEST)
ID_NUMBER = "11010519491231002X"
NOW = datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.UTC)


def a_row(number: int, person: int | None = None, **changed: str) -> Row:
    """A good row; `person` picks the phone and the member number."""
    who = number if person is None else person
    said = {
        "name": f"张{who}",
        "member_no": f"M{who}",
        "phone": f"138{who:08d}",
        "class_id": "c1",
    }
    return Row(number, **(said | changed))


class World:
    """One enrollment service in memory."""

    def __init__(
        self,
        *books: SeatBook,
        at_catalog: Iterable[SeatBook] = (),
        seed: int = 0,
        dying: float = 0.0,
        switching: float = 0.0,
    ) -> None:
        self.steps = Steps(random.Random(seed), dying, switching)
        self.branches = FakeBranches(BRANCHES)
        self.people, self.books = FakePeople(self.steps), FakeBooks(self.steps)
        self.enrolments = FakeEnrolments(self.steps)
        self.chunks, self.catalog = FakeChunks(self.steps), FakeCatalog(at_catalog)
        for book in books:
            self.books.create(book)
        self.seats = DecideSeats(self.books, self.enrolments, lambda: NOW)
        self.audit = MemoryAudit()
        records = Records(self.people, self.books, self.enrolments, self.audit)
        self.dry_runs: dict[str, Records] = {}
        self.decide_chunk = DecideChunk(
            self.chunks,
            self.branches,
            self.catalog,
            records,
            self._dry_records,
            b"secret",
            lambda: NOW,
        )

    def decide(self, id_: str) -> None:
        """Have a chunk that lies there decided."""
        self.decide_chunk(self.chunks.rows[id_])

    def _dry_records(self, chunk: Chunk) -> Records:
        """Copies of the real records, made when the run begins."""
        run = f"{chunk.branch_id}/{chunk.roster_id}"
        if run not in self.dry_runs:
            steps = Steps()
            people, books = FakePeople(steps), FakeBooks(steps)
            enrolments = FakeEnrolments(steps)
            people.rows = dict(self.people.rows)
            people.memberships = dict(self.people.memberships)
            books.rows = dict(self.books.rows)
            enrolments.rows = dict(self.enrolments.rows)
            self.dry_runs[run] = Records(people, books, enrolments, MemoryAudit())
        return self.dry_runs[run]

    def put(
        self, key: str, *rows: Row, branch: str = "dc", dry_run: bool = False
    ) -> str:
        """Have a chunk lie there, to be decided."""
        sent = compute_fingerprint(rows, dry_run)
        self.chunks.create(Chunk(branch, "r1", key, dry_run, rows, sent, 1.0))
        return chunk_id(branch, key)

    def send(
        self, key: str, *rows: Row, branch: str = "dc", dry_run: bool = False
    ) -> tuple[Outcome, ...]:
        """Have a chunk decided."""
        id_ = self.put(key, *rows, branch=branch, dry_run=dry_run)
        self.decide(id_)
        return self.chunks.rows[id_].outcomes

    def enrol(self, key: str, *people: str, line: tuple[str, ...] = CITY.line) -> None:
        """Seats for people without a roster."""

        def asking(book: SeatBook, held: Mapping[str, Enrolment]) -> list[SeatRequest]:
            made = []
            for person in people:
                before = held.get(person)
                if person in book.pending_people():
                    continue
                if not before or _has_left(book, before):
                    attempt = before.attempt + 1 if before else 1
                    id_ = enrolment_id("c1", person, attempt)
                    made.append(SeatRequest(id_, person, line))
            return made

        self.seats.grant_seats("c1", key, people, asking)

    def die_after(self, steps: int) -> "World":
        """The process dies after so many steps from now, once."""
        self.steps.chance = _Countdown(steps)
        self.steps.dying = 0.5
        return self

    def repair(self) -> None:
        """Nobody dies any more."""
        self.steps.chance, self.steps.dying = random.Random(0), 0.0

    def states(self, class_id: str = "c1") -> dict[str, str]:
        """How each person stands in a class, by the last attempt."""
        found = [e for e in self.enrolments.rows.values() if e.class_id == class_id]
        by_attempt = sorted(found, key=lambda e: e.attempt)
        return {e.person_id: e.state for e in by_attempt}


def _has_left(book: SeatBook, held: Enrolment) -> bool:
    return book.effective_state(held.id, held.state) == WITHDRAWN


class _Countdown(random.Random):
    def __init__(self, steps: int) -> None:
        super().__init__(0)
        self.left = steps

    def random(self) -> float:
        self.left -= 1
        return 0.0 if self.left == 0 else 1.0


def a_book(
    capacity: int, quotas: Mapping[str, int] | None = None, class_id: str = "c1"
) -> SeatBook:
    """An empty book."""
    return empty_book(class_id, "k1", capacity, dict(quotas or {}))


def decide_until_done(world: World, id_: str) -> int:
    """Decide again after every death; how often the process died."""
    died = 0
    while True:
        try:
            world.decide(id_)
        except Crash:
            died += 1
        else:
            return died


def require_agreement(world: World) -> None:
    """Book and enrolments say the same, and the rules of seats hold."""
    for _, book in world.books.rows.values():
        of_class = [
            e for e in world.enrolments.rows.values() if e.class_id == book.class_id
        ]
        seated = [e for e in of_class if e.state == SEATED]
        waiting = [e for e in of_class if e.state == WAITING]
        assert book.journal == ()
        counted = (len(seated), len(waiting))
        assert (book.taken, book.waiting) == counted, f"{counted} but {book}"
        assert book.taken <= book.capacity, f"a seat too many: {book}"
        for branch, quota in book.quotas.items():
            assert quota.taken == sum(branch in e.line for e in seated) <= quota.cap
        assert not [e.id for e in waiting if book.has_room(e.line)]
        assert len({e.ticket for e in of_class}) == len(of_class)
        active = Counter(e.person_id for e in [*seated, *waiting])
        assert not [person for person, held in active.items() if held > 1]
