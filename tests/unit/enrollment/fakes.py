"""The ports of enrollment in memory, versioned, with steps at which a process may die.

Between any two steps other work may run, so that what is tried here is tried with
several processes at once.
"""

import datetime
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from enrollment.domain.enrolment import WAITING, Enrolment
from enrollment.domain.errors import EditConflict, NumberTaken
from enrollment.domain.people import Branch, Membership, Person, PersonChange
from enrollment.domain.roster import DECIDED, Chunk, Outcome
from enrollment.domain.seat_book import SeatBook
from enrollment.domain.waiting_ticket import WaitingTicket
from enrollment.usecases.ports import Scope, SentChunk

DEEPEST = 4
TODAY = "2026-11-23"
"""At the college, when the tests are."""
Job = Callable[[], None]


class Crash(Exception):
    """The process died here."""


@dataclass
class Steps:
    """Decides at every step whether the process dies, or others run first."""

    chance: random.Random = field(default_factory=random.Random)
    dying: float = 0.0
    switching: float = 0.0
    waiting: list[Job] = field(default_factory=list)
    depth: int = 0

    def step(self) -> None:
        """One moment between two effects."""
        if self.chance.random() < self.dying:
            raise Crash
        others = self.waiting and self.depth < DEEPEST
        if others and self.chance.random() < self.switching:
            self.run_one()

    def run_one(self) -> None:
        """Run some waiting job; one that died comes again later."""
        job = self.waiting.pop(self.chance.randrange(len(self.waiting)))
        self.depth += 1
        try:
            job()
        except Crash:
            self.waiting.append(job)
        finally:
            self.depth -= 1

    def run_all(self, jobs: Iterable[Job], most: int = 400) -> None:
        """Run every job to its end; after `most` tries nobody dies any more."""
        self.waiting.extend(jobs)
        for _ in range(most):
            if not self.waiting:
                return
            self.run_one()
        self.dying = 0.0
        while self.waiting:
            self.run_one()


class FakeBranches:
    """The tree of branches."""

    def __init__(self, branches: Iterable[Branch] = ()) -> None:
        self.rows = {branch.id: branch for branch in branches}

    def get(self, id_: str) -> Branch | None:
        return self.rows.get(id_)

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Branch]:
        return {id_: self.rows[id_] for id_ in ids if id_ in self.rows}

    def create(self, branch: Branch) -> bool:
        return self.rows.setdefault(branch.id, branch) is branch

    def find_within(
        self, scope: Scope, behind: Sequence[str] = (), at_once: int = 500
    ) -> list[Branch]:
        ordered = sorted(self.rows.values(), key=lambda branch: branch.line)
        within = (branch for branch in ordered if scope.covers(branch.line))
        return [branch for branch in within if branch.line > tuple(behind)]

    def find_ids_within(
        self, scope: Scope, since: str, at_once: int
    ) -> list[Sequence[str]]:
        ids = sorted(b.id for b in self.rows.values() if scope.covers(b.line))
        return [[id_] for id_ in ids if id_ >= since]


