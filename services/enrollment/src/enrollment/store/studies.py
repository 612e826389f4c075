"""What people have watched and finished: projections of other services' events."""

from collections.abc import Iterable, Sequence

from chassis.projections.projection import ProjectedRow, Projection
from chassis.storage.aggregates import mapping_of

from enrollment.domain.studies import FinishedClass, ShownCourse, Watched
from enrollment.store import documents


class StoredStudies:
    """What people have watched and finished."""

    def __init__(self) -> None:
        self.courses = Projection(documents.CourseDocument, mapping_of(ShownCourse))
        self.watched = Projection(documents.WatchedDocument, mapping_of(Watched))
        self.finished = Projection(
            documents.FinishedClassDocument, mapping_of(FinishedClass)
        )

    def put_courses(self, rows: Iterable[ProjectedRow[ShownCourse]]) -> None:
        """Put rows of courses, each with its version; newer ones stay."""
        self.courses.put_rows(rows)

    def put_watched(self, rows: Iterable[ProjectedRow[Watched]]) -> None:
        """Put rows of who watched a lecture; newer ones stay."""
        self.watched.put_rows(rows)

    def put_finished(self, rows: Iterable[ProjectedRow[FinishedClass]]) -> None:
        """Put rows of who has the certificate of a class; newer ones stay."""
        self.finished.put_rows(rows)

    def find_begun(self, person_ids: Sequence[str], course_id: str) -> set[str]:
        """Those who have watched of a course."""
        course = self.courses.get(course_id)
        lectures = list(course.lectures) if course else []
        if not lectures:
            return set()
        wanted = {
            "person_id": {"$in": list(person_ids)},
            "lecture_id": {"$in": lectures},
        }
        return {row.person_id for row in self.watched.find(wanted)}

    def find_finished(self, person_ids: Sequence[str], class_id: str) -> set[str]:
        """Those who have the certificate of a class."""
        wanted = {"class_id": class_id, "person_id": {"$in": list(person_ids)}}
        return {row.person_id for row in self.finished.find(wanted)}
