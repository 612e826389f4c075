"""Find courses as staff edit them, by state, module and words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from heapq import merge

from catalog.domain.course import Course
from catalog.domain.words import words_asked
from catalog.usecases.paging import (
    Page,
    Position,
    Stage,
    load_cursor,
    read_page,
    require_moment,
)
from catalog.usecases.ports import Courses, Shelf

BY_EDIT, BY_TITLE = "edited", "title"


@dataclass(frozen=True)
class Drafts:
    """A page of courses, and how many courses there are in each state."""

    page: Page[Course]
    counts: Mapping[str, int]


def find_drafts(
    courses: Courses,
    shelf: Shelf,
    query: str,
    order: str,
    cursor: str,
    limit: int,
    now: str,
) -> Drafts:
    """Courses with all words of a query in title, teacher or summary.

    By title, or the last edited first: those as they stood when the first page was
    read, so that what is edited meanwhile keeps its place. What is begun since comes
    when the list is read anew. A course that gets another title while courses are
    listed by title moves there; no other is repeated or passed over.
    Raises BadCursor.
    """
    begin = load_cursor(cursor, stages=1, parts=2)
    asked = Shelf(shelf.state, shelf.module, _words_of(query), shelf.is_changed)
    if query.strip() and not asked.words:
        return Drafts(Page([], ""), {})
    mark = begin.mark if begin else now
    stage: Stage[Course] = partial(courses.find_by_title, asked)
    position_of: Callable[[Course], Position] = _position_by_title
    if order == BY_EDIT:
        stage = partial(_find_as_edited, courses, asked, require_moment(mark))
        position_of = partial(_position_by_edit, mark)
    page = read_page([stage], position_of, begin, limit, mark)
    return Drafts(page, courses.count_by_state(asked))


def _words_of(query: str) -> tuple[str, ...]:
    return tuple(words_asked(query))


def _position_by_title(course: Course) -> Position:
    return course.title, course.id


def _position_by_edit(mark: str, course: Course) -> Position:
    return course.edited_until(mark) or "", course.id


def _find_as_edited(
    courses: Courses, shelf: Shelf, mark: str, after: Position | None, limit: int
) -> list[Course]:
    """Those next in the order of their last edits until `mark`, whatever came later."""
    place_of = partial(_position_by_edit, mark)
    since = [
        course
        for course in courses.find_edited_since(shelf, mark)
        if course.edited_until(mark) is not None
        and (after is None or place_of(course) < after)
    ]
    until = courses.find_last_edited(shelf, mark, after, limit)
    since.sort(key=place_of, reverse=True)
    return list(merge(until, since, key=place_of, reverse=True))[:limit]
