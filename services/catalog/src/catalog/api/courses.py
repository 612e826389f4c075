"""/courses: find and read what is published."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.routing import Routes, get
from contracts.http.catalog import CourseOut, CoursesQuery
from contracts.http.shape import Page

from catalog.api import dumps
from catalog.api.outline import READERS
from catalog.domain.course import PUBLISHED, Course
from catalog.domain.errors import UnknownCourse
from catalog.usecases.draft_course import require_course
from catalog.usecases.find_courses import find_courses
from catalog.usecases.ports import Courses, Lectures, Outline


class CourseRoutes(Routes):
    """Routes for courses as everybody reads them; staff read drafts."""

    name = "courses"

    def __init__(self, courses: Courses, outline: Outline, lectures: Lectures) -> None:
        self.courses, self.outline, self.lectures = courses, outline, lectures

    @get("/courses")
    @require_roles(*READERS)
    def list_courses(self, asked: CoursesQuery) -> Page[CourseOut]:
        """Published courses that fit the words, or those of the ids."""
        if asked.ids:
            return Page(items=self._read_by_ids(asked.ids))
        page = find_courses(
            self.courses,
            self.outline,
            asked.q,
            asked.module,
            asked.after,
            asked.limit,
        )
        named = self.lectures.find_by_ids(dumps.lectures_shown(*page.items))
        listed = [dumps.dump_course(course, named) for course in page.items]
        return Page(items=listed, next=page.next)

    @get("/courses/<id_>")
    @require_roles(*READERS)
    def show_course(self, id_: str) -> CourseOut:
        """A course's published edition; to staff, its draft."""
        course = require_course(self.courses, id_)
        if not _may_see(course):
            raise UnknownCourse(f"没有课程 {id_}，或尚未发布")
        [seen] = self._dump_seen(course)
        return seen

    def _read_by_ids(self, ids: list[str]) -> list[CourseOut]:
        """Those that the caller may see, in the order of their ids."""
        found = self.courses.find_by_ids(ids)
        seen = [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]
        return self._dump_seen(*filter(_may_see, seen))

    def _dump_seen(self, *courses: Course) -> list[CourseOut]:
        """As the caller sees them."""
        named = self.lectures.find_by_ids(dumps.lectures_shown(*courses))
        if current_caller().has_role("staff"):
            return [dumps.dump_draft(course, named) for course in courses]
        return [dumps.dump_course(course, named) for course in courses]


def _may_see(course: Course) -> bool:
    """Classes of an archived course go on: their people still see what they learn."""
    caller = current_caller()
    if caller.has_role("staff"):
        return True
    if course.published is None:
        return False
    return course.state == PUBLISHED or caller.has_role("trainee", "officer")
