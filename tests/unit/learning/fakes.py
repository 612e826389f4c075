"""The ports of learning in memory."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from learning.domain.certificate import Certificate
from learning.domain.course import Course, Lesson, Seat, TrainingClass
from learning.domain.errors import NotConsumedYet
from learning.domain.hours import (
    HoursEntry,
    apply_corrections,
    imported_entry,
    lecture_entry,
)
from learning.domain.make_up import MakeUp
from learning.domain.record import Record, Watched

AT_ONCE = 2


class FakeProjections:
    """What other services said."""

    def __init__(self) -> None:
        self.courses: dict[str, Course] = {}
        self.classes: dict[str, TrainingClass] = {}
        self.seats: dict[str, tuple[int, Seat]] = {}
        self.watched_rows: dict[str, tuple[int, Watched]] = {}

    def put_courses(self, rows: Iterable[tuple[str, int, Course]]) -> None:
        self.courses |= {id_: course for id_, _, course in rows}

    def put_classes(self, rows: Iterable[tuple[str, int, TrainingClass]]) -> None:
        self.classes |= {id_: opened for id_, _, opened in rows}

    def put_seats(self, rows: Iterable[tuple[str, int, Seat]]) -> None:
        for id_, version, seat in rows:
            if version > self.seats.get(id_, (0, seat))[0]:
                self.seats[id_] = (version, seat)

    def put_watched(self, rows: Iterable[tuple[str, int, Watched]]) -> None:
        for id_, version, watched in rows:
            if version > self.watched_rows.get(id_, (0, watched))[0]:
                self.watched_rows[id_] = (version, watched)

    def find_courses_showing(self, lecture_id: str) -> list[Course]:
        return [c for c in self.courses.values() if c.lessons_showing(lecture_id)]

    def get_course(self, id_: str) -> Course | None:
        return self.courses.get(id_)

    def get_class(self, id_: str) -> TrainingClass | None:
        return self.classes.get(id_)

    def find_seats(self, person_id: str, course_id: str) -> list[Seat]:
        held = [seat for _, seat in self.seats.values()]
        wanted = (person_id, course_id)
        return [seat for seat in held if (seat.person_id, seat.course_id) == wanted]

    def find_next_seats(self, course_id: str, after: str) -> list[Seat]:
        held = sorted((s for _, s in self.seats.values()), key=lambda seat: seat.id)
        found = [s for s in held if s.course_id == course_id and s.id > after]
        return found[:AT_ONCE]

    def get_watched(self, person_id: str, lecture_id: str, edition: int) -> int:
        _, row = self.watched_rows.get(
            f"{person_id}.{lecture_id}.{edition}", (0, Watched("", "", 0))
        )
        return row.percent

    def has_seat(self, person_id: str) -> bool:
        return any(seat.person_id == person_id for _, seat in self.seats.values())

    def find_watched_percents(self, person_id: str) -> dict[str, int]:
        rows = [watched for _, watched in self.watched_rows.values()]
        return {
            one.lecture_id: one.percent for one in rows if one.person_id == person_id
        }


@dataclass
class FakeMakeUps:
    """Editions for which something may be to be made up. Its clock is `now`."""

    now: float = 0.0
    rows: dict[str, MakeUp] = field(default_factory=dict)

    def create(self, course_id: str, edition: int) -> None:
        new = MakeUp(course_id, edition, self.now)
        self.rows.setdefault(new.id, new)

    def claim(self) -> MakeUp | None:
        rows = self.rows.values()
        due = (m for m in rows if m.due is not None and m.due <= self.now)
        return next(due, None)

    def save_progress(self, made_up: MakeUp, after: str, waits: str) -> None:
        kept = self.rows[made_up.id]
        self.rows[made_up.id] = kept.go_on(after, waits, self.now)

    def end_round(self, made_up: MakeUp) -> None:
        self.rows[made_up.id] = self.rows[made_up.id].end_round(self.now)


class FakeRecords:
    """How far people are."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Record] = {}
        self.told: list[object] = []

    def get(self, person_id: str, course_id: str) -> Record:
        empty = Record(person_id, course_id)
        return self.rows.get((person_id, course_id), empty)

    def change(
        self,
        person_id: str,
        course_id: str,
        decide: Callable[[Record], tuple[Record, Sequence[object]] | None],
    ) -> Record:
        record = self.get(person_id, course_id)
        decided = decide(record)
        if decided is None:
            return record
        self.rows[(person_id, course_id)] = decided[0]
        self.told += decided[1]
        return decided[0]

    def find_complete(self, pairs: Sequence[tuple[str, str]]) -> list[Record]:
        return [r for pair in pairs if (r := self.get(*pair)).is_complete]

    def find_by_course(self, course_id: str, persons: Sequence[str]) -> list[Record]:
        return [self.get(person, course_id) for person in persons]

    def find_by_person(self, person_id: str) -> list[Record]:
        return [r for r in self.rows.values() if r.person_id == person_id]


