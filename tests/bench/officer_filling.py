"""A large branch for `bench_officer`: its tree, its people, a roster, seats taken.

All is put in bulk through enrollment's own stores, as if it had been decided long ago:
without the events, which nobody waits for any more. The roster's digests are written by
the platform itself, which follows the chunks that it finds due.
"""

import datetime
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from biyong.plan import store_url
from chassis.storage.aggregates import Aggregates, mapping_of
from chassis.storage.mongo import open_database
from enrollment.domain.enrolment import SEATED, WAITING, Enrolment
from enrollment.domain.people import Branch, Membership, Person, branch_below
from enrollment.domain.roster import (
    ALREADY,
    DECIDED,
    ENROLLED,
    NO_ADDRESS,
    REJECTED,
    WAITLISTED,
    Chunk,
    Outcome,
    Row,
)
from enrollment.domain.seat_book import SeatBook
from enrollment.events.to_events import to_event
from enrollment.store import documents
from enrollment.store.branches import branch_form
from enrollment.store.chunks import chunk_form
from enrollment.store.id_numbers import IdNumbers
from enrollment.store.people import person_form
from learning.domain.hours import HoursEntry, for_lecture
from learning.domain.record import Record
from learning.events.to_events import to_event as to_learning_event
from learning.store import documents as learning_documents

from tests.platform.running import Platform, until

BRANCH, ROSTER = "beijing", "large"
BRANCHES, ROWS, ENROLMENTS, CHUNK_ROWS = 2_000, 20_000, 100_000, 200
THIS_YEAR = datetime.datetime.now(datetime.UTC).year
ENTRIES = 10
"""Of hours a person in this year."""
AT_ONCE = 100
"""Documents of one write: the store answers others in between."""
SETTLE_SECONDS = 300
OUTCOMES = (*[ENROLLED] * 82, *[WAITLISTED] * 8, *[ALREADY] * 4, *[REJECTED] * 6)
"""What becomes of a hundred rows: most are taken, some have to be put right."""
FAMILIES, GIVEN = "王李张刘陈杨赵黄周吴", "建国晓梅志强丽华海燕"


@dataclass(frozen=True)
class Member:
    """A person of the roster, by the place of the row."""

    place: int

    @property
    def id(self) -> str:
        return f"p{self.place:019d}"

    @property
    def name(self) -> str:
        family = FAMILIES[self.place % 10]
        return f"{family}{GIVEN[self.place // 10 % 10]}{GIVEN[self.place // 100 % 10]}"

    @property
    def member_no(self) -> str:
        return f"L-{self.place:05d}"

    @property
    def phone(self) -> str:
        return f"137{10_000_000 + self.place}"

    @property
    def branch(self) -> Branch:
        return branch_of(self.place % BRANCHES)


def branch_of(place: int) -> Branch:
    """One of the branches below the officer's."""
    above = Branch(BRANCH, "", (BRANCH,))
    return branch_below(above, f"u{place:04d}", f"第{place:04d}基层工会")


