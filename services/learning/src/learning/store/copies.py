"""The copies port over MongoEngine."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyThere,
    Form,
    NotThere,
    form_of,
)

from learning.domain.course import Course, Seat, TrainingClass

plain: Form[Course] = form_of(Course)


def _with_lectures(course: Course) -> dict[str, Any]:
    lectures = [lesson.lecture_id for lesson in course.lessons if lesson.lecture_id]
    return plain.to_fields(course) | {"lectures": sorted(set(lectures))}


COURSE_FORM = Form(_with_lectures, plain.from_fields)


@dataclass(frozen=True)
class ToldSeat:
    """A seat and the version of the enrolment that told it."""

    id: str
    person_id: str
    class_id: str
    course_id: str
    seated: bool
    told_version: int

    def seat(self) -> Seat:
        """The seat as the domain has it."""
        return Seat(self.id, self.person_id, self.class_id, self.course_id, self.seated)


def told(seat: Seat, version: int) -> ToldSeat:
    """A seat as it is kept."""
    return ToldSeat(
        seat.id, seat.person_id, seat.class_id, seat.course_id, seat.seated, version
    )


class StoredCopies:
    """What other services said."""

    def __init__(
        self,
        courses: Aggregates[Course],
        classes: Aggregates[TrainingClass],
        seats: Aggregates[ToldSeat],
    ) -> None:
        self.courses, self.classes, self.seats = courses, classes, seats

    def put_course(self, course: Course) -> None:
        """Keep a course unless a newer edition is kept."""
        try:
            self.courses.add(course.id, course)
        except AlreadyThere:
            self.courses.change(
                course.id,
                lambda kept: (course, ()) if kept.edition < course.edition else None,
            )

    def put_class(self, training_class: TrainingClass) -> None:
        """Keep a class; it is told once."""
        try:
            self.classes.add(training_class.id, training_class)
        except AlreadyThere:
            return

    def put_seats(self, seats: Iterable[tuple[Seat, int]]) -> None:
        """Keep seats with their versions unless newer ones are kept."""
        by_version = sorted(seats, key=lambda pair: pair[1])
        new = {seat.id: told(seat, version) for seat, version in by_version}
        there = self.seats.add_many((id_, seat, ()) for id_, seat in new.items())
        for id_ in sorted(there):
            self.seats.change(id_, partial(_newer, new[id_]))

    def courses_showing(self, lecture_id: str) -> list[Course]:
        """The courses in which this lecture is watched."""
        return self.courses.find({"lectures": lecture_id})

    def course(self, id_: str) -> Course | None:
        """One course, or None."""
        try:
            return self.courses.get(id_)
        except NotThere:
            return None

    def training_class(self, id_: str) -> TrainingClass | None:
        """One class, or None."""
        try:
            return self.classes.get(id_)
        except NotThere:
            return None

    def seats_of(self, person_id: str, course_id: str) -> list[Seat]:
        """A person's seats in classes of a course."""
        found = self.seats.find({"person_id": person_id, "course_id": course_id})
        return [kept.seat() for kept in found]


def _newer(fresh: ToldSeat, kept: ToldSeat) -> tuple[ToldSeat, tuple[()]] | None:
    if kept.told_version >= fresh.told_version:
        return None
    return replace(kept, seated=fresh.seated, told_version=fresh.told_version), ()
