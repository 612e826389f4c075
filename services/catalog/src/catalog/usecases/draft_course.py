"""Start a course, and change what it says."""

from collections.abc import Sequence

from catalog.domain.content import Content
from catalog.domain.course import Course
from catalog.domain.errors import UnknownCourse, UnknownModule
from catalog.domain.stamp import Stamp
from catalog.usecases.ports import Courses, Outline


def draft_course(courses: Courses, outline: Outline, course: Course) -> Course:
    """Put a new course. Raises UnknownModule, LessonIdTaken, LectureMisplaced."""
    if course.module not in find_modules(outline):
        raise UnknownModule(f"没有模块 {course.module}：请从课程体系里选一个")
    course.content.require_own_lessons()
    courses.create(course)
    return course


def edit_course(
    courses: Courses, id_: str, content: Content, stamp: Stamp, seen: int | None
) -> Course:
    """Change a course's draft; the published edition stays until the next.

    `seen` is the revision that the editor saw, None for whichever there is.
    Raises UnknownCourse, EditConflict, and what the course raises.
    """
    require_course(courses, id_)

    def edit(course: Course) -> tuple[Course, Sequence[object]] | None:
        edited = course.edit(content, stamp, seen)
        return None if edited is None else (edited, ())

    return courses.change(id_, edit)


def require_course(courses: Courses, id_: str) -> Course:
    """The course with this id. Raises UnknownCourse."""
    course = courses.get(id_)
    if course is None:
        raise UnknownCourse(f"没有课程 {id_}")
    return course


def find_modules(outline: Outline) -> set[str]:
    """The codes of all modules."""
    return {module.code for area in outline.find_areas() for module in area.modules}