class FakePeople:
    """Persons and memberships; `meanwhile` runs once, before somebody registers."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.meanwhile: list[Job] = []
        self.rows: dict[str, tuple[Person, str]] = {}
        self.memberships: dict[str, Membership] = {}
        self.changes: dict[str, PersonChange] = {}

    def find_known(
        self,
        phones: Sequence[str],
        id_numbers: Sequence[str],
        membership_ids: Sequence[str],
        new_ids: Sequence[str] = (),
    ) -> tuple[list[Person], list[Membership]]:
        held = self.find_memberships(membership_ids)
        holders = {membership.person_id for membership in held.values()}
        people = [
            person
            for person, _ in self.rows.values()
            if person.phone in phones
            or person.id_number in id_numbers
            or person.id in holders
            or person.id in new_ids
        ]
        ids = {person.id for person in people}
        held |= {m.id: m for m in self.memberships.values() if m.person_id in ids}
        return people, list(held.values())

    def change(
        self,
        change: PersonChange,
        fields: Mapping[str, str],
        revision: int | None = None,
    ) -> None:
        self.steps.step()
        self.changes.setdefault(change.id, change)
        self.steps.step()
        person, branch = self.rows[change.person_id]
        if revision is not None and revision != person.revision:
            raise EditConflict(version=person.revision)
        changed = person.with_fields(fields)
        if person.is_deleted or changed == person:
            return
        changed = replace(changed, revision=person.revision + 1)
        self.rows[change.person_id] = (changed, branch)

    def find_by_ids(self, person_ids: Sequence[str]) -> dict[str, Person]:
        found = {id_: self.rows[id_][0] for id_ in person_ids if id_ in self.rows}
        return {id_: person for id_, person in found.items() if not person.is_deleted}

    def create_people(self, people: Iterable[tuple[Person, str]]) -> None:
        if self.meanwhile:
            self.meanwhile.pop()()
        for person, branch in people:
            self.steps.step()
            self.rows.setdefault(person.id, (person, branch))

    def note_change(self, change: PersonChange) -> None:
        self.steps.step()
        self.changes.setdefault(change.id, change)

    def find_changes(self, person_id: str) -> list[PersonChange]:
        return [c for c in self.changes.values() if c.person_id == person_id]

    def find_memberships_of(self, person_ids: Sequence[str]) -> list[Membership]:
        return [m for m in self.memberships.values() if m.person_id in person_ids]

    def find_memberships(self, ids: Sequence[str]) -> dict[str, Membership]:
        found = {id_: self.memberships.get(id_) for id_ in ids}
        return {id_: held for id_, held in found.items() if held is not None}

    def create_memberships(
        self, memberships: Iterable[Membership]
    ) -> dict[str, Membership]:
        stand = {}
        for new in memberships:
            self.steps.step()
            stand[new.id] = self.memberships.setdefault(new.id, new)
        return stand

    def mark_due(self, person_ids: Iterable[str]) -> None:
        """Nobody is looked for by name here."""

    def pick_active(self, memberships: Iterable[Membership]) -> list[Membership]:
        return [m for m in memberships if m.is_active(TODAY)]

    def put_membership(self, membership: Membership) -> None:
        self.steps.step()
        known = self.memberships.setdefault(membership.id, membership)
        if known.person_id != membership.person_id:
            raise NumberTaken("taken")
        self.memberships[membership.id] = membership

    def find_by_branches(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[tuple[Membership, Person]]:
        raise NotImplementedError

    def find_memberships_in(
        self, branch_ids: Sequence[str], after: str, limit: int
    ) -> list[Membership]:
        held = sorted(self.memberships.values(), key=lambda one: one.id)
        behind = [
            one
            for one in held
            if one.branch_id in branch_ids
            and (one.branch_id != branch_ids[0] or one.id > after)
        ]
        return behind[:limit]


class FakeBooks:
    """Seat books, written under the version that was read."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.rows: dict[str, tuple[int, SeatBook]] = {}
        self.told: list[object] = []

    def get(self, class_id: str) -> SeatBook | None:
        self.steps.step()
        return self.rows[class_id][1] if class_id in self.rows else None

    def find_by_ids(self, class_ids: Sequence[str]) -> dict[str, SeatBook]:
        self.steps.step()
        return {id_: self.rows[id_][1] for id_ in class_ids if id_ in self.rows}

    def find_emptying(self, limit: int) -> list[SeatBook]:
        self.steps.step()
        return [book for _, book in self.rows.values() if book.emptying][:limit]

    def create(self, book: SeatBook) -> None:
        self.rows.setdefault(book.class_id, (1, book))

    def change(
        self, class_id: str, decide: Callable[[SeatBook], SeatBook | None]
    ) -> SeatBook:
        def without_events(book: SeatBook) -> tuple[SeatBook, tuple[()]] | None:
            decided = decide(book)
            return (decided, ()) if decided else None

        return self.change_and_publish(class_id, without_events)

    def change_and_publish(
        self,
        class_id: str,
        decide: Callable[[SeatBook], tuple[SeatBook, Sequence[object]] | None],
    ) -> SeatBook:
        while True:
            version, book = self.rows[class_id]
            self.steps.step()
            decided = decide(book)
            if decided is None:
                return book
            self.steps.step()
            if self.rows[class_id][0] == version:
                self.rows[class_id] = (version + 1, decided[0])
                self.told += decided[1]
                self.steps.step()
                return decided[0]

    def clear_entry(self, class_id: str, key: str) -> SeatBook:
        self.steps.step()
        version, book = self.rows[class_id]
        cleared = book.without_entry(key)
        self.rows[class_id] = (version + 1, cleared)
        self.steps.step()
        return cleared

    def now(self, class_id: str) -> SeatBook:
        """The book as it stands, without a step."""
        return self.rows[class_id][1]


