"""Learning's reports in memory: random terms, merges and what was earned in them."""

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from learning.domain.certificate import Certificate
from learning.domain.course import Course, Seat
from learning.domain.errors import UnknownBranch
from learning.domain.hours import ZONE, HoursEntry, for_lecture
from learning.domain.record import Record, Watched
from learning.domain.report import Term
from learning.usecases.find_cells import FindCells
from learning.usecases.make_report import MakeReport
from learning.usecases.read_earned import ReadEarned
from learning.usecases.report_ports import LatestReport, PersonTerms, ReportScope

from tests.unit.learning.fakes import a_course
from tests.unit.learning.world import World

YEAR = 2026
BRANCHES = ("dc", "dc-school", "xc")
EVERYBODY = ReportScope(None)
COURSES = {"k1": ("a", "b"), "k2": ("b", "c"), "k3": ("d",)}


@dataclass
class FakeTerms:
    """Enrollment: terms by person, told so many people at a time."""

    rows: dict[str, list[Term]] = field(default_factory=dict)
    at_once: int = 3
    pages: int = 0

    def find_page(self, scope: ReportScope, after: str) -> tuple[PersonTerms, str]:
        self.pages += 1
        within = self.find_of(scope, list(self.rows))
        ids = sorted(id_ for id_ in within if id_ > after)
        page = ids[: self.at_once]
        more = page[-1] if len(ids) > self.at_once else ""
        return {id_: within[id_] for id_ in page}, more

    def find_of(self, scope: ReportScope, person_ids: Sequence[str]) -> PersonTerms:
        reached = reach(scope)
        found = {
            id_: [term for term in self.rows.get(id_, ()) if term.branch_id in reached]
            for id_ in person_ids
        }
        return {id_: terms for id_, terms in found.items() if terms}


def reach(scope: ReportScope) -> set[str]:
    """The branches of a scope. Raises UnknownBranch."""
    below = {one: {b for b in BRANCHES if b.startswith(one)} for one in BRANCHES}
    seen = set(BRANCHES) if scope.seen is None else below[scope.seen]
    if not scope.branch:
        return seen
    if scope.branch not in seen:
        raise UnknownBranch("no such branch")
    return below[scope.branch]


class FakeReports:
    """The report of each kind that was made last."""

    def __init__(self) -> None:
        self.rows: dict[tuple[ReportScope, int], LatestReport] = {}

    def get(self, scope: ReportScope, year: int) -> LatestReport:
        return self.rows.get((scope, year), LatestReport(scope, year))

    def put(self, latest: LatestReport) -> None:
        self.rows[(latest.scope, latest.year)] = latest

    def ask(self, scope: ReportScope, year: int) -> None:
        self.rows[(scope, year)] = replace(self.get(scope, year), is_due=True)

    def claim(self) -> LatestReport | None:
        return next((latest for latest in self.rows.values() if latest.is_due), None)

    def drop(self, scope: ReportScope, year: int) -> None:
        del self.rows[(scope, year)]


@dataclass
class FakeEarned:
    """What a world has, for many people at once."""

    world: World

    def find_year(self, persons: Sequence[str], year: int) -> list[HoursEntry]:
        rows = self.world.ledger.rows.values()
        return [e for e in rows if e.person_id in persons and e.year == year]

    def find_records(self, persons: Sequence[str]) -> list[Record]:
        rows = self.world.records.rows.values()
        return [r for r in rows if r.person_id in persons]

    def find_certificates(self, persons: Sequence[str]) -> list[Certificate]:
        rows = self.world.certificates.rows.values()
        return [c for c in rows if c.person_id in persons]

    def find_seats(self, persons: Sequence[str]) -> list[Seat]:
        rows = self.world.projections.seats.values()
        return [seat for _, seat in rows if seat.person_id in persons]

    def find_watched(
        self, persons: Sequence[str], lectures: Sequence[str]
    ) -> list[Watched]:
        rows = (watched for _, watched in self.world.projections.watched_rows.values())
        return [
            one
            for one in rows
            if one.person_id in persons and one.lecture_id in lectures
        ]

    def find_courses(self) -> list[Course]:
        return list(self.world.projections.courses.values())


