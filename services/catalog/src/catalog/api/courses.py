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
from catalog.usecases.ports import Classes, Courses, Lectures, Outline, Today
from catalog.usecases.publish_course import archive_course, publish_course


def create_blueprint(
    courses: Courses,
    classes: Classes,
    outline: Outline,
    lectures: Lectures,
    today: Today,
) -> Blueprint:
    """Routes for courses."""
    bp = Blueprint("courses", __name__)

    def answer_staff(course: Course, status: int = 200) -> Response:
        named = lectures.find_by_ids(shapes.lectures_shown(course))
        return answer(shapes.dump_working_copy(course, named), status)

    @bp.get("/courses")
    @needs(*READERS)
    def list_courses() -> Response:
        asked = query(shapes.SearchIn)
        page = find_courses(courses, asked.q, asked.module, asked.after, asked.limit)
        named = lectures.find_by_ids(shapes.lectures_shown(*page.items))
        listed = [shapes.dump_edition(course, named) for course in page.items]
        return answer({"courses": listed, "next": page.next})

    @bp.get("/courses/<id_>")
    @needs(*READERS)
    def show_course(id_: str) -> Response:
        course = require_course(courses, id_)
        if caller().has("staff"):
            return answer_staff(course)
        if course.published is None or not _may_see(course):
            raise UnknownCourse(f"没有课程 {id_}，或尚未发布")
        named = lectures.find_by_ids(shapes.lectures_shown(course))
        return answer(shapes.dump_edition(course, named))

    @bp.post("/courses")
    @needs("staff")
    @idempotent
    def post_course() -> Response:
        asked = body(shapes.CourseIn)
        course = Course(
            new_id(),
            asked.title,
            asked.module,
            asked.summary,
            asked.teacher,
            asked.as_lessons(),
            fastest=asked.fastest,
        )
        return answer_staff(draft_course(courses, outline, course), 201)

    @bp.put("/courses/<id_>")
    @needs("staff")
    def replace_course(id_: str) -> Response:
        asked = body(shapes.CourseIn)
        edited = edit_course(
            courses,
            id_,
            asked.title,
            asked.module,
            asked.summary,
            asked.teacher,
            asked.as_lessons(),
            asked.fastest,
        )
        return answer_staff(edited)

    @bp.post("/courses/<id_>/publication")
    @needs("staff")
    @idempotent
    def post_publication(id_: str) -> Response:
        return answer_staff(publish_course(courses, classes, id_, today()))

    @bp.post("/courses/<id_>/archival")
    @needs("staff")
    def post_archival(id_: str) -> Response:
        return answer_staff(archive_course(courses, id_))

    return bp


def _may_see(course: Course) -> bool:
    """Classes of an archived course go on: their people still see what they learn."""
    return course.state == PUBLISHED or caller().has("trainee", "officer")