class Filling:
    """Puts all of it into a running platform."""

    def __init__(self, platform: Platform, classes: list[str], course: str) -> None:
        store = store_url(platform.health("store"))
        self.database = open_database("enrollment", store)
        open_database("learning", store)
        self.classes, self.course = classes, course
        self.members = [Member(place) for place in range(ROWS)]

    def fill(self) -> None:
        """Back when the roster is decided and counted."""
        numbers = IdNumbers(b"bench")
        _put(self._open(documents.BranchDocument, branch_form()), self._branches())
        _put(self._open(documents.PersonDocument, person_form(numbers)), self._people())
        _put(
            self._open(documents.MembershipDocument, mapping_of(Membership)),
            ((one.id, one) for one in map(_membership, self.members)),
        )
        _put(
            self._open(documents.EnrolmentDocument, mapping_of(Enrolment)),
            ((one.id, one) for one in self._enrolments()),
        )
        self._fill_learning()
        self._seat_all()
        chunks = ((one.id, one) for one in self._chunks())
        _put(self._open(documents.ChunkDocument, chunk_form(numbers)), chunks, 20)
        until(self._is_counted, SETTLE_SECONDS)

    def _fill_learning(self) -> None:
        """Everybody has watched some lectures, and completed the course."""
        hours = Aggregates(
            "learning",
            learning_documents.HoursDocument,
            mapping_of(HoursEntry),
            to_learning_event,
            _nobody,
        )
        records = Aggregates(
            "learning",
            learning_documents.RecordDocument,
            mapping_of(Record),
            to_learning_event,
            _nobody,
        )
        _put(hours, ((one.id, one) for one in self._entries()))
        done = (Record(m.id, self.course, ("a",), 1, _moment(1)) for m in self.members)
        _put(records, ((one.id, one) for one in done))

    def _entries(self) -> Iterator[HoursEntry]:
        for member in self.members:
            for number in range(ENTRIES):
                at = _moment(number)
                yield for_lecture(member.id, f"lec{number}", 1, 1800, "一讲", at)

    def _open(self, document: Any, mapping: Any) -> Aggregates[Any]:
        return Aggregates("enrollment", document, mapping, to_event, _nobody)

    def _branches(self) -> Iterator[tuple[str, Branch]]:
        return ((one.id, one) for one in map(branch_of, range(BRANCHES)))

    def _people(self) -> Iterator[tuple[str, Person]]:
        for one in self.members:
            yield one.id, Person(one.id, one.name, one.phone)

    def _enrolments(self) -> Iterator[Enrolment]:
        """Everybody in some classes, a ticket each; one was brought by the roster."""
        for place in range(ENROLMENTS):
            member, again = self.members[place % ROWS], place // ROWS
            class_id = self.classes[(member.place + again) % len(self.classes)]
            chunk = f"{BRANCH}/{ROSTER}.{member.place // CHUNK_ROWS}"
            is_waiting = OUTCOMES[member.place % 100] == WAITLISTED
            state = WAITING if is_waiting else SEATED
            yield Enrolment(
                class_id,
                self.course,
                member.id,
                1,
                member.branch.line,
                f"{BRANCH}/before" if again else chunk,
                place + 1,
                state,
                state,
            )

    def _seat_all(self) -> None:
        books = self._open(documents.SeatBookDocument, mapping_of(SeatBook))
        taken = ENROLMENTS // len(self.classes)

        def take_seats(book: SeatBook) -> tuple[SeatBook, tuple[()]]:
            return replace(book, taken=taken, next_ticket=ENROLMENTS + 1), ()

        for class_id in self.classes:
            until(lambda id_=class_id: books.collection.find_one({"_id": id_}), 30)  # type: ignore[misc]
            books.change(class_id, take_seats)

    def _chunks(self) -> Iterator[Chunk]:
        begun = time.time()
        for number in range(ROWS // CHUNK_ROWS):
            first = number * CHUNK_ROWS
            members = self.members[first : first + CHUNK_ROWS]
            yield Chunk(
                BRANCH,
                ROSTER,
                f"{ROSTER}.{number}",
                dry_run=False,
                rows=tuple(map(self._row, members)),
                fingerprint=str(number),
                received=begun + number / 10,
                state=DECIDED,
                outcomes=tuple(map(self._outcome, members)),
                rows_until=begun + 86_400,
                name="全市名册",
            )

    def _row(self, member: Member) -> Row:
        class_id = self.classes[member.place % len(self.classes)]
        number, name, branch = member.place + 2, member.name, member.branch.id
        return Row(
            number, name, member.member_no, member.phone, class_id, branch_id=branch
        )

    def _outcome(self, member: Member) -> Outcome:
        number, outcome = member.place + 2, OUTCOMES[member.place % 100]
        if outcome == REJECTED:
            return Outcome(number, outcome, "name-differs", "请核对号码")
        class_id = self.classes[member.place % len(self.classes)]
        notes = (NO_ADDRESS,) if member.place % 50 == 0 else ()
        enrolment = f"{class_id}.{member.id}.1"
        return Outcome(number, outcome, enrolment_id=enrolment, notes=notes)

    def _is_counted(self) -> bool:
        found = self.database["rosters"].find_one({"_id": f"{BRANCH}/{ROSTER}"})
        chunks = self.database["chunks"].count_documents({"digest_due": {"$gt": 0}})
        return bool(found and found["rows"] == ROWS and not chunks)


def _membership(member: Member) -> Membership:
    return Membership(member.id, member.branch.id, member.member_no, "2026-01-01")


def _moment(number: int) -> datetime.datetime:
    """A moment of this year, some days apart."""
    first = datetime.datetime(THIS_YEAR, 1, 2, tzinfo=datetime.UTC)
    return first + datetime.timedelta(days=number)


def _put(rows: Aggregates[Any], new: Iterator[Any], at_once: int = AT_ONCE) -> None:
    """Put these in bulk, some at once."""
    some: list[Any] = []
    for id_, value in new:
        some.append((id_, value, ()))
        if len(some) == at_once:
            rows.add_many(some)
            some = []
    rows.add_many(some)


def _nobody() -> None:
    """No relay is woken: there are no events."""
