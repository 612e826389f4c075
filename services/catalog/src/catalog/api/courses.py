"""/courses: draft, edit, publish, archive, find."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.body import json_response, read_body, read_query
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, get, post, put
from chassis.ids import new_id
from flask import Response

from catalog.api import shapes
from catalog.api.outline import READERS
from catalog.domain.course import PUBLISHED, Course
from catalog.domain.errors import UnknownCourse
from catalog.usecases.draft_course import draft_course, edit_course, require_course
from catalog.usecases.find_courses import find_courses
from catalog.usecases.ports import Classes, Courses, Lectures, Outline, Today
from catalog.usecases.publish_course import archive_course, publish_course


class CourseRoutes(Routes):
    """Routes for courses."""

    name = "courses"

    def __init__(
        self,
        courses: Courses,
        classes: Classes,
        outline: Outline,
        lectures: Lectures,
        today: Today,
    ) -> None:
        self.courses = courses
        self.classes = classes
        self.outline = outline
        self.lectures = lectures
        self.today = today

    def _answer_staff(self, course: Course, status: int = 200) -> Response:
        named = self.lectures.find_by_ids(shapes.lectures_shown(course))
        return json_response(shapes.dump_working_copy(course, named), status)

    @get("/courses")
    @require_roles(*READERS)
    def list_courses(self) -> Response:
        asked = read_query(shapes.SearchIn)
        page = find_courses(
            self.courses, asked.q, asked.module, asked.after, asked.limit
        )
        named = self.lectures.find_by_ids(shapes.lectures_shown(*page.items))
        listed = [shapes.dump_edition(course, named) for course in page.items]
        return json_response({"courses": listed, "next": page.next})

    @get("/courses/<id_>")
    @require_roles(*READERS)
    def show_course(self, id_: str) -> Response:
        course = require_course(self.courses, id_)
        if current_caller().has_role("staff"):
            return self._answer_staff(course)
        if course.published is None or not _may_see(course):
            raise UnknownCourse(f"没有课程 {id_}，或尚未发布")
        named = self.lectures.find_by_ids(shapes.lectures_shown(course))
        return json_response(shapes.dump_edition(course, named))

    @post("/courses")
    @require_roles("staff")
    @idempotent
    def post_course(self) -> Response:
        asked = read_body(shapes.CourseIn)
        course = Course(
            new_id(),
            asked.title,
            asked.module,
            asked.summary,
            asked.teacher,
            asked.as_lessons(),
            fastest=asked.fastest,
        )
        return self._answer_staff(draft_course(self.courses, self.outline, course), 201)

    @put("/courses/<id_>")
    @require_roles("staff")
    def replace_course(self, id_: str) -> Response:
        asked = read_body(shapes.CourseIn)
        edited = edit_course(
            self.courses,
            id_,
            asked.title,
            asked.module,
            asked.summary,
            asked.teacher,
            asked.as_lessons(),
            asked.fastest,
        )
        return self._answer_staff(edited)

    @post("/courses/<id_>/publication")
    @require_roles("staff")
    @idempotent
    def post_publication(self, id_: str) -> Response:
        return self._answer_staff(
            publish_course(self.courses, self.classes, id_, self.today())
        )

    @post("/courses/<id_>/archival")
    @require_roles("staff")
    def post_archival(self, id_: str) -> Response:
        return self._answer_staff(archive_course(self.courses, id_))


def _may_see(course: Course) -> bool:
    """Classes of an archived course go on: their people still see what they learn."""
    return course.state == PUBLISHED or current_caller().has_role("trainee", "officer")
