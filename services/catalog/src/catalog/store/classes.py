"""The classes port over MongoEngine."""

from collections.abc import Callable, Sequence
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    NotFound,
    mapping_of,
)

from catalog.domain.training_class import OPEN, TrainingClass
from catalog.domain.words import words_of

Events = Sequence[object]
Filter = dict[str, Any]
plain: FieldMapping[TrainingClass] = mapping_of(TrainingClass)


def _to_fields(training_class: TrainingClass) -> dict[str, Any]:
    return plain.to_fields(training_class) | {
        "title_words": words_of(training_class.title)
    }


CLASS_FORM = FieldMapping(_to_fields, plain.from_fields)


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

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, TrainingClass]:
        """The classes with these ids."""
        found = self.rows.find({"_id": {"$in": list(ids)}})
        return {training_class.id: training_class for training_class in found}

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
        of_them = _open_filter(course_id, words, today)
        begun: Filter = {"starts_on": {"$lte": day}}
        beyond = _after_filter("$lt", after)
        return self._find_by_start([of_them, begun, *beyond], -1, limit)

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
        of_them = _open_filter(course_id, words, today)
        to_come: Filter = {"starts_on": {"$gt": day}}
        beyond = _after_filter("$gt", after)
        return self._find_by_start([of_them, to_come, *beyond], 1, limit)

    def _find_by_start(
        self, bounds: Sequence[Filter], direction: int, limit: int
    ) -> list[TrainingClass]:
        order = [("starts_on", direction), ("_id", 1)]
        return self.rows.find({"$and": bounds}, sort=order, limit=limit)

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
