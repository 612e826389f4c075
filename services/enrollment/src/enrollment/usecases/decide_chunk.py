"""Decide roster chunks: every row gets exactly one outcome."""

import datetime
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from enrollment.domain.enrolment import (
    SEATED,
    WITHDRAWN,
    Enrolment,
    latest_attempts,
)
from enrollment.domain.roster import (
    ALREADY,
    CHANGES,
    DECIDED,
    ENROLLED,
    WAITLISTED,
    Chunk,
    Outcome,
    reject_row,
)
from enrollment.domain.seat_book import SeatBook, SeatGrant, SeatRequest
from enrollment.usecases.claim_repairs import Claim, claim_all
from enrollment.usecases.decide_seats import (
    DecideSeats,
    latest_of_humans,
    list_requests,
)
from enrollment.usecases.name_people import WritePeople
from enrollment.usecases.people_ports import FindGroups, Groups, find_lone
from enrollment.usecases.ports import (
    Audit,
    Books,
    Branches,
    Catalog,
    Chunks,
    Enrolments,
    Now,
    People,
)
from enrollment.usecases.validate_rows import ResolvedRow, ValidateRows, people_of

Decide = Callable[[Chunk], None]
"""Brings a chunk to its receipt."""


@dataclass(frozen=True)
class Records:
    """The stores that deciding reads and writes: the real ones, or of a dry run."""

    people: People
    books: Books
    enrolments: Enrolments
    audit: Audit


class DecideChunk:
    """Repeatable from the start at any point: what was done is found done.

    A dry run is decided by the same steps on records of its own, which begin as the
    real ones stand and are shared by all chunks of one roster: so it says what the
    real run would, however many chunks there are.
    """

    def __init__(
        self,
        chunks: Chunks,
        branches: Branches,
        catalog: Catalog,
        records: Records,
        dry_records: Callable[[Chunk], Records],
        secret: bytes,
        now: Now,
        claim_repairs: Claim = claim_all,
        find_groups: FindGroups = find_lone,
    ) -> None:
        self.find_groups = find_groups
        self.chunks, self.branches, self.catalog = chunks, branches, catalog
        self.claim_repairs = claim_repairs
        self.records, self.dry_records = records, dry_records
        self.secret, self.now = secret, now

    def __call__(self, chunk: Chunk) -> None:
        """Bring a chunk to its receipt."""
        if chunk.state == DECIDED:
            return
        records = self.dry_records(chunk) if chunk.dry_run else self.records
        rows, refused = self.claim_repairs(chunk) if chunk.repairs else (chunk.rows, ())
        claimed = replace(chunk, rows=rows)
        outcomes = _ChunkDecision(self, records, claimed).decide_outcomes()
        outcomes += refused
        if chunk.dry_run:
            outcomes = [replace(outcome, enrolment_id="") for outcome in outcomes]
        self.chunks.decide(chunk.id, outcomes, chunk)


