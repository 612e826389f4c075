"""Report of a year: what the people of some branches learnt while those held them."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from learning.domain.certificate import Certificate
from learning.domain.course import Seat
from learning.domain.hours import YEARLY_TARGET_QUARTERS, ZONE, HoursEntry
from learning.domain.record import Record

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Term:
    """Days on which a branch held a person: from `since` until before `until`, ISO
    dates, the latter empty while it holds them. `is_first` says that no branch held
    them before: what they brought along from elsewhere counts for this one."""

    branch_id: str
    since: str
    until: str = ""
    is_first: bool = False

    def covers(self, day: str) -> bool:
        """Whether the branch held the person on a day."""
        return self.since <= day and (not self.until or day < self.until)

    def brings_along(self, day: str) -> bool:
        """Whether what was earned elsewhere on a day came with the person."""
        return self.covers(day) or (self.is_first and day < self.since)

    def has_days_in(self, year: int) -> bool:
        """Whether a day of it lies in a year; one that ended as it began had none."""
        is_begun = self.since <= f"{year}-12-31"
        is_open = not self.until or self.until > max(self.since, f"{year}-01-01")
        return is_begun and is_open


@dataclass(frozen=True)
class Earned:
    """What one human has earned, by all of their records: hours entries of the year,
    complete records, certificates, and the seats they have now."""

    entries: Sequence[HoursEntry] = ()
    records: Sequence[Record] = ()
    certificates: Sequence[Certificate] = ()
    seats: Sequence[Seat] = ()


@dataclass(frozen=True)
class Counts:
    """Sums over humans: `learners` have any hours, those who `reached` the yearly
    target; hours are in quarters; `seats` are those that are held now."""

    people: int = 0
    learners: int = 0
    reached: int = 0
    quarters: int = 0
    completions: int = 0
    certificates: int = 0
    seats: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(
            self.people + other.people,
            self.learners + other.learners,
            self.reached + other.reached,
            self.quarters + other.quarters,
            self.completions + other.completions,
            self.certificates + other.certificates,
            self.seats + other.seats,
        )


@dataclass(frozen=True)
class BranchLine:
    """What the members of one branch did, of those below it nothing."""

    branch_id: str
    counts: Counts


@dataclass(frozen=True)
class CourseLine:
    """What was done in one course."""

    course_id: str
    title: str
    quarters: int
    completions: int
    seats: int


@dataclass(frozen=True)
class Report:
    """The report of a year for some branches, as it was at a moment; `months` are
    quarter hours from January on."""

    year: int
    made_at: datetime.datetime
    total: Counts
    months: tuple[int, ...]
    branches: tuple[BranchLine, ...]
    courses: tuple[CourseLine, ...]


def pick_earned(earned: Earned, terms: Sequence[Term], year: int) -> Earned:
    """Of what a human has earned, what falls into a year and into these terms; of
    seats, those that these branches asked for."""
    branches = {term.branch_id for term in terms}
    return Earned(
        [e for e in earned.entries if e.year == year and _is_theirs(terms, e)],
        [
            record
            for record in earned.records
            if record.done_at
            and _completed_on(record)[:4] == str(year)
            and is_completed_within(record, terms)
        ],
        [
            one
            for one in earned.certificates
            if one.issued_on[:4] == str(year) and _covers(terms, one.issued_on)
        ],
        [s for s in earned.seats if s.seated and s.branch_id in branches],
    )


def count_earned(picked: Earned) -> Counts:
    """The counts of one human."""
    quarters = sum(entry.quarters for entry in picked.entries)
    return Counts(
        people=1,
        learners=int(quarters > 0),
        reached=int(quarters >= YEARLY_TARGET_QUARTERS),
        quarters=quarters,
        completions=len(picked.records),
        certificates=len(picked.certificates),
        seats=len(picked.seats),
    )


def sum_months(entries: Iterable[HoursEntry]) -> list[int]:
    """Quarter hours by month."""
    months = [0] * MONTHS
    for entry in entries:
        months[int(_earned_on(entry)[5:7]) - 1] += entry.quarters
    return months


def split_terms(terms: Iterable[Term]) -> Mapping[str, list[Term]]:
    """Terms by branch."""
    split: dict[str, list[Term]] = {}
    for term in terms:
        split.setdefault(term.branch_id, []).append(term)
    return split


def is_completed_within(record: Record, terms: Sequence[Term]) -> bool:
    """Whether a course was completed on a day of these terms."""
    day = _completed_on(record)
    if record.source:
        return bool(day) and any(term.brings_along(day) for term in terms)
    return bool(day) and _covers(terms, day)


def _is_theirs(terms: Sequence[Term], entry: HoursEntry) -> bool:
    day = _earned_on(entry)
    if entry.source:
        return any(term.brings_along(day) for term in terms)
    return _covers(terms, day)


def _earned_on(entry: HoursEntry) -> str:
    """The day of an entry; of one that staff added for another year, the end of that
    year which is next to the day on which they did."""
    day = _day_of(entry.at)
    if day[:4] == str(entry.year):
        return day
    is_late = int(day[:4]) > entry.year
    return f"{entry.year}-12-31" if is_late else f"{entry.year}-01-01"


def _covers(terms: Sequence[Term], day: str) -> bool:
    return any(term.covers(day) for term in terms)


def _completed_on(record: Record) -> str:
    """The day on which it was completed; no day of ours where that was not noted."""
    return _day_of(record.done_at) if record.is_complete and record.done_at else ""


def _day_of(moment: datetime.datetime) -> str:
    return moment.astimezone(ZONE).date().isoformat()
