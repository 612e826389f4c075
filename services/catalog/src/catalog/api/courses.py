"""/courses: draft, edit, publish, archive, find."""

from chassis.http.auth import caller, needs
from chassis.http.body import answer, body, query
from chassis.http.idempotency import idempotent
from chassis.ids import new_id
from flask import Blueprint, Response

from catalog.api import shapes
from catalog.api.outline import READERS
from catalog.domain.course import PUBLISHED, Course
from catalog.domain.errors import UnknownCourse
from catalog.usecases.draft_course import draft_course, edit_course, require_course
from catalog.usecases.find_courses import find_courses
from catalog.usecases.ports import Courses, Lectures, Outline
from catalog.usecases.publish_course import archive_course, publish_course


def blueprint(courses: Courses, outline: Outline, lectures: Lectures) -> Blueprint:
    """Routes for courses."""
    bp = Blueprint("courses", __name__)

    def said(course: Course, status: int = 200) -> Response:
        named = lectures.named([lesson.lecture_id for lesson in course.lessons])
        return answer(shapes.course(course, named), status)

    @bp.get("/courses")
    @needs(*READERS)
    def find() -> Response:
        asked = query(shapes.SearchIn)
        found = find_courses(courses, asked.q, asked.module, asked.after, asked.limit)
        ids = [lesson.lecture_id for course in found for lesson in course.lessons]
        named = lectures.named(ids)
        return answer([shapes.course(course, named) for course in found])

    @bp.get("/courses/<id_>")
    @needs(*READERS)
    def show(id_: str) -> Response:
        course = require_course(courses, id_)
        if course.state != PUBLISHED and not caller().has("staff", "service"):
            raise UnknownCourse(f"没有课程 {id_}，或尚未发布")
        return said(course)

    @bp.post("/courses")
    @needs("staff")
    @idempotent
    def draft() -> Response:
        asked = body(shapes.CourseIn)
        course = Course(
            new_id(),
            asked.title,
            asked.module,
            asked.summary,
            asked.teacher,
            asked.as_lessons(),
        )
        return said(draft_course(courses, outline, course), 201)

    @bp.put("/courses/<id_>")
    @needs("staff")
    def edit(id_: str) -> Response:
        asked = body(shapes.CourseIn)
        edited = edit_course(
            courses, id_, asked.title, asked.summary, asked.teacher, asked.as_lessons()
        )
        return said(edited)

    @bp.post("/courses/<id_>/publication")
    @needs("staff")
    @idempotent
    def publish(id_: str) -> Response:
        return said(publish_course(courses, id_))

    @bp.post("/courses/<id_>/archival")
    @needs("staff")
    def archive(id_: str) -> Response:
        return said(archive_course(courses, id_))

    return bp
