"""The projections port: read models of other services' events."""

from collections.abc import Iterable, Sequence
from typing import Any

from chassis.projections.projection import ProjectedRow, Projection
from chassis.storage.aggregates import FieldMapping, mapping_of

from learning.domain.course import Course, Seat, TrainingClass
from learning.domain.record import Watched
from learning.store import documents

AT_ONCE = 100  # seats of one round of a make-up, well within its lease
plain: FieldMapping[Course] = mapping_of(Course)


def _with_lectures(course: Course) -> dict[str, Any]:
    lectures = [lesson.lecture_id for lesson in course.lessons if lesson.lecture_id]
    return plain.to_fields(course) | {"lectures": sorted(set(lectures))}


COURSE_FORM = FieldMapping(_with_lectures, plain.from_fields)


class StoredProjections:
    """Projections of other services' events."""

    def __init__(self) -> None:
        self.courses = Projection(documents.CourseDocument, COURSE_FORM)
        self.classes = Projection(documents.ClassDocument, mapping_of(TrainingClass))
        self.seats = Projection(documents.SeatDocument, mapping_of(Seat))
        self.watched_rows = Projection(documents.WatchedDocument, mapping_of(Watched))

    def put_courses(self, rows: Iterable[ProjectedRow[Course]]) -> None:
        """Put rows of courses, each with its version; newer ones stay."""
        self.courses.put_rows(rows)

    def put_classes(self, rows: Iterable[ProjectedRow[TrainingClass]]) -> None:
        """Put rows of classes, each with its version; newer ones stay."""
        self.classes.put_rows(rows)

    def put_seats(self, rows: Iterable[ProjectedRow[Seat]]) -> None:
        """Put rows of seats, each with its version; newer ones stay."""
        self.seats.put_rows(rows)

    def put_watched(self, rows: Iterable[ProjectedRow[Watched]]) -> None:
        """Put rows of how much is watched, each with its version; newer ones stay."""
        self.watched_rows.put_rows(rows)

    def find_courses_showing(self, lecture_id: str) -> list[Course]:
        """The courses in which this lecture is watched."""
        return self.courses.find({"lectures": lecture_id})

    def get_course(self, id_: str) -> Course | None:
        """The course with this id, or None."""
        return self.courses.get(id_)

    def get_class(self, id_: str) -> TrainingClass | None:
        """The class with this id, or None."""
        return self.classes.get(id_)

    def find_seats(self, person_id: str, course_id: str) -> list[Seat]:
        """A person's seats in classes of a course."""
        return self.seats.find({"person_id": person_id, "course_id": course_id})

    def find_next_seats(self, course_id: str, after: str) -> list[Seat]:
        """The next seats in classes of the course by id, lost ones included."""
        wanted = {"course_id": course_id, "_id": {"$gt": after}}
        return self.seats.find(wanted, sort=[("_id", 1)], limit=AT_ONCE)

    def find_watched_percents(self, person_id: str) -> dict[str, int]:
        """Per lecture, how many per cent of an edition the person has watched."""
        rows = self.watched_rows.find({"person_id": person_id})
        percents: dict[str, int] = {}
        for row in rows:
            most = max(row.percent, percents.get(row.lecture_id, 0))
            percents[row.lecture_id] = most
        return percents

    def get_watched(self, person_id: str, lecture_id: str, edition: int) -> int:
        """How many per cent of an edition the person has watched."""
        row = self.watched_rows.get(f"{person_id}.{lecture_id}.{edition}")
        return row.percent if row else 0

    def has_seat(self, person_id: str) -> bool:
        """Whether the person has a seat in some class, or had one."""
        return bool(self.seats.find({"person_id": person_id}, limit=1))

    def find_watched(
        self, persons: Sequence[str], lectures: Sequence[str]
    ) -> list[Watched]:
        """What these people have watched of these lectures."""
        return self.watched_rows.find(
            {
                "person_id": {"$in": list(persons)},
                "lecture_id": {"$in": list(lectures)},
            }
        )
