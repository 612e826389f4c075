"""The courses, classes and lectures ports over MongoEngine."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyThere,
    Form,
    NotThere,
    form_of,
)
from chassis.storage.copies import Copies, Told

from catalog.domain.course import PUBLISHED, Course
from catalog.domain.lecture import Lecture
from catalog.domain.training_class import OPEN, TrainingClass
from catalog.domain.words import words_of
from catalog.store import documents

Facts = Sequence[object]
plain: Form[Course] = form_of(Course)


def _to_fields(course: Course) -> dict[str, Any]:
    lessons = [lesson.title for lesson in course.lessons]
    words = words_of(course.title, course.summary, course.teacher, *lessons)
    return plain.to_fields(course) | {"words": words}


COURSE_FORM = Form(_to_fields, plain.from_fields)


class StoredCourses:
    """Courses."""

    def __init__(self, rows: Aggregates[Course]) -> None:
        self.rows = rows

    def get(self, id_: str) -> Course | None:
        """One course, or None."""
        try:
            return self.rows.get(id_)
        except NotThere:
            return None

    def add(self, course: Course) -> None:
        """Put a new one; the same one again stays."""
        try:
            self.rows.add(course.id, course)
        except AlreadyThere:
            return

    def change(
        self, id_: str, decide: Callable[[Course], tuple[Course, Facts] | None]
    ) -> Course:
        """Read, decide, write under the version that was read."""
        return self.rows.change(id_, decide)

    def published(
        self, module: str, words: Sequence[str], after: str, limit: int
    ) -> list[Course]:
        """Published courses of a module and with all these words, by id."""
        filter_: dict[str, Any] = {"state": PUBLISHED, "_id": {"$gt": after}}
        if module:
            filter_["module"] = module
        if words:
            filter_["words"] = {"$all": list(words)}
        return self.rows.find(filter_, sort=[("_id", 1)], limit=limit)

    def count_by_module(self) -> dict[str, int]:
        """How many published courses each module has."""
        counted = self.rows.collection.aggregate(
            [
                {"$match": {"state": PUBLISHED}},
                {"$group": {"_id": "$module", "courses": {"$sum": 1}}},
            ]
        )
        return {row["_id"]: row["courses"] for row in counted}


class StoredClasses:
    """Training classes."""

    def __init__(self, rows: Aggregates[TrainingClass]) -> None:
        self.rows = rows

    def get(self, id_: str) -> TrainingClass | None:
        """One class, or None."""
        try:
            return self.rows.get(id_)
        except NotThere:
            return None

    def add(self, training_class: TrainingClass, facts: Facts) -> None:
        """Put a new one with what it tells; the same one again stays."""
        try:
            self.rows.add(training_class.id, training_class, facts)
        except AlreadyThere:
            return

    def change(
        self,
        id_: str,
        decide: Callable[[TrainingClass], tuple[TrainingClass, Facts] | None],
    ) -> TrainingClass:
        """Read, decide, write under the version that was read."""
        return self.rows.change(id_, decide)

    def open_ones(self, course_id: str, limit: int) -> list[TrainingClass]:
        """Open classes, of one course or of all, by first day."""
        filter_ = {"state": OPEN} | ({"course_id": course_id} if course_id else {})
        return self.rows.find(filter_, sort=[("starts_on", 1)], limit=limit)


class StoredLectures:
    """What media has said of lectures: a read model."""

    def __init__(self) -> None:
        self.rows = Copies(documents.LectureDocument, form_of(Lecture))

    def put(self, told: Iterable[Told[Lecture]]) -> None:
        """Keep how lectures stand, unless something newer is kept."""
        self.rows.put(told)

    def named(self, ids: Sequence[str]) -> dict[str, Lecture]:
        """Those of these lectures that media has spoken of."""
        found = self.rows.find({"_id": {"$in": list(ids)}})
        return {lecture.id: lecture for lecture in found}
