"""The courses, classes and lectures ports over MongoEngine."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chassis.projections.projection import ProjectedRow, Projection
from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    NotFound,
    mapping_of,
)

from catalog.domain.course import PUBLISHED, Course
from catalog.domain.lecture import Lecture
from catalog.domain.training_class import OPEN, TrainingClass
from catalog.domain.words import words_of
from catalog.store import documents

Events = Sequence[object]
Filter = dict[str, Any]
AT_ONCE = 200  # documents in memory while an index is made anew
MOST_INDEXED = 900
"""Words of a course; the embedded store keeps 1,000 entries of an index a document."""
WITHOUT_WORDS = {"outbox": 0, "title_words": 0, "found_by": 0, "long_words": 0}
plain: FieldMapping[Course] = mapping_of(Course)
plain_class: FieldMapping[TrainingClass] = mapping_of(TrainingClass)


def _to_fields(course: Course) -> dict[str, Any]:
    """With what its published edition is found by."""
    title_words, words = list[str](), list[str]()
    if course.published is not None:
        shown = course.published
        lessons = [lesson.title for lesson in shown.lessons]
        title_words = words_of(shown.title)
        words = words_of(shown.title, shown.teacher, *lessons, shown.summary)
    is_long = len(words) > MOST_INDEXED
    return plain.to_fields(course) | {
        "title_words": title_words,
        "found_by": [] if is_long else words,
        "long_words": words if is_long else [],
        "is_long": is_long,
    }


def _class_to_fields(training_class: TrainingClass) -> dict[str, Any]:
    return plain_class.to_fields(training_class) | {
        "title_words": words_of(training_class.title)
    }


COURSE_FORM = FieldMapping(_to_fields, plain.from_fields)
CLASS_FORM = FieldMapping(_class_to_fields, plain_class.from_fields)


class StoredCourses:
    """Courses."""

    def __init__(self, rows: Aggregates[Course]) -> None:
        self.rows = rows

    def get(self, id_: str) -> Course | None:
        """The course with this id, or None."""
        try:
            return self.rows.get(id_)
        except NotFound:
            return None

    def create(self, course: Course) -> None:
        """Put a new course; the same one again stays."""
        try:
            self.rows.add(course.id, course)
        except AlreadyExists:
            return

    def change(
        self, id_: str, decide: Callable[[Course], tuple[Course, Events] | None]
    ) -> Course:
        """Read a course, decide, write under the version that was read."""
        return self.rows.change(id_, decide)

    def find_published(
        self,
        module: str,
        words: Sequence[str],
        in_title: bool,
        after: str,
        limit: int,
    ) -> list[Course]:
        """Published courses of a module and with all these words, by id.

        Those whose title has all the words, or those that have them elsewhere too.
        """
        filter_: Filter = {"state": PUBLISHED, "_id": {"$gt": after}}
        if module:
            filter_["module"] = module
        if not words:
            return self._find_courses(filter_, limit)
        wanted = {"$all": list(words)}
        if in_title:
            return self._find_courses(filter_ | {"title_words": wanted}, limit)
        filter_["title_words"] = {"$not": wanted}
        short = self._find_courses(filter_ | {"found_by": wanted}, limit)
        long = self._find_courses(
            filter_ | {"is_long": True, "long_words": wanted}, limit
        )
        return sorted([*short, *long], key=lambda course: course.id)[:limit]

    def _find_courses(self, filter_: Filter, limit: int) -> list[Course]:
        rows = self.rows.collection.find(
            filter_, WITHOUT_WORDS, sort=[("_id", 1)], limit=limit
        )
        return [plain.from_fields(row["_id"], row) for row in rows]

    def count_by_module(self) -> dict[str, int]:
        """The number of published courses of each module."""
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
        """The class with this id, or None."""
        try:
            return self.rows.get(id_)
        except NotFound:
            return None

    def create(self, training_class: TrainingClass, events: Events) -> None:
        """Put a new class with its events; the same one again stays."""
        try:
            self.rows.add(training_class.id, training_class, events)
        except AlreadyExists:
            return

    def change(
        self,
        id_: str,
        decide: Callable[[TrainingClass], tuple[TrainingClass, Events] | None],
    ) -> TrainingClass:
        """Read a class, decide, write under the version that was read."""
        return self.rows.change(id_, decide)

    def find_running(
        self,
        course_id: str,
        words: Sequence[str],
        day: str,
        today: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        """Open classes that had begun on `day`, the latest begun first."""
        begun: Filter = {"starts_on": {"$lte": day}}
        beyond = _after_filter("$lt", after)
        asked = [_open_filter(course_id, words, today), begun, *beyond]
        order = [("starts_on", -1), ("_id", 1)]
        return self.rows.find({"$and": asked}, sort=order, limit=limit)

    def find_coming(
        self,
        course_id: str,
        words: Sequence[str],
        day: str,
        today: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        """Open classes that had not begun on `day`, the next to begin first."""
        to_come: Filter = {"starts_on": {"$gt": day}}
        beyond = _after_filter("$gt", after)
        asked = [_open_filter(course_id, words, today), to_come, *beyond]
        order = [("starts_on", 1), ("_id", 1)]
        return self.rows.find({"$and": asked}, sort=order, limit=limit)

    def get_unfinished(self, course_id: str, today: str) -> TrainingClass | None:
        """A class of the course that is not over, open or closed, if there is one."""
        filter_ = {"course_id": course_id, "ends_on": {"$gte": today}}
        return next(iter(self.rows.find(filter_, limit=1)), None)


def _open_filter(course_id: str, words: Sequence[str], today: str) -> Filter:
    """Open and not over."""
    filter_: Filter = {"state": OPEN, "ends_on": {"$gte": today}}
    if course_id:
        filter_["course_id"] = course_id
    if words:
        filter_["title_words"] = {"$all": list(words)}
    return filter_


def _after_filter(beyond: str, position: tuple[str, ...] | None) -> list[Filter]:
    """The filter for classes beyond a first day, or of it and after an id."""
    if position is None:
        return []
    day, id_ = position
    same_day = {"starts_on": day, "_id": {"$gt": id_}}
    return [{"$or": [{"starts_on": {beyond: day}}, same_day]}]


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