class ReportWorld:
    """One learning service with reports."""

    def __init__(self) -> None:
        self.world, self.terms, self.reports = World(), FakeTerms(), FakeReports()
        self.world.projections.courses = {
            id_: a_course(*lectures, id_=id_) for id_, lectures in COURSES.items()
        }
        earned = FakeEarned(self.world)
        read = ReadEarned(earned, self.world.ledger, self.world.groups)
        self.make = MakeReport(self.terms, read, self.reports, self.world.clock.now)
        now = self.world.clock.now
        self.find_cells = FindCells(self.terms, earned, self.world.groups, now)

    def credit(
        self, person: str, lecture: str, at: datetime.datetime, seconds: float = 1800
    ) -> None:
        """Somebody has watched a lecture to its end."""
        self.world.ledger.credit(for_lecture(person, lecture, 1, seconds, "课", at))

    def complete(self, person: str, course: str, at: datetime.datetime) -> None:
        """Somebody has completed a course."""
        done = tuple(f"s-{lecture}" for lecture in COURSES[course])
        self.world.records.rows[(person, course)] = Record(person, course, done, 1, at)

    def issue(self, person: str, class_id: str, day: str, revoked_on: str = "") -> None:
        """Somebody has got a certificate."""
        number = f"{person}-{class_id}"
        self.world.certificates.issue(
            Certificate(
                number,
                person,
                class_id,
                "张三",
                "班",
                "1.00",
                day,
                "学院",
                revoked_on=revoked_on,
            )
        )

    def seat(self, person: str, class_id: str, course: str, branch: str) -> None:
        """Somebody has a seat that a branch asked for."""
        seat = Seat(
            f"{class_id}.{person}", person, class_id, course, True, branch_id=branch
        )
        self.world.projections.put_seats([(seat.id, 1, seat)])


def at_noon(day: datetime.date) -> datetime.datetime:
    """A moment of a day at the college."""
    return datetime.datetime.combine(day, datetime.time(12), ZONE)


def random_day(chance: random.Random) -> datetime.date:
    """A day from a month before the year to a month behind it."""
    first = datetime.date(YEAR - 1, 12, 1)
    return first + datetime.timedelta(days=chance.randrange(425))


def random_history(chance: random.Random) -> ReportWorld:
    """A few people who come, go, return, are merged, and learn meanwhile."""
    made = ReportWorld()
    people = [f"p{n}" for n in range(chance.randint(1, 6))]
    for person in people:
        for _ in range(chance.randint(0, 3)):
            one, other = sorted([random_day(chance), random_day(chance)])
            until = other.isoformat() if chance.random() < 0.6 else ""
            term = Term(chance.choice(BRANCHES), one.isoformat(), until)
            made.terms.rows.setdefault(person, []).append(term)
        for lecture in chance.sample("abcd", chance.randint(0, 4)):
            at = at_noon(random_day(chance))
            made.credit(person, lecture, at, chance.choice([300, 1200, 1800]))
        for course in chance.sample(sorted(COURSES), chance.randint(0, 3)):
            made.complete(person, course, at_noon(random_day(chance)))
        for class_id in chance.sample(["c1", "c2"], chance.randint(0, 2)):
            revoked = chance.choice(["", "", "2026-12-01"])
            made.issue(person, class_id, random_day(chance).isoformat(), revoked)
        for class_id, course in (("c1", "k1"), ("c2", "k2")):
            if chance.random() < 0.4:
                made.seat(person, class_id, course, chance.choice(BRANCHES))
    if len(people) > 1 and chance.random() < 0.5:
        alias, survivor = chance.sample(people, 2)
        made.world.leads[alias] = survivor
    return made
