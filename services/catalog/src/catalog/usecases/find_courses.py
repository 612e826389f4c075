"""Find published courses by module and by words."""

from collections.abc import Sequence
from functools import partial

from catalog.domain.course import Course
from catalog.domain.words import words_asked, words_of
from catalog.usecases.paging import Page, Position, load_cursor, read_page
from catalog.usecases.ports import Courses, Outline


def find_courses(
    courses: Courses, outline: Outline, query: str, module: str, cursor: str, limit: int
) -> Page[Course]:
    """Courses with all words of a query: in the title first, then in what else they
    say, then those of a module that is so called; each by id.

    Raises BadCursor.
    """
    begin = load_cursor(cursor, stages=3, parts=1)
    asked = words_asked(query)
    if query.strip() and not asked:
        return Page([], "")
    stages = [partial(_find_page, courses, module, asked, True)]
    if asked:
        named = _find_named_modules(outline, module, asked)
        stages.append(partial(_find_page, courses, module, asked, False))
        stages.append(partial(_find_page_in_modules, courses, named, asked))
    return read_page(stages, lambda course: (course.id,), begin, limit)


def _find_page(
    courses: Courses,
    module: str,
    words: list[str],
    in_title: bool,
    after: Position | None,
    limit: int,
) -> list[Course]:
    return courses.find_published(module, words, in_title, _id_of(after), limit)


def _find_page_in_modules(
    courses: Courses,
    modules: Sequence[str],
    words: list[str],
    after: Position | None,
    limit: int,
) -> list[Course]:
    if not modules:
        return []
    return courses.find_in_modules(modules, words, _id_of(after), limit)


def _id_of(after: Position | None) -> str:
    return after[0] if after else ""


def _find_named_modules(outline: Outline, module: str, words: list[str]) -> list[str]:
    """The modules whose name, with their area's, has all the words."""
    return [
        one.code
        for area in outline.find_areas()
        for one in area.modules
        if module in ("", one.code) and set(words) <= set(words_of(area.name, one.name))
    ]