class FakeEnrolments:
    """Enrolments and the events they told."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.rows: dict[str, Enrolment] = {}
        self.told: list[object] = []

    def get(self, id_: str) -> Enrolment | None:
        self.steps.step()
        return self.rows.get(id_)

    def create(self, enrolments: Sequence[Enrolment]) -> set[str]:
        there = set()
        for one in enrolments:
            self.steps.step()
            if one.id in self.rows:
                there.add(one.id)
            else:
                self.rows[one.id] = one
                self.told += one.creation_events()
        self.steps.step()
        return there

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Enrolment]:
        self.steps.step()
        return {id_: self.rows[id_] for id_ in ids if id_ in self.rows}

    def find_by_chunk(self, class_id: str, chunk_id: str) -> list[Enrolment]:
        self.steps.step()
        wanted = (class_id, chunk_id)
        return [e for e in self.rows.values() if (e.class_id, e.chunk_id) == wanted]

    def find_brought(self, keys: Sequence[str]) -> list[Enrolment]:
        self.steps.step()
        return [e for e in self.rows.values() if e.chunk_id in keys]

    def find_attempts(
        self, class_id: str, chunk_id: str, person_ids: Sequence[str]
    ) -> list[Enrolment]:
        self.steps.step()
        return [
            e
            for e in self.rows.values()
            if e.class_id == class_id
            and (e.person_id in person_ids or e.chunk_id == chunk_id)
        ]

    def find_waiting(self, class_id: str) -> Iterator[WaitingTicket]:
        self.steps.step()
        found = [
            WaitingTicket(e.id, e.ticket, e.line)
            for e in self.rows.values()
            if e.class_id == class_id and e.state == WAITING
        ]
        yield from sorted(found, key=lambda place: place.ticket)

    def withdraw(self, id_: str, at: datetime.datetime, by: str = "") -> None:
        self._change_enrolment(id_, lambda enrolment: enrolment.withdraw(at, by))

    def promote(self, id_: str) -> None:
        self._change_enrolment(id_, Enrolment.promote)

    def _change_enrolment(
        self,
        id_: str,
        decide: Callable[[Enrolment], tuple[Enrolment, list[object]] | None],
    ) -> None:
        self.steps.step()
        decided = decide(self.rows[id_])
        if decided is not None:
            self.rows[id_], told = decided
            self.told += told
        self.steps.step()

    def find_by_person(self, person_id: str) -> list[Enrolment]:
        return [e for e in self.rows.values() if e.person_id == person_id]

    def find_by_class(
        self, class_id: str, branch_ids: Sequence[str] | None, after: int, limit: int
    ) -> list[Enrolment]:
        self.steps.step()
        of_class = [e for e in self.rows.values() if e.class_id == class_id]
        later = sorted((e.ticket, e.id) for e in of_class if e.ticket > after)
        return [self.rows[id_] for _, id_ in later][:limit]


class FakeChunks:
    """Roster chunks and the receipts they told."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.rows: dict[str, Chunk] = {}
        self.told: list[object] = []
        self.waiting: dict[str, int] = {}
        self.faults: dict[str, list[Exception]] = {}
        self.unsayable: dict[str, Exception] = {}
        self.earlier: list[str] = []
        self.renewed: list[str] = []
        self.postponed: list[str] = []

    def get(self, id_: str) -> Chunk | None:
        return self.rows.get(id_)

    def create(self, chunk: Chunk) -> None:
        self.create_many([SentChunk(chunk)], len(chunk.rows))

    def create_many(self, sent: Sequence[SentChunk], most_waiting: int) -> set[str]:
        """Raises what the store is to raise for a key, each time one fault."""
        new, waiting = set(), dict(self.waiting)
        for chunk in [one.chunk for one in sent]:
            rows = waiting.get(chunk.branch_id, 0) + len(chunk.rows)
            if rows > most_waiting:
                continue
            waiting[chunk.branch_id] = rows
            if faults := self.faults.get(chunk.key):
                raise faults.pop(0)
            if self.rows.setdefault(chunk.id, chunk) is chunk:
                new.add(chunk.id)
        return new

    def claim(self) -> str | None:
        raise NotImplementedError

    def claim_small(self) -> str | None:
        raise NotImplementedError

    def renew(self, id_: str) -> None:
        self.renewed.append(id_)

    def put_off(self, id_: str, seconds: float) -> None:
        self.postponed.append(id_)

    def has_earlier(self, id_: str) -> bool:
        """Those that are said to be in the hands of another worker."""
        return any(self.rows[one].state != DECIDED for one in self.earlier)

    def decide(
        self, id_: str, outcomes: Sequence[Outcome], read: Chunk | None = None
    ) -> None:
        self.steps.step()
        decided = self.rows[id_].decide(outcomes)
        if decided is not None:
            self.rows[id_], told = decided
            self.told += told
        self.steps.step()

    def reissue_receipt(self, id_: str) -> None:
        """Raises what is to be raised for this chunk."""
        if fault := self.unsayable.get(id_):
            raise fault
        self.told.append(self.rows[id_].receipt_event())


class FakeCatalog:
    """The service that knows classes; `asked` notes what it was asked."""

    def __init__(self, books: Iterable[SeatBook] = ()) -> None:
        self.rows = {book.class_id: book for book in books}
        self.asked: list[str] = []

    def get_seat_book(self, class_id: str) -> SeatBook | None:
        self.asked.append(class_id)
        return self.rows.get(class_id)
