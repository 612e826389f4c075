"""Find published courses by module and by words."""

from functools import partial

from catalog.domain.course import Course
from catalog.domain.words import words_asked
from catalog.usecases.paging import Page, Position, load_cursor, read_page
from catalog.usecases.ports import Courses


def find_courses(
    courses: Courses, query: str, module: str, cursor: str, limit: int
) -> Page[Course]:
    """Courses with all words of a query: in the title first, then the rest, by id.

    Raises BadCursor.
    """
    begin = load_cursor(cursor, stages=2, parts=1)
    asked = words_asked(query)
    if query.strip() and not asked:
        return Page([], "")
    in_titles = partial(_find_page, courses, module, asked, True)
    elsewhere = partial(_find_page, courses, module, asked, False)
    stages = [in_titles, elsewhere] if asked else [in_titles]
    return read_page(stages, lambda course: (course.id,), begin, limit)


def _find_page(
    courses: Courses,
    module: str,
    words: list[str],
    in_title: bool,
    after: Position | None,
    limit: int,
) -> list[Course]:
    id_ = after[0] if after else ""
    return courses.find_published(module, words, in_title, id_, limit)
