"""Enrollment's changes on fakes: chunks of them, the sandbox, and dry runs."""

import dataclasses
import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

from enrollment.domain.change_row import ChangeRow
from enrollment.domain.changes import new_changes
from enrollment.domain.enrolment import SEATED, WITHDRAWN
from enrollment.domain.people import branch_below
from enrollment.domain.roster import Chunk, Outcome
from enrollment.domain.seat_book import SeatBook
from enrollment.usecases.change_parts import ChangeParts
from enrollment.usecases.decide_changes import DecideChanges
from enrollment.usecases.decide_chunk import DecideAnyChunk
from enrollment.usecases.decide_sandbox import DecideSandbox
from enrollment.usecases.receive_message import receive_chunk, tries_sandbox

from tests.unit.enrollment.fakes import FakeBooks, FakeEnrolments, FakePeople
from tests.unit.enrollment.merging_world import FakeFinished, FakeMerges
from tests.unit.enrollment.world import EAST, NOW, World

CLOSED = dataclasses.replace(branch_below(EAST, "dc-shut", "已关"), closed=True)


class FakePlaces:
    """The places of a branch's people, counted from the fakes of enrolments."""

    def __init__(
        self, books: FakeBooks, enrolments: FakeEnrolments, people: FakePeople
    ) -> None:
        self.books, self.enrolments, self.people = books, enrolments, people
        self.readings = 0
        """How often books or counts were read."""

    def count_places(
        self, branch_id: str, class_ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, int]]:
        self.readings += 1
        counts: dict[str, Counter[str]] = {}
        for one in self.enrolments.rows.values():
            is_theirs = branch_id in one.line and one.class_id in class_ids
            if is_theirs and one.state != WITHDRAWN:
                counts.setdefault(one.class_id, Counter())[one.state] += 1
        return counts

    def count_seated(
        self, class_id: str, branch_ids: Sequence[str], without: Sequence[str]
    ) -> Mapping[str, int]:
        self.enrolments.steps.step()
        return Counter(
            branch
            for one in list(self.enrolments.rows.values())
            if (one.class_id, one.state) == (class_id, SEATED) and one.id not in without
            for branch in one.line
            if branch in branch_ids
        )

    def find_open_books(self, today: str) -> list[SeatBook]:
        self.readings += 1
        day = datetime.date.fromisoformat(today)
        books = [book for _, book in self.books.rows.values() if book.takes_people(day)]
        return sorted(books, key=lambda book: book.class_id)

    def get_book(self, class_id: str) -> SeatBook | None:
        return self.books.get(class_id)

    def count_members(self, branch_ids: Sequence[str]) -> dict[str, int]:
        members = self.people.memberships.values()
        held = Counter(m.branch_id for m in members if not m.until)
        return {id_: held[id_] for id_ in branch_ids if id_ in held}


class ChangesWorld(World):
    """One enrollment service in memory, to which branches send changes."""

    def __init__(self, *books: SeatBook) -> None:
        super().__init__(*books)
        self.branches.create(CLOSED)
        self.merges, self.finished = FakeMerges(), FakeFinished()
        self.decide_chunk.find_groups = self.merges.find_groups
        self.places = FakePlaces(self.books, self.enrolments, self.people)
        changes = DecideChanges(
            self.chunks,
            self._open_parts,
            self.places,
            self.catalog,
            b"secret",
        )
        sandbox = DecideSandbox(self.chunks)
        self.decide_any = DecideAnyChunk(self.decide_chunk, changes, sandbox)

    def _open_parts(self, chunk: Chunk) -> ChangeParts:
        records = self.decide_chunk.records
        if chunk.dry_run:
            records = self._dry_records(chunk)
        return ChangeParts(
            self.branches,
            records.people,
            records.books,
            records.enrolments,
            records.audit,
            self.merges,
            self.finished,
            lambda: NOW,
        )

    def decide(self, id_: str) -> None:
        """Have a chunk of whichever kind that lies there decided."""
        self.decide_any(self.chunks.rows[id_])

    def put_changes(
        self,
        key: str,
        *changes: ChangeRow,
        branch: str = "dc",
        dry_run: bool = False,
        roster: str = "",
        received: float = NOW.timestamp(),
    ) -> str:
        """Have a chunk of changes lie there, to be decided."""
        sent = new_changes(
            branch_id=branch,
            roster_id=roster,
            key=key,
            dry_run=dry_run,
            changes=changes,
            now=received,
            sent_by="broker",
            is_sandbox=tries_sandbox(key, [change.class_id for change in changes]),
        )
        return receive_chunk(self.chunks, sent).id

    def change(
        self, key: str, *changes: ChangeRow, branch: str = "dc", dry_run: bool = False
    ) -> tuple[Outcome, ...]:
        """Have a chunk of changes decided."""
        id_ = self.put_changes(key, *changes, branch=branch, dry_run=dry_run)
        self.decide(id_)
        return self.chunks.rows[id_].outcomes

    def person_of(self, member_no: str, branch: str = "dc") -> str:
        return self.people.memberships[f"{branch}:{member_no}"].person_id

    def state_of(self, member_no: str, branch: str = "dc", class_id: str = "c1") -> str:
        """How a member stands in a class; empty if they never were there."""
        return self.states(class_id).get(self.person_of(member_no, branch), "")


def withdraw(number: int, member: int = 1, **cells: str) -> ChangeRow:
    return ChangeRow(
        number, "withdraw", **({"class_id": "c1", "member_no": f"M{member}"} | cells)
    )


def replace(number: int, leaver: int, newcomer: int, **cells: str) -> ChangeRow:
    named = {
        "class_id": "c1",
        "member_no": f"M{leaver}",
        "new_member_no": f"M{newcomer}",
        "name": f"张{newcomer}",
        "phone": f"138{newcomer:08d}",
    }
    return ChangeRow(number, "replace", **(named | cells))


def transfer(number: int, member: int = 1, **cells: str) -> ChangeRow:
    named = {"member_no": f"M{member}", "to_branch": "dc-school"}
    return ChangeRow(number, "transfer", **(named | cells))


def correct(number: int, member: int = 1, **cells: str) -> ChangeRow:
    return ChangeRow(number, "correct", **({"member_no": f"M{member}"} | cells))


def ask(number: int, **cells: str) -> ChangeRow:
    return ChangeRow(number, "ask", **cells)
