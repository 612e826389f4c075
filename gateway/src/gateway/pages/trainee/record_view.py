"""What the record shows of a year, made of what the services answered."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from contracts.http.catalog import CourseOut
from contracts.http.learning import CertificateOut, HoursOut

from gateway.clients.parts import Unavailable
from gateway.pages.formats import format_day
from gateway.pages.learning_record import Progress, view_progress
from gateway.pages.trainee.own_classes import (
    RUNNING,
    TO_DO,
    ClassAnswers,
    OwnClass,
    find_own_classes,
)

PATH = "/record"
NOT_DONE = 99
"""As far as a course is shown in which something is left: 100 means done."""


@dataclass(frozen=True)
class YearTab:
    """A year of the record."""

    path: str
    text: str
    is_current: bool


@dataclass(frozen=True)
class CourseUnderWay:
    """A course that is being learnt, how far it is, and until when there is time."""

    path: str
    title: str
    percent: int
    until: str


@dataclass(frozen=True)
class YearAnswers:
    """What learning answered of a year; `asked` is None for this one, `this_year`."""

    asked: int | None
    this_year: int
    hours: HoursOut | Unavailable
    certificates: list[CertificateOut] | Unavailable

    @property
    def year(self) -> int:
        """The year that is shown."""
        if self.asked is not None:
            return self.asked
        return (
            self.this_year if isinstance(self.hours, Unavailable) else self.hours.year
        )


def view_years(answers: YearAnswers) -> list[YearTab]:
    """The years that have something, this one and the one that is shown: the latest
    first, none where there is but one."""
    years = {answers.this_year, answers.year}
    if not isinstance(answers.hours, Unavailable):
        years.update(answers.hours.years)
    years.update(_year_of(certificate) for certificate in answers.certificates)
    if len(years) == 1:
        return []
    return [
        YearTab(
            path=PATH if year == answers.this_year else f"{PATH}?year={year}",
            text=str(year),
            is_current=year == answers.year,
        )
        for year in sorted(years, reverse=True)
    ]


def find_certificates(answers: YearAnswers) -> list[CertificateOut] | Unavailable:
    """The certificates that were issued in the year that is shown."""
    found = answers.certificates
    if isinstance(found, Unavailable):
        return found
    return [one for one in found if _year_of(one) == answers.year]


def poll_path(asked: int | None, seen: str) -> str:
    """Where an open record asks whether there is something new."""
    query = {"seen": seen} if asked is None else {"seen": seen, "year": str(asked)}
    return f"{PATH}?{urlencode(query)}"


def view_under_way(answers: ClassAnswers) -> list[CourseUnderWay] | Unavailable:
    """The courses of running classes, and of others where something was begun; each
    once, the one that ends first on top."""
    for part in (answers.enrolments, answers.courses, answers.record):
        if isinstance(part, Unavailable):
            return part
    shown: dict[str, CourseUnderWay] = {}
    for own in find_own_classes(answers):
        course = _view_course(own, answers)
        if course is not None and (own.stage == RUNNING or course.percent):
            shown.setdefault(own.enrolment.course_id, course)
    return list(shown.values())


def _view_course(own: OwnClass, answers: ClassAnswers) -> CourseUnderWay | None:
    """The course of a class in which something is to do."""
    course = own.course
    if course is None or own.stage not in TO_DO or not own.lessons:
        return None
    progress = view_progress(answers.record, answers.watched, course)
    percents = list(_percents_of(course, progress))
    return CourseUnderWay(
        path=own.lessons[0].path,
        title=course.title,
        percent=min(sum(percents) // len(percents), NOT_DONE),
        until=format_day(own.known.ends_on) if own.known else "",
    )


def _percents_of(course: CourseOut, progress: Progress) -> Iterator[int]:
    """How far each lesson is; each counts alike, however long."""
    for lesson in course.lessons:
        if lesson.is_completable:
            is_done = lesson.lesson_id in progress.done
            yield 100 if is_done else progress.watched.get(lesson.lecture_id, 0)


def _year_of(certificate: CertificateOut) -> int:
    return datetime.date.fromisoformat(certificate.issued_on).year
