"""Standings of people in a class, for many at once: no question for each of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from learning.domain.certificate import Certificate
from learning.domain.course import Course, TrainingClass
from learning.domain.hours import HoursEntry
from learning.domain.record import Record, Watched
from learning.domain.standing import Standing, judge_standing, list_lectures
from learning.usecases.ports import Groups


class CoursesRead(Protocol):
    """Courses and classes as they are, and what was watched."""

    def get_course(self, id_: str) -> Course | None:
        """The course with this id, or None."""

    def get_class(self, id_: str) -> TrainingClass | None:
        """The class with this id, or None."""

    def find_watched(
        self, persons: Sequence[str], lectures: Sequence[str]
    ) -> Iterable[Watched]:
        """What these people have watched of these lectures."""


class RecordsRead(Protocol):
    """Records of people in courses."""

    def find_by_course(self, course_id: str, persons: Sequence[str]) -> list[Record]:
        """The records of these people in a course, empty ones included."""


class LedgerRead(Protocol):
    """The hours ledger."""

    def find_credited(
        self, persons: Sequence[str], lectures: Sequence[str]
    ) -> dict[tuple[str, str], HoursEntry]:
        """The hours entries of these people for these lectures, of whatever year."""

    def find_imported(
        self, persons: Sequence[str], courses: Sequence[str]
    ) -> dict[tuple[str, str], HoursEntry]:
        """The imported hours entries of these people for these courses."""


class CertificatesRead(Protocol):
    """Issued certificates."""

    def find_of_class(
        self, class_id: str, persons: Sequence[str]
    ) -> Iterable[Certificate]:
        """The certificates that these people have of a class, replaced ones too."""


@dataclass
class _Done:
    """What stands under one record for a class and its course."""

    records: list[Record] = field(default_factory=list)
    watched: list[Watched] = field(default_factory=list)
    entries: dict[tuple[str, str], HoursEntry] = field(default_factory=dict)
    certificates: list[Certificate] = field(default_factory=list)


class FindStandings:
    """How far people are in a class. A class not yet heard of has no lessons."""

    def __init__(
        self,
        courses: CoursesRead,
        records: RecordsRead,
        ledger: LedgerRead,
        certificates: CertificatesRead,
        groups: Groups,
    ) -> None:
        self.courses, self.records, self.ledger = courses, records, ledger
        self.certificates, self.groups = certificates, groups

    def __call__(self, class_id: str, person_ids: Sequence[str]) -> dict[str, Standing]:
        """The standings by person, each by all records of that human."""
        groups = self.groups.find_groups(person_ids)
        every = sorted({id_ for group in groups.values() for id_ in group})
        course, done = self._read_class(class_id, every)
        return {
            id_: judge_standing(
                course,
                [one for member in group for one in done[member].records],
                join_percents(one for member in group for one in done[member].watched),
                {
                    pair: entry
                    for member in group
                    for pair, entry in done[member].entries.items()
                },
                [one for member in group for one in done[member].certificates],
            )
            for id_, group in groups.items()
        }

    def _read_class(
        self, class_id: str, persons: Sequence[str]
    ) -> tuple[Course | None, dict[str, _Done]]:
        """The course of a class, and what each record has done in it."""
        done = {id_: _Done() for id_ in persons}
        run = self.courses.get_class(class_id)
        course = self.courses.get_course(run.course_id) if run else None
        lectures = list_lectures(course)
        if run:
            for record in self.records.find_by_course(run.course_id, persons):
                done[record.person_id].records.append(record)
            imported = self.ledger.find_imported(persons, [run.course_id])
            for pair, entry in imported.items():
                done[entry.person_id].entries[pair] = entry
        if lectures:
            for one in self.courses.find_watched(persons, lectures):
                done[one.person_id].watched.append(one)
            credited = self.ledger.find_credited(persons, lectures)
            for pair, entry in credited.items():
                done[entry.person_id].entries[pair] = entry
        for certificate in self.certificates.find_of_class(class_id, persons):
            done[certificate.person_id].certificates.append(certificate)
        return course, done


def join_percents(watched: Iterable[Watched]) -> dict[str, int]:
    """Per lecture the most that was watched of any edition, under any record."""
    percents: dict[str, int] = {}
    for one in watched:
        most = max(one.percent, percents.get(one.lecture_id, 0))
        percents[one.lecture_id] = most
    return percents
