"""The lectures port over MongoEngine."""

from collections.abc import Iterable, Sequence

from chassis.projections.projection import ProjectedRow, Projection
from chassis.storage.aggregates import mapping_of

from catalog.domain.lecture import Lecture
from catalog.store import documents


class StoredLectures:
    """Lectures as media published them: a projection."""

    def __init__(self) -> None:
        self.rows = Projection(documents.LectureDocument, mapping_of(Lecture))

    def put(self, rows: Iterable[ProjectedRow[Lecture]]) -> None:
        """Put rows of lectures, unless a newer one of a lecture is there."""
        self.rows.put_rows(rows)

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Lecture]:
        """The lectures with these ids that media has published."""
        lectures = self.rows.find({"_id": {"$in": list(ids)}})
        return {lecture.id: lecture for lecture in lectures}
