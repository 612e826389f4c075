"""What one human has earned, by all of their records together; nothing counts twice."""

from collections.abc import Callable, Iterable, Sequence

from learning.domain.certificate import Certificate
from learning.domain.course import Course
from learning.domain.hours import (
    LECTURE,
    HoursEntry,
    imported_course_of,
    lecture_of,
    pick_first,
)
from learning.domain.record import Record, join_records
from learning.usecases.ports import Certificates, Ledger, Projections, Records


def find_hours(ledger: Ledger, group: Sequence[str], year: int) -> list[HoursEntry]:
    """The hours entries of one human in a year, newest first; one lecture under two
    records, or one course imported for both, counts in the year of the first, with the
    corrections of that entry."""
    entries = [one for id_ in group for one in ledger.find_by_person(id_, year)]
    if len(group) > 1:
        twice = _find_repeated(ledger, group, entries)
        entries = [entry for entry in entries if entry.base_id not in twice]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _find_repeated(
    ledger: Ledger, group: Sequence[str], entries: Iterable[HoursEntry]
) -> set[str]:
    """Those of one human's entries that say what an earlier one says."""
    once = [entry for entry in entries if entry.reason == LECTURE]
    courses = {imported_course_of(entry) for entry in once} - {""}
    lectures = {lecture_of(entry) for entry in once if not imported_course_of(entry)}
    found = ledger.find_credited(group, sorted(lectures))
    imported = ledger.find_imported(group, sorted(courses))
    first = [*pick_first(found).values(), *pick_first(imported).values()]
    return {entry.id for entry in once} - {entry.id for entry in first}


def find_years(ledger: Ledger, group: Sequence[str]) -> list[int]:
    """The years in which one human has hours, the latest first; by the same rule, so
    that none of them is empty."""
    years = {year for id_ in group for year in ledger.find_years(id_)}
    if len(group) > 1:
        years = {year for year in years if find_hours(ledger, group, year)}
    return sorted(years, reverse=True)


def find_records(
    records: Records, projections: Projections, group: Sequence[str]
) -> list[Record]:
    """The records of one human, one for each course."""
    found = [one for id_ in group for one in records.find_by_person(id_)]
    return join_by_course(found, projections.get_course)


def join_by_course(
    records: Iterable[Record], get_course: Callable[[str], Course | None]
) -> list[Record]:
    """The records of one human, one for each course."""
    by_course: dict[str, list[Record]] = {}
    for record in records:
        by_course.setdefault(record.course_id, []).append(record)
    return [
        of_course[0]
        if len(of_course) == 1
        else join_records(of_course, get_course(course_id))
        for course_id, of_course in by_course.items()
    ]


def find_certificates(
    certificates: Certificates, group: Sequence[str]
) -> list[Certificate]:
    """The certificates of one human, one for each class: the survivor's before others,
    and one that holds before one that was revoked."""
    found = [one for id_ in group for one in certificates.find_by_person(id_)]
    by_class: dict[str, Certificate] = {}
    for certificate in sorted(found, key=lambda one: bool(one.revoked_on)):
        if not certificate.is_lapsed:
            by_class.setdefault(certificate.class_id, certificate)
    return sorted(by_class.values(), key=lambda one: (one.issued_on, one.number))


def find_percents(projections: Projections, group: Sequence[str]) -> dict[str, int]:
    """Per lecture, how many per cent one human has watched at most."""
    percents: dict[str, int] = {}
    for person_id in group:
        for lecture, percent in projections.find_watched_percents(person_id).items():
            percents[lecture] = max(percent, percents.get(lecture, 0))
    return percents
