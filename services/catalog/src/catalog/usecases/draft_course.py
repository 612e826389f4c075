"""Start a course, and change what it says."""

from catalog.domain.course import FASTEST, Course, Lesson
from catalog.domain.errors import ModuleFixed, UnknownCourse, UnknownModule
from catalog.usecases.ports import Courses, Outline


def draft_course(courses: Courses, outline: Outline, course: Course) -> Course:
    """Put a new course. Raises UnknownModule, LessonIdTaken, LectureMisplaced."""
    known = {module.code for area in outline.find_areas() for module in area.modules}
    if course.module not in known:
        raise UnknownModule(f"没有模块 {course.module}：请从课程体系里选一个")
    course.require_own_lessons()
    courses.create(course)
    return course


def edit_course(
    courses: Courses,
    id_: str,
    title: str,
    module: str,
    summary: str,
    teacher: str,
    lessons: tuple[Lesson, ...],
    fastest: float = FASTEST,
) -> Course:
    """Change a course's draft; the published edition stays until the next.

    Raises UnknownCourse, ModuleFixed, and what the course raises.
    """
    if require_course(courses, id_).module != module:
        raise ModuleFixed("课程不能换模块：请按原来的模块保存，或另建一门课")
    return courses.change(
        id_, lambda course: (course.edit(title, summary, teacher, lessons, fastest), ())
    )


def require_course(courses: Courses, id_: str) -> Course:
    """The course with this id. Raises UnknownCourse."""
    course = courses.get(id_)
    if course is None:
        raise UnknownCourse(f"没有课程 {id_}")
    return course
