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

from catalog.domain.training_class import CANCELLED, CLOSED, OPEN, TrainingClass
from catalog.domain.words import words_of
from catalog.usecases.ports import Sought

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
        sought: Sought,
        day: str,
        today: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        """Open classes that had begun on `day`, the latest begun first."""
        of_them = _open_filter(sought, today)
        begun: Filter = {"starts_on": {"$lte": day}}
        beyond = _after_filter("starts_on", "$lt", after)
        return self._find_by_day("starts_on", [of_them, begun, *beyond], -1, limit)

    def find_coming(
        self,
        sought: Sought,
        day: str,
        today: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        """Open classes that had not begun on `day`, the next to begin first."""
        of_them = _open_filter(sought, today)
        to_come: Filter = {"starts_on": {"$gt": day}}
        beyond = _after_filter("starts_on", "$gt", after)
        return self._find_by_day("starts_on", [of_them, to_come, *beyond], 1, limit)

    def find_closed(
        self,
        sought: Sought,
        day: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        """Closed classes that were not over on `day`, the next to end first."""
        bounds: list[Filter] = [
            {"state": CLOSED, "ends_on": {"$gte": day}},
            *_narrowing(sought),
            *_after_filter("ends_on", "$gt", after),
        ]
        return self._find_by_day("ends_on", bounds, 1, limit)

    def find_over(
        self,
        sought: Sought,
        day: str,
        after: tuple[str, ...] | None,
        limit: int,
    ) -> list[TrainingClass]:
        """Classes that were over on `day`, the latest to end first."""
        bounds: list[Filter] = [
            {"ends_on": {"$lt": day}, "state": {"$in": [OPEN, CLOSED]}},
            *_narrowing(sought),
            *_after_filter("ends_on", "$lt", after),
        ]
        return self._find_by_day("ends_on", bounds, -1, limit)

    def find_cancelled(
        self, sought: Sought, after: tuple[str, ...] | None, limit: int
    ) -> list[TrainingClass]:
        """Cancelled classes, over or not, the latest to end first."""
        bounds: list[Filter] = [
            {"state": CANCELLED},
            *_narrowing(sought),
            *_after_filter("ends_on", "$lt", after),
        ]
        return self._find_by_day("ends_on", bounds, -1, limit)

    def _find_by_day(
        self, field: str, bounds: Sequence[Filter], direction: int, limit: int
    ) -> list[TrainingClass]:
        order = [(field, direction), ("_id", 1)]
        return self.rows.find({"$and": bounds}, sort=order, limit=limit)

    def get_unfinished(self, course_id: str, today: str) -> TrainingClass | None:
        """A class of the course that is not over, open or closed, if there is one."""
        filter_ = {
            "course_id": course_id,
            "ends_on": {"$gte": today},
            "state": {"$in": [OPEN, CLOSED]},
        }
        return next(iter(self.rows.find(filter_, limit=1)), None)


def _open_filter(sought: Sought, today: str) -> Filter:
    """Open and not over."""
    filter_: Filter = {"state": OPEN, "ends_on": {"$gte": today}}
    for part in _narrowing(sought):
        filter_ |= part
    return filter_


def _narrowing(sought: Sought) -> list[Filter]:
    """Of a course, of a project, with all words; nothing where none is asked."""
    bounds: list[Filter] = []
    if sought.course_id:
        bounds.append({"course_id": sought.course_id})
    if sought.project:
        bounds.append({"project": sought.project})
    if sought.words:
        bounds.append({"title_words": {"$all": list(sought.words)}})
    return bounds


def _after_filter(
    field: str, beyond: str, position: tuple[str, ...] | None
) -> list[Filter]:
    """The filter for classes beyond a day of this field, or of it and after an id."""
    if position is None:
        return []
    day, id_ = position
    same_day = {field: day, "_id": {"$gt": id_}}
    return [{"$or": [{field: {beyond: day}}, same_day]}]
