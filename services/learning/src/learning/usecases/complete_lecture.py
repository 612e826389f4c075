"""A watched lecture: hours, lessons, perhaps the course, perhaps a certificate."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from learning.domain import hours
from learning.domain.certificate import Certificate, number_for
from learning.domain.course import Course, Lesson, Seat
from learning.domain.errors import NotConsumedYet
from learning.domain.record import Record
from learning.usecases.ports import (
    Certificates,
    Ledger,
    Names,
    Now,
    Projections,
    Records,
    Seal,
)


@dataclass(frozen=True)
class Completion:
    """A lecture that a person has watched to the end, at a moment."""

    person_id: str
    lecture_id: str
    edition: int
    seconds: float
    at: datetime.datetime


class CompleteLecture:
    """Every step is found done when it is repeated."""

    def __init__(
        self,
        projections: Projections,
        records: Records,
        ledger: Ledger,
        certify: "Certify",
    ) -> None:
        self.projections, self.records, self.ledger = projections, records, ledger
        self.certify = certify

    def __call__(self, completion: Completion) -> None:
        """Credit its hours and complete its lessons.

        Raises NotConsumedYet while no course shows the lecture.
        Courses are looked up once more when the hours are credited: one that came
        meanwhile has seen them, or is seen here.
        """
        courses = self.projections.find_courses_showing(completion.lecture_id)
        if not courses:
            raise NotConsumedYet(f"no course shows lecture {completion.lecture_id}")
        title = courses[0].lessons_showing(completion.lecture_id)[0].title
        self.ledger.credit(
            hours.for_lecture(
                completion.person_id,
                completion.lecture_id,
                completion.edition,
                completion.seconds,
                title,
                completion.at,
            )
        )
        for course in self.projections.find_courses_showing(completion.lecture_id):
            for lesson in course.lessons_showing(completion.lecture_id):
                self._complete_lesson(
                    completion.person_id, course, lesson, completion.at
                )

    def make_up(self, course: Course, persons: Sequence[str]) -> None:
        """Complete what these had watched before the course or their seat was known.

        Raises NotConsumedYet, after all others, where a certificate must wait for what
        comes late; a repeat goes on with those.
        """
        shown = sorted({lesson.lecture_id for lesson in course.lessons} - {""})
        credited: dict[str, dict[str, datetime.datetime]] = {}
        for (person, lecture), entry in self.ledger.find_credited(
            persons, shown
        ).items():
            credited.setdefault(person, {})[lecture] = entry.at
        missing: list[NotConsumedYet] = []
        for record in self.records.find_by_course(course.id, sorted(credited)):
            try:
                self._make_up_for(record, course, credited[record.person_id])
            except NotConsumedYet as waiting:
                missing.append(waiting)
        if missing:
            raise missing[0]

    def _make_up_for(
        self, record: Record, course: Course, watched: Mapping[str, datetime.datetime]
    ) -> None:
        earned = [lesson for lesson in course.lessons if lesson.lecture_id in watched]
        new = [
            lesson for lesson in earned if lesson.lesson_id not in record.lessons_done
        ]
        for lesson in new:
            at = watched[lesson.lecture_id]
            self._complete_lesson(record.person_id, course, lesson, at)
        if not new and record.is_complete:
            self.certify_seats(record)
        elif not new:  # an edition that drops a lesson may complete it
            at = watched[earned[0].lecture_id]
            self._complete_lesson(record.person_id, course, earned[0], at)

    def _complete_lesson(
        self, person_id: str, course: Course, lesson: Lesson, at: datetime.datetime
    ) -> None:
        def decide_completion(record: Record) -> tuple[Record, list[object]] | None:
            return record.complete_lesson(course, lesson.lesson_id, at)

        record = self.records.change(person_id, course.id, decide_completion)
        if record.is_complete:
            self.certify_seats(record)

    def certify_seats(self, record: Record) -> None:
        """Issue what a complete record brings. Raises NotConsumedYet."""
        for seat in self.projections.find_seats(record.person_id, record.course_id):
            if seat.counts_at(record.completed_at):
                self.certify(seat)


class Certify:
    """Issue the certificate of a class to a person who has completed its course."""

    def __init__(
        self,
        projections: Projections,
        ledger: Ledger,
        certificates: Certificates,
        seal: Seal,
        names: Names,
        now: Now,
        issuer: str,
        secret: bytes,
    ) -> None:
        self.projections, self.ledger = projections, ledger
        self.certificates, self.seal, self.names = certificates, seal, names
        self.now, self.issuer, self.secret = now, issuer, secret

    def __call__(self, seat: Seat) -> None:
        """Issue it once. Raises NotConsumedYet."""
        training_class = self.projections.get_class(seat.class_id)
        course = self.projections.get_course(seat.course_id)
        if training_class is None or course is None:
            raise NotConsumedYet(f"class {seat.class_id} is not known yet")
        today = self.now().astimezone(hours.ZONE).date()
        if self.certificates.get_by_class(seat.person_id, seat.class_id) is not None:
            return
        certificate = Certificate(
            number=number_for(self.secret, today.year, seat.class_id, seat.person_id),
            person_id=seat.person_id,
            class_id=seat.class_id,
            name=self.names.get_name(seat.person_id),
            title=training_class.title,
            hours=f"{self._count_quarters(seat.person_id, course) / 4:.2f}",
            issued_on=today.isoformat(),
            issuer=self.issuer,
        )
        self.certificates.issue(self.seal.sign(certificate))

    def _count_quarters(self, person_id: str, course: Course) -> int:
        """Hours earned on the course's lectures, in whatever year."""
        lectures = sorted({lesson.lecture_id for lesson in course.lessons} - {""})
        entries = self.ledger.find_credited([person_id], lectures).values()
        return sum(entry.quarters for entry in entries)
