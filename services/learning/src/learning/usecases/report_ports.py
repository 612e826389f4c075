"""Ports of reports: what their use cases ask of the world, for many people at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from learning.domain.certificate import Certificate
from learning.domain.course import Course, Seat
from learning.domain.hours import HoursEntry
from learning.domain.record import Record, Watched
from learning.domain.report import Report, Term


@dataclass(frozen=True)
class ReportScope:
    """Whom a report is about: the members of all branches that `seen` reaches, of every
    branch for None, narrowed to `branch` and those below it where that is named."""

    seen: str | None
    branch: str = ""


PersonTerms = Mapping[str, Sequence[Term]]
"""Terms by person."""


class Terms(Protocol):
    """Enrollment, which knows how long which branch held whom."""

    def find_page(self, scope: ReportScope, after: str) -> tuple[PersonTerms, str]:
        """The next terms of a scope, and the cursor of those behind them, or empty.
        Raises UnknownBranch for a branch out of reach."""

    def find_of(self, scope: ReportScope, person_ids: Sequence[str]) -> PersonTerms:
        """The terms of these people in a scope. Raises UnknownBranch."""


class EarnedRead(Protocol):
    """What people have earned, for many at once."""

    def find_year(self, persons: Sequence[str], year: int) -> list[HoursEntry]:
        """The hours entries of these people in a year."""

    def find_records(self, persons: Sequence[str]) -> list[Record]:
        """The records of these people."""

    def find_certificates(self, persons: Sequence[str]) -> list[Certificate]:
        """The certificates of these people, replaced and revoked ones too."""

    def find_seats(self, persons: Sequence[str]) -> list[Seat]:
        """The seats of these people, lost ones too."""

    def find_watched(
        self, persons: Sequence[str], lectures: Sequence[str]
    ) -> list[Watched]:
        """What these people have watched of these lectures."""

    def find_courses(self) -> list[Course]:
        """Every course that was published."""


@dataclass(frozen=True)
class LatestReport:
    """A report as it is kept: what was made last, if any was, and how many seconds that
    took; `is_due` while a newer one is asked for."""

    scope: ReportScope
    year: int
    made: Report | None = None
    seconds: float = 0.0
    is_due: bool = False


class Reports(Protocol):
    """Reports that were made, so that a large one is not made for each look."""

    def get(self, scope: ReportScope, year: int) -> LatestReport:
        """What is kept of a report, empty if nothing is."""

    def put(self, kept: LatestReport) -> None:
        """Keep a report as it was made."""

    def ask(self, scope: ReportScope, year: int) -> None:
        """A worker shall make it anew."""

    def claim(self) -> LatestReport | None:
        """The report that was asked for longest ago, leased to this worker."""

    def drop(self, scope: ReportScope, year: int) -> None:
        """Forget a report whose branch is out of reach by now."""
