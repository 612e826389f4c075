"""The editions of a course: list them, read one, compare two, restore one."""

from catalog.domain.comparison import Comparison, compare_contents
from catalog.domain.content import Content
from catalog.domain.course import Course
from catalog.domain.edition import Edition
from catalog.domain.errors import UnknownEdition
from catalog.domain.stamp import Stamp
from catalog.usecases.draft_course import edit_course, require_course
from catalog.usecases.paging import (
    Page,
    Position,
    load_cursor,
    read_page,
    require_number,
)
from catalog.usecases.ports import Courses, Editions

THE_DRAFT = 0
"""Stands for the draft where a number of an edition is asked for."""


def find_editions(
    courses: Courses, editions: Editions, id_: str, cursor: str, limit: int
) -> Page[Edition]:
    """The editions of a course, the last one first. Raises UnknownCourse, BadCursor."""
    last = require_course(courses, id_).last_edition
    begin = load_cursor(cursor, stages=1, parts=1)

    def find_next(after: Position | None, wanted: int) -> list[Edition]:
        if after is not None:
            return editions.find_before(id_, require_number(after[0]), wanted)
        if last is None:
            return []
        return [last, *editions.find_before(id_, last.number, wanted)][:wanted]

    return read_page([find_next], lambda one: (str(one.number),), begin, limit)


def require_edition(
    courses: Courses, editions: Editions, id_: str, number: int
) -> Edition:
    """An edition of a course. Raises UnknownCourse, UnknownEdition."""
    return _require_of(require_course(courses, id_), editions, number)


def compare_editions(
    courses: Courses, editions: Editions, id_: str, old: int, new: int
) -> Comparison:
    """What one edition says otherwise than another; THE_DRAFT is a number too.

    Raises UnknownCourse, UnknownEdition.
    """
    course = require_course(courses, id_)
    return compare_contents(
        _content_of(course, editions, old), _content_of(course, editions, new)
    )


def restore_edition(
    courses: Courses,
    editions: Editions,
    id_: str,
    number: int,
    stamp: Stamp,
    seen: int | None,
) -> Course:
    """Let the draft say what an edition said, as an edit; nothing is published.

    Raises UnknownEdition, and what editing raises.
    """
    content = require_edition(courses, editions, id_, number).content
    return edit_course(courses, id_, content, stamp, seen)


def _content_of(course: Course, editions: Editions, number: int) -> Content:
    if number == THE_DRAFT:
        return course.content
    return _require_of(course, editions, number).content


def _require_of(course: Course, editions: Editions, number: int) -> Edition:
    last = course.last_edition
    found = last if number == course.edition else editions.get(course.id, number)
    if found is None:
        raise UnknownEdition(f"课程没有第 {number} 版：请从版本列表里选")
    return found
