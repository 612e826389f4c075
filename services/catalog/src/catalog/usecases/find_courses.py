"""Find published courses by module and by words."""

from catalog.domain.course import Course
from catalog.domain.words import words_asked
from catalog.usecases.ports import Courses


def find_courses(
    courses: Courses, query: str, module: str, after: str, limit: int
) -> list[Course]:
    """Those with all words of the query; titles that hold the query come first."""
    asked = words_asked(query)
    if query.strip() and not asked:
        return []
    found = courses.published(module, asked, after, limit)
    wanted = query.strip().lower()
    return sorted(found, key=lambda course: wanted not in course.title.lower())
