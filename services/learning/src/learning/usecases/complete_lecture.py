"""A watched lecture: hours, lessons, perhaps the course, perhaps a certificate."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from learning.domain import hours
from learning.domain.certificate import Certificate, number_for
from learning.domain.course import Course, Lesson, Seat, TrainingClass
from learning.domain.errors import NotConsumedYet
from learning.domain.hours import pick_first
from learning.domain.record import Record, join_records
from learning.usecases.ports import (
    BranchNames,
    Certificates,
    Groups,
    Ledger,
    Names,
    Now,
    Projections,
    Records,
    Seal,
)
from learning.usecases.remove_names import remove_names


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
        groups: Groups,
    ) -> None:
        self.projections, self.records, self.ledger = projections, records, ledger
        self.certify, self.groups = certify, groups

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
        entry = hours.for_lecture(
            completion.person_id,
            completion.lecture_id,
            completion.edition,
            completion.seconds,
            title,
            completion.at,
        )
        counted = self.ledger.find_imported(
            self.groups.find_group(completion.person_id),
            sorted(course.id for course in courses),
        )
        for imported in counted.values():
            entry = hours.as_counted(entry, imported)
        self.ledger.credit(entry)
        for course in self.projections.find_courses_showing(completion.lecture_id):
            for lesson in course.lessons_showing(completion.lecture_id):
                self._complete_lesson(
                    completion.person_id, course, lesson, completion.at
                )

    def make_up(self, course: Course, persons: Sequence[str]) -> None:
        """Complete what these had watched before the course or their seat was known,
        under whichever of their records.

        Raises NotConsumedYet, after all others, where a certificate must wait for what
        comes late; a repeat goes on with those.
        """
        groups = self.groups.find_groups(persons).values()
        everyone = sorted({member for group in groups for member in group})
        shown = sorted({lesson.lecture_id for lesson in course.lessons} - {""})
        credited: dict[str, dict[str, datetime.datetime]] = {}
        for (person, lecture), entry in self.ledger.find_credited(
            everyone, shown
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
            self.certify_human(record)
        elif not new:  # an edition that drops a lesson may complete it
            at = watched[earned[0].lecture_id]
            self._complete_lesson(record.person_id, course, earned[0], at)

    def _complete_lesson(
        self, person_id: str, course: Course, lesson: Lesson, at: datetime.datetime
    ) -> None:
        def decide_completion(record: Record) -> tuple[Record, list[object]] | None:
            return record.complete_lesson(course, lesson.lesson_id, at)

        self.certify_human(self.records.change(person_id, course.id, decide_completion))

    def certify_human(self, record: Record, *, imported: bool = False) -> None:
        """Issue what this record brings, with all others of the same human; in silence
        where it was imported.

        Raises NotConsumedYet.
        """
        group = self.groups.find_group(record.person_id)
        if len(group) > 1:
            record = self.join_course(group, record.course_id)
        if record.is_complete:
            for seat in self.find_earned_seats(group, record):
                self.certify(seat, group, imported=imported)

    def join_course(self, group: Sequence[str], course_id: str) -> Record:
        """How far one human is in a course, by all records together: completed when
        the last lesson that lacked was done first, under whichever of them."""
        course = self.projections.get_course(course_id)
        joined = join_records(self.records.find_by_course(course_id, group), course)
        lectures = {one.lecture_id for one in course.lessons} if course else set()
        entries = self.ledger.find_credited(group, sorted(lectures - {""}))
        first = pick_first(entries)
        if not joined.is_complete or lectures != first.keys():
            return joined
        moment = max(entry.at for entry in first.values())
        return replace(joined, done_at=min(moment, joined.done_at or moment))

    def find_earned_seats(self, group: Sequence[str], record: Record) -> list[Seat]:
        """The seats of one human in which a complete record was earned, or before."""
        return [
            seat
            for person_id in group
            for seat in self.projections.find_seats(person_id, record.course_id)
            if seat.counts_at(record.completed_at)
        ]


class Certify:
    """Issue the certificate of a class to a person who has completed its course.

    Without `branch_names` neither the branch nor the days of the class are printed.
    """

    def __init__(
        self,
        projections: Projections,
        ledger: Ledger,
        certificates: Certificates,
        seal: Seal,
        names: Names,
        branch_names: BranchNames | None,
        now: Now,
        issuer: str,
        secret: bytes,
    ) -> None:
        self.projections, self.ledger = projections, ledger
        self.certificates, self.seal, self.names = certificates, seal, names
        self.branch_names, self.now = branch_names, now
        self.issuer, self.secret = issuer, secret

    def __call__(
        self, seat: Seat, group: Sequence[str] = (), *, imported: bool = False
    ) -> None:
        """Issue it once, to the first of the records of one human, which is the seat's
        own where no others are named. Raises NotConsumedYet."""
        group = group or (seat.person_id,)
        training_class = self.projections.get_class(seat.class_id)
        course = self.projections.get_course(seat.course_id)
        if training_class is None or course is None:
            raise NotConsumedYet(f"class {seat.class_id} is not known yet")
        today = self.now().astimezone(hours.ZONE).date()
        found = [self.certificates.get_by_class(one, seat.class_id) for one in group]
        known = [certificate for certificate in found if certificate is not None]
        if any(not certificate.is_lapsed for certificate in known):
            for certificate in known:
                self.remove_deleted(certificate.person_id)
            return
        lapsed = next((one for one in known if one.person_id == group[0]), None)
        before = lapsed.number if lapsed else ""
        certificate = Certificate(
            number=number_for(self.secret, today.year, seat.class_id, group[0], before),
            person_id=group[0],
            class_id=seat.class_id,
            name=self.names.get_name(group[0]),
            title=training_class.title,
            hours=f"{self._count_quarters(group, course) / 4:.2f}",
            issued_on=today.isoformat(),
            issuer=self.issuer,
            replaces=before,
            joined=tuple(group[1:]),
            **self._find_details(seat, training_class),
        )
        self.issue(certificate, imported=imported)
        if before:
            number = certificate.number
            self.certificates.change(before, lambda old: old.replace_by(number))

    def issue(self, certificate: Certificate, *, imported: bool = False) -> None:
        """Issue a certificate; without the name, if the person was deleted since that
        was asked for."""
        self.certificates.issue(self.seal.sign(certificate), imported=imported)
        self.remove_deleted(certificate.person_id)

    def remove_deleted(self, person_id: str) -> bool:
        """Take the names of who was deleted from certificates that were issued at the
        same moment, also by a process that died of it; whether the person was."""
        is_deleted = self.names.is_deleted(person_id)
        if is_deleted:
            remove_names(self.certificates, self.seal, person_id)
        return is_deleted

    def _find_details(self, seat: Seat, class_: TrainingClass) -> dict[str, str]:
        """The days of the class, and what the branch is called that asked for the seat,
        if that is known."""
        if self.branch_names is None:
            return {}
        branch = seat.branch_id
        name = self.branch_names.get_branch_name(branch) if branch else ""
        days = {"starts_on": class_.starts_on, "ends_on": class_.ends_on}
        return {"branch_name": name, **days}

    def _count_quarters(self, group: Sequence[str], course: Course) -> int:
        """Hours earned on the course's lectures, in whatever year, each once; and those
        that were brought along for the course."""
        lectures = sorted({lesson.lecture_id for lesson in course.lessons} - {""})
        entries = self.ledger.find_credited(group, lectures)
        entries |= self.ledger.find_imported(group, [course.id])
        return sum(entry.quarters for entry in pick_first(entries).values())
