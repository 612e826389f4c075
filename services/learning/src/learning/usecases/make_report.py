"""Make the report of a year: small ones when they are asked for, others by a worker.

Which branch held whom is asked of enrollment each time, so a report follows transfers
that were entered late; nothing of it is kept here but sums under branch ids.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from learning.domain.course import Course
from learning.domain.errors import UnknownBranch
from learning.domain.hours import imported_course_of, lecture_of
from learning.domain.report import (
    MONTHS,
    BranchLine,
    Counts,
    CourseLine,
    Earned,
    Report,
    Term,
    count_earned,
    pick_earned,
    split_terms,
    sum_months,
)
from learning.usecases.ports import Now
from learning.usecases.read_earned import ReadEarned
from learning.usecases.report_ports import (
    LatestReport,
    PersonTerms,
    Reports,
    ReportScope,
    Terms,
)

PEOPLE_AT_ONCE = 250
"""Humans whose entries are held at once: some thousands of documents."""
FRESH_SECONDS = 60.0
"""A report as old as that is shown without a newer one being made."""
FRESH_FOR_EACH_SECOND = 20.0
"""One that took long is shown longer: at most a twentieth of a worker goes into it."""


@dataclass
class _Sums:
    """What is summed while humans are read."""

    total: Counts = field(default_factory=Counts)
    months: list[int] = field(default_factory=lambda: [0] * MONTHS)
    branches: dict[str, Counts] = field(default_factory=dict)
    quarters: dict[str, int] = field(default_factory=dict)
    completions: dict[str, int] = field(default_factory=dict)
    seats: dict[str, int] = field(default_factory=dict)

    def add_human(self, earned: Earned, terms: Sequence[Term], year: int) -> None:
        """One human counts once in the whole, and in each branch that held them."""
        picked = pick_earned(earned, terms, year)
        self.total += count_earned(picked)
        pairs = zip(self.months, sum_months(picked.entries), strict=True)
        self.months = [one + other for one, other in pairs]
        for entry in picked.entries:
            subject = imported_course_of(entry) or lecture_of(entry)
            _raise_by(self.quarters, subject, entry.quarters)
        for record in picked.records:
            _raise_by(self.completions, record.course_id, 1)
        for seat in picked.seats:
            _raise_by(self.seats, seat.course_id, 1)
        for branch_id, own in split_terms(terms).items():
            counts = count_earned(pick_earned(earned, own, year))
            self.branches[branch_id] = self.branches.get(branch_id, Counts()) + counts


class MakeReport:
    """Makes reports, and keeps them as long as they are fresh."""

    def __init__(
        self, terms: Terms, read: ReadEarned, reports: Reports, now: Now
    ) -> None:
        self.terms, self.read, self.reports, self.now = terms, read, reports, now

    def show_report(self, scope: ReportScope, year: int) -> LatestReport:
        """The report that was made last, made now where it is small or was never made.

        One of many people is made by a worker; until then the last one is shown, or
        none. Raises UnknownBranch.
        """
        first, after = self.terms.find_page(scope, "")  # the border, at each look
        latest = self.reports.get(scope, year)
        if latest.made and self._is_fresh(latest):
            return latest
        if not after:
            return self._make(scope, year, first)
        if not latest.is_due:
            self.reports.ask(scope, year)
        return latest

    def make_next(self) -> bool:
        """Make the next report that was asked for; False if none is."""
        claimed = self.reports.claim()
        if claimed is None:
            return False
        try:
            everybody = self._read_terms(claimed.scope)
        except UnknownBranch:
            self.reports.drop(claimed.scope, claimed.year)
            return True
        self._make(claimed.scope, claimed.year, everybody)
        return True

    def count_people(
        self, scope: ReportScope, year: int, person_ids: Sequence[str]
    ) -> dict[str, Counts]:
        """What each of these people did in the year while the scope's branches held
        them; of whom none did, nothing. Raises UnknownBranch."""
        groups = self.read.groups.find_groups(person_ids)
        every = sorted({id_ for group in groups.values() for id_ in group})
        terms = self.terms.find_of(scope, every)
        held = {id_: _terms_of(terms, group, year) for id_, group in groups.items()}
        wanted = {id_: groups[id_] for id_ in person_ids if held[id_]}
        earned = self.read(wanted, year)
        return {
            id_: count_earned(pick_earned(earned[id_], held[id_], year))
            for id_ in wanted
        }

    def _is_fresh(self, latest: LatestReport) -> bool:
        made_at = latest.made.made_at if latest.made else None
        age = (self.now() - made_at).total_seconds() if made_at else float("inf")
        return age < max(FRESH_SECONDS, FRESH_FOR_EACH_SECOND * latest.seconds)

    def _read_terms(self, scope: ReportScope) -> dict[str, list[Term]]:
        everybody: dict[str, list[Term]] = {}
        after, has_more = "", True
        while has_more:
            page, after = self.terms.find_page(scope, after)
            for person_id, terms in page.items():
                everybody.setdefault(person_id, []).extend(terms)
            has_more = bool(after)
        return everybody

    def _make(
        self, scope: ReportScope, year: int, everybody: PersonTerms
    ) -> LatestReport:
        began, sums = time.monotonic(), _Sums()
        for humans in self._split_humans(everybody, year):
            groups = {id_: group for id_, (group, _) in humans.items()}
            earned = self.read(groups, year)
            for id_, (_, terms) in humans.items():
                sums.add_human(earned[id_], terms, year)
        report = self._close(sums, year)
        latest = LatestReport(scope, year, report, time.monotonic() - began)
        self.reports.put(latest)
        return latest

    def _split_humans(
        self, everybody: PersonTerms, year: int
    ) -> Iterator[dict[str, tuple[tuple[str, ...], list[Term]]]]:
        """Some humans at a time, by the record that counts: all records of each, and
        the terms of all of them that touch the year."""
        ids, seen = sorted(everybody), set[str]()
        for start in range(0, len(ids), PEOPLE_AT_ONCE):
            groups = self.read.groups.find_groups(ids[start : start + PEOPLE_AT_ONCE])
            new = {group[0]: group for group in groups.values() if group[0] not in seen}
            seen |= new.keys()
            humans = {
                id_: (group, _terms_of(everybody, group, year))
                for id_, group in new.items()
            }
            yield {id_: human for id_, human in humans.items() if human[1]}

    def _close(self, sums: _Sums, year: int) -> Report:
        courses = self.read.rows.find_courses()
        lines = (_course_line(course, sums) for course in courses)
        return Report(
            year,
            self.now(),
            sums.total,
            tuple(sums.months),
            tuple(BranchLine(*line) for line in sorted(sums.branches.items())),
            tuple(
                sorted(
                    (one for one in lines if one.completions or one.seats),
                    key=lambda one: (-one.completions, -one.seats, one.course_id),
                )
            ),
        )


def _terms_of(everybody: PersonTerms, group: Sequence[str], year: int) -> list[Term]:
    terms = (term for id_ in group for term in everybody.get(id_, ()))
    return [term for term in terms if term.has_days_in(year)]


def _course_line(course: Course, sums: _Sums) -> CourseLine:
    """Hours of a lecture that two courses show are named with both."""
    subjects = {lesson.lecture_id for lesson in course.lessons} - {""} | {course.id}
    return CourseLine(
        course.id,
        course.title,
        sum(sums.quarters.get(subject, 0) for subject in subjects),
        sums.completions.get(course.id, 0),
        sums.seats.get(course.id, 0),
    )


def _raise_by(sums: dict[str, int], key: str, more: int) -> None:
    sums[key] = sums.get(key, 0) + more