class FakeLedger:
    """The hours ledger."""

    def __init__(self) -> None:
        self.rows: dict[str, HoursEntry] = {}
        self.told: list[object] = []

    def credit(self, entry: HoursEntry) -> None:
        self.add(entry)

    def add(self, entry: HoursEntry) -> bool:
        if entry.id in self.rows:
            return False
        self.rows[entry.id] = entry
        self.told += entry.creation_events()
        return True

    def get(self, entry_id: str) -> HoursEntry | None:
        return self.rows.get(entry_id)

    def find_corrections(self, entry_ids: Sequence[str]) -> list[HoursEntry]:
        return [e for e in self.rows.values() if e.corrects in set(entry_ids) - {""}]

    def find_credited(
        self, persons: Sequence[str], lectures: Sequence[str]
    ) -> dict[tuple[str, str], HoursEntry]:
        pairs = [(person, lecture) for person in persons for lecture in lectures]
        found = {p: self.rows.get(lecture_entry(*p)) for p in pairs}
        corrections = self.find_corrections([e.id for e in found.values() if e])
        return {
            pair: apply_corrections([entry], corrections)[0]
            for pair, entry in found.items()
            if entry
        }

    def find_imported(
        self, persons: Sequence[str], courses: Sequence[str]
    ) -> dict[tuple[str, str], HoursEntry]:
        pairs = [(person, course) for person in persons for course in courses]
        found = {p: self.rows.get(imported_entry(*p)) for p in pairs}
        return {pair: entry for pair, entry in found.items() if entry}

    def find_by_person(self, person_id: str, year: int) -> list[HoursEntry]:
        wanted = (person_id, year)
        return [e for e in self.rows.values() if (e.person_id, e.year) == wanted]

    def find_years(self, person_id: str) -> set[int]:
        return {e.year for e in self.rows.values() if e.person_id == person_id}


class FakeCertificates:
    """Issued certificates."""

    def __init__(self) -> None:
        self.rows: dict[str, Certificate] = {}
        self.told: list[object] = []

    def get(self, number: str) -> Certificate | None:
        return self.rows.get(number)

    def issue(self, certificate: Certificate, *, imported: bool = False) -> None:
        if certificate.number not in self.rows:
            self.rows[certificate.number] = certificate
            self.told += certificate.creation_events(imported=imported)

    def change(
        self,
        number: str,
        decide: Callable[[Certificate], tuple[Certificate, Sequence[object]] | None],
    ) -> Certificate:
        decided = decide(self.rows[number])
        if decided is not None:
            self.rows[number], told = decided
            self.told += told
        return self.rows[number]

    def get_by_class(self, person_id: str, class_id: str) -> Certificate | None:
        own = self.find_by_person(person_id)
        return next((c for c in own if c.class_id == class_id), None)

    def find_by_person(self, person_id: str) -> list[Certificate]:
        return [c for c in self.find_issued(person_id) if c.is_current]

    def find_issued(self, person_id: str) -> list[Certificate]:
        return [c for c in self.rows.values() if c.person_id == person_id]

    def find_matching(
        self, wanted: Mapping[str, Sequence[str]], after: str, limit: int
    ) -> list[Certificate]:
        fitting = [
            one
            for number, one in sorted(self.rows.items())
            if number > after
            and all(getattr(one, name) in some for name, some in wanted.items())
        ]
        return fitting[:limit]

    def find_first_day(self, key_id: str) -> str:
        signed = [c for c in self.rows.values() if c.key_id == key_id and c.name]
        return min((c.issued_on for c in signed), default="")


class FakeSeal:
    """A signature that anybody could make."""

    def sign(self, certificate: Certificate) -> Certificate:
        return replace(certificate, key_id="k", signature="signed")

    def has_valid_signature(self, certificate: Certificate) -> bool:
        return certificate.signature == "signed"

    def find_public_keys(self) -> dict[str, bytes]:
        return {"k": b"p" * 32}


@dataclass
class FakeNames:
    """Who knows people's names; of who is deleted there is none."""

    rows: dict[str, str]
    deleted: set[str] = field(default_factory=set)

    def is_deleted(self, person_id: str) -> bool:
        return person_id in self.deleted

    def find_known(self, person_ids: Sequence[str]) -> set[str]:
        return self.rows.keys() & set(person_ids)

    def get_name(self, person_id: str) -> str:
        if self.is_deleted(person_id):
            return ""
        if person_id not in self.rows:
            raise NotConsumedYet(person_id)
        return self.rows[person_id]


@dataclass
class FakeBranchNames:
    """Who knows what branches are called."""

    rows: dict[str, str] = field(default_factory=dict)

    def get_branch_name(self, branch_id: str) -> str:
        return self.rows.get(branch_id, "")


@dataclass
class FakeClock:
    """A clock that stands still."""

    moment: datetime.datetime = field(
        default_factory=lambda: datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.UTC)
    )

    def now(self) -> datetime.datetime:
        return self.moment


def a_course(*lectures: str, edition: int = 1, id_: str = "k1") -> Course:
    """A course of these lectures."""
    lessons = tuple(
        Lesson(f"s-{name}", f"课 {name}", "lecture", name) for name in lectures
    )
    return Course(id_, edition, "工会财务", lessons)