class _ChunkDecision:
    """A chunk on its way to the outcomes of its rows."""

    def __init__(self, use_case: DecideChunk, records: Records, chunk: Chunk) -> None:
        self.people, self.books = records.people, records.books
        self.enrolments, self.chunk = records.enrolments, chunk
        self.now, self.find_groups = use_case.now, use_case.find_groups
        self.groups: dict[str, tuple[str, ...]] = {}
        self.seats = DecideSeats(records.books, records.enrolments, use_case.now)
        self.write_people = WritePeople(records.people, use_case.now, records.audit)
        self.validate = ValidateRows(
            use_case.branches,
            records.people,
            records.books,
            use_case.catalog,
            use_case.secret,
            self._college_today,
            self._find_groups,
        )

    def decide_outcomes(self) -> list[Outcome]:
        """The outcomes of all rows."""
        sender, rows = self.chunk.branch_id, self.chunk.rows
        resolved, outcomes = self.validate(sender, rows, self._is_closed)
        resolved, taken = self.write_people(resolved, self.chunk.id)
        outcomes += [reject_row(row.row, "member-number-taken") for row in taken]
        for class_id in sorted({row.class_id for row in resolved}):
            of_class = [row for row in resolved if row.class_id == class_id]
            outcomes += self._seat_rows(class_id, of_class)
        return outcomes

    def _college_today(self) -> datetime.date:
        return self.seats.college_today()

    def _is_closed(self, book: SeatBook) -> bool:
        """A closed class takes nobody, unless this chunk was decided before."""
        if book.takes_people(self._college_today()):
            return False
        chunk_id = self.chunk.id
        return not (
            book.get_entry(chunk_id)
            or self.enrolments.find_by_chunk(book.class_id, chunk_id)
        )

    def _seat_rows(
        self, class_id: str, resolved: Sequence[ResolvedRow]
    ) -> list[Outcome]:
        """Take seats for rows of one class: the outcomes of all of them."""
        find_requests = partial(self._find_requests, resolved)
        grants = self.seats.grant_seats(
            class_id, self.chunk.id, self._with_merged(resolved), find_requests
        )
        granted = {grant.asking.person_id: grant for grant in grants}
        outcomes = [
            _granted_outcome(row, granted[row.person_id])
            for row in resolved
            if row.person_id in granted
        ]
        others = [row for row in resolved if row.person_id not in granted]
        return outcomes + (self._find_outcomes(class_id, others) if others else [])

    def _groups_of(self, resolved: Sequence[ResolvedRow]) -> Groups:
        """By person all records of that human: who is new here was never merged."""
        fresh = {row.person_id for row in resolved if row.identified.is_new}
        known = sorted(set(people_of(resolved)) - fresh)
        return self._find_groups(known) | {id_: (id_,) for id_ in fresh}

    def _find_groups(self, person_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """By person all records of these humans, each asked for once a chunk."""
        if unasked := sorted(set(person_ids) - self.groups.keys()):
            self.groups |= self.find_groups(unasked)
        return dict(self.groups)

    def _with_merged(self, resolved: Sequence[ResolvedRow]) -> list[str]:
        """Whom the rows mean, with all other records of the same humans."""
        groups = self._groups_of(resolved)
        return sorted({m for id_ in people_of(resolved) for m in groups[id_]})

    def _find_requests(
        self,
        resolved: Sequence[ResolvedRow],
        book: SeatBook,
        latest: Mapping[str, Enrolment],
    ) -> list[SeatRequest]:
        return list_requests(resolved, self._groups_of(resolved), book, latest)

    def _find_outcomes(
        self, class_id: str, others: Sequence[ResolvedRow]
    ) -> list[Outcome]:
        """The outcomes of rows that were granted nothing now, or before a crash."""
        chunk_id = self.chunk.id
        attempts = self.enrolments.find_attempts(
            class_id, chunk_id, self._with_merged(others)
        )
        brought = {a.person_id: a for a in attempts if a.chunk_id == chunk_id}
        groups = self._groups_of(others)
        latest = latest_of_humans(
            {row.person_id: groups[row.person_id] for row in others},
            latest_attempts(attempts),
        )
        book = self.books.get(class_id)
        is_open = book is not None and book.takes_people(self._college_today())
        reason = "send-again" if is_open else "class-closed"
        return [
            _brought_outcome(row, brought[row.person_id])
            if row.person_id in brought
            else _ungranted_outcome(row, latest.get(row.person_id), reason)
            for row in others
        ]


def _ungranted_outcome(
    row: ResolvedRow, enrolment: Enrolment | None, reason: str
) -> Outcome:
    """Enrolled already, by whomever; else why not now."""
    if enrolment is None or (enrolment.state == WITHDRAWN and reason == "class-closed"):
        return reject_row(row.row, reason)
    return Outcome(row.row.number, ALREADY, enrolment_id=enrolment.id, notes=row.notes)


def _granted_outcome(row: ResolvedRow, grant: SeatGrant) -> Outcome:
    return _taken_outcome(row, grant.asking.enrolment_id, grant.seated)


def _brought_outcome(row: ResolvedRow, enrolment: Enrolment) -> Outcome:
    return _taken_outcome(row, enrolment.id, enrolment.first == SEATED)


def _taken_outcome(row: ResolvedRow, enrolment_id: str, seated: bool) -> Outcome:
    outcome = ENROLLED if seated else WAITLISTED
    return Outcome(row.row.number, outcome, enrolment_id=enrolment_id, notes=row.notes)


class DecideAnyChunk:
    """Has each kind of chunk decided by what decides it: all wait in the same turns and
    are leased alike."""

    def __init__(self, roster: Decide, changes: Decide, sandbox: Decide) -> None:
        self.roster, self.changes, self.sandbox = roster, changes, sandbox

    def __call__(self, chunk: Chunk) -> None:
        """Bring a chunk to its receipt."""
        if chunk.is_sandbox:
            self.sandbox(chunk)
        elif chunk.kind == CHANGES:
            self.changes(chunk)
        else:
            self.roster(chunk)


class DecideNextChunk:
    """The chunk whose turn it is among those that this worker claims; `waiting` is set
    when one came in, and `decided` called after one is decided. Events of a chunk are
    relayed `at_end`: its receipt, for which somebody waits, before the others."""

    def __init__(
        self,
        claim: Callable[[], Chunk | None],
        decide: Decide,
        decided: Callable[[], None] = lambda: None,
        at_end: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.claim, self.decide, self.decided = claim, decide, decided
        self.at_end = at_end
        self.waiting = threading.Event()

    def __call__(self) -> bool:
        """Decide one chunk; False if none waits."""
        chunk = self.claim()
        if chunk is not None:
            with self.at_end():
                self.decide(chunk)
            self.decided()
        return chunk is not None


class Woken(Protocol):
    """A worker that looks when its event is set."""

    waiting: threading.Event


def wake_workers(workers: Iterable[Woken]) -> None:
    """Have the workers look: a chunk came in."""
    for worker in workers:
        worker.waiting.set()
