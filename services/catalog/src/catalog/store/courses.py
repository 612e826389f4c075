"""The courses port over MongoEngine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    NotFound,
    mapping_of,
)

from catalog.domain.course import ARCHIVED, DRAFT, PUBLISHED, Course
from catalog.domain.words import words_of
from catalog.usecases.ports import Shelf

Events = Sequence[object]
Filter = dict[str, Any]
MOST_INDEXED = 900
"""Words of a course; the embedded store keeps 1,000 entries of an index a document."""
FILLED_AT_ONCE = 100
"""Courses in hand, each some kB with its words."""
WORDS = ("title_words", "found_by", "long_words", "draft_words", "long_draft_words")
WITHOUT_WORDS = dict.fromkeys(("outbox", *WORDS), 0)
BY_TITLE = [("title", 1), ("_id", 1)]
LAST_EDITED = [("edited_at", -1), ("_id", -1)]
plain: FieldMapping[Course] = mapping_of(Course)


def _to_fields(course: Course) -> dict[str, Any]:
    """With what its published edition and its draft are found by."""
    title_words, words = list[str](), list[str]()
    if course.published is not None:
        shown = course.published
        lessons = [lesson.title for lesson in shown.lessons]
        title_words = words_of(shown.title)
        words = words_of(shown.title, shown.teacher, *lessons, shown.summary)
    draft = words_of(course.title, course.teacher, course.summary)
    is_long, is_long_draft = len(words) > MOST_INDEXED, len(draft) > MOST_INDEXED
    return plain.to_fields(course) | {
        "title_words": title_words,
        "found_by": [] if is_long else words,
        "long_words": words if is_long else [],
        "is_long": is_long,
        "draft_words": [] if is_long_draft else draft,
        "long_draft_words": draft if is_long_draft else [],
        "is_long_draft": is_long_draft,
        "is_changed": course.has_unpublished_edits,
        "edited_at": course.edited.at,
    }


def _fill_published(row: Mapping[str, Any]) -> Course:
    course = plain.from_fields(row["_id"], row)
    if course.edition and course.published is None:
        return replace(course, published=course.content)
    return course


COURSE_FORM = FieldMapping(_to_fields, plain.from_fields)


class StoredCourses:
    """Courses."""

    def __init__(self, rows: Aggregates[Course]) -> None:
        self.rows = rows

    def fill_old(self) -> None:
        """Give courses of before they were edited in the open what they lack.

        That is what they are found by; and what is published, which was then what the
        course said. Who edited them is not known.
        """
        every = [DRAFT, PUBLISHED, ARCHIVED]  # for the index, which begins with it
        lacking: Filter = {"state": {"$in": every}, "edited_at": None}
        while found := list(self.rows.collection.find(lacking, limit=FILLED_AT_ONCE)):
            for row in found:
                self.rows.collection.update_one(
                    {"_id": row["_id"], "version": row["version"], **lacking},
                    {"$set": _to_fields(_fill_published(row))},
                )

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

    def find_by_ids(self, ids: Sequence[str]) -> dict[str, Course]:
        """The courses with these ids."""
        found = self._find_courses({"_id": {"$in": list(ids)}}, [("_id", 1)])
        return {course.id: course for course in found}

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
        order = [("_id", 1)]
        if not words:
            return self._find_courses(filter_, order, limit)
        wanted = {"$all": list(words)}
        if in_title:
            return self._find_courses(filter_ | {"title_words": wanted}, order, limit)
        filter_["title_words"] = {"$not": wanted}
        short = self._find_courses(filter_ | {"found_by": wanted}, order, limit)
        long_filter = filter_ | {"is_long": True, "long_words": wanted}
        long = self._find_courses(long_filter, order, limit)
        return sorted([*short, *long], key=lambda course: course.id)[:limit]

    def find_in_modules(
        self, modules: Sequence[str], words: Sequence[str], after: str, limit: int
    ) -> list[Course]:
        """Published courses of these modules that lack one of the words, by id."""
        lacking = {"$not": {"$all": list(words)}}
        filter_: Filter = {
            "state": PUBLISHED,
            "module": {"$in": list(modules)},
            "_id": {"$gt": after},
            "found_by": lacking,
            "long_words": lacking,
        }
        return self._find_courses(filter_, [("_id", 1)], limit)

    def count_by_module(self) -> dict[str, int]:
        """The number of published courses of each module."""
        counted = self.rows.collection.aggregate(
            [
                {"$match": {"state": PUBLISHED}},
                {"$group": {"_id": "$module", "courses": {"$sum": 1}}},
            ]
        )
        return {row["_id"]: row["courses"] for row in counted}

    def find_by_title(
        self, shelf: Shelf, after: tuple[str, ...] | None, limit: int
    ) -> list[Course]:
        """Courses of a shelf by title, those after a title and id."""
        beyond = [] if after is None else [_beyond("title", "$gt", *after)]
        found = self._find_on_shelf(shelf, beyond, BY_TITLE, limit)
        return sorted(found, key=lambda course: (course.title, course.id))[:limit]

    def find_last_edited(
        self, shelf: Shelf, until: str, after: tuple[str, ...] | None, limit: int
    ) -> list[Course]:
        """Courses of a shelf that nobody edited after `until`, the last edited first.

        Those after the moment of an edit and an id.
        """
        bounds: list[Filter] = [{"edited_at": {"$lte": until}}]
        if after is not None:
            bounds.append(_beyond("edited_at", "$lt", *after))
        found = self._find_on_shelf(shelf, bounds, LAST_EDITED, limit)
        found.sort(key=lambda course: (course.edited.at, course.id), reverse=True)
        return found[:limit]

    def find_edited_since(self, shelf: Shelf, since: str) -> list[Course]:
        """Courses of a shelf that somebody edited after `since`."""
        later: Filter = {"edited_at": {"$gt": since}}
        return self._find_on_shelf(shelf, [later], LAST_EDITED)

    def count_by_state(self, shelf: Shelf) -> dict[str, int]:
        """The number of courses in each state, and of those with unpublished edits.

        Of a shelf's module and words; its own state does not count.
        """
        counts = {"draft": 0, "published": 0, "changed": 0, "archived": 0}
        key = {"state": "$state", "is_changed": "$is_changed"}
        group = {"$group": {"_id": key, "courses": {"$sum": 1}}}
        everywhere = {"state": {"$in": [DRAFT, PUBLISHED, ARCHIVED]}}
        for filter_ in _find_filters(shelf, everywhere):
            for row in self.rows.collection.aggregate([{"$match": filter_}, group]):
                state, courses = row["_id"]["state"], row["courses"]
                counts[state] += courses
                if state == PUBLISHED and row["_id"].get("is_changed"):
                    counts["changed"] += courses
        return counts

    def _find_on_shelf(
        self,
        shelf: Shelf,
        bounds: Sequence[Filter],
        order: Sequence[tuple[str, int]],
        limit: int = 0,
    ) -> list[Course]:
        """The first of both kinds of words, not yet in one order."""
        return [
            course
            for filter_ in _find_filters(shelf, _state_filter(shelf))
            for course in self._find_courses({"$and": [filter_, *bounds]}, order, limit)
        ]

    def _find_courses(
        self, filter_: Filter, order: Sequence[tuple[str, int]], limit: int = 0
    ) -> list[Course]:
        rows = self.rows.collection.find(
            filter_, WITHOUT_WORDS, sort=list(order), limit=limit
        )
        return [plain.from_fields(row["_id"], row) for row in rows]


def _state_filter(shelf: Shelf) -> Filter:
    filter_: Filter = {"state": shelf.state or {"$in": [DRAFT, PUBLISHED]}}
    return filter_ | {"is_changed": True} if shelf.is_changed else filter_


def _find_filters(shelf: Shelf, filter_: Filter) -> list[Filter]:
    """A filter for a shelf's module and words: twice, where its words may be indexed
    or too many for that."""
    if shelf.module:
        filter_ = filter_ | {"module": shelf.module}
    if not shelf.words:
        return [filter_]
    wanted = {"$all": list(shelf.words)}
    long = {"is_long_draft": True, "long_draft_words": wanted}
    return [filter_ | {"draft_words": wanted}, filter_ | long]


def _beyond(field: str, beyond: str, value: str, id_: str) -> Filter:
    """The filter for what comes beyond a value, or has it and comes beyond an id."""
    return {"$or": [{field: {beyond: value}}, {field: value, "_id": {beyond: id_}}]}
