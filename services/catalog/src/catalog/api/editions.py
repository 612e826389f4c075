"""/courses/<id>/editions: what was published when, compared and restored."""

from chassis.http.auth import require_roles
from chassis.http.body import json_response, read_query
from chassis.http.routing import Routes, get, post
from flask import Response

from catalog.api import dumps, shapes
from catalog.api.answers import DraftOut, EditionsOut
from catalog.api.editing import course_response, read_edit, showing_current, stamp_now
from catalog.domain.course import Course
from catalog.usecases.find_editions import (
    compare_editions,
    find_editions,
    require_edition,
    restore_edition,
)
from catalog.usecases.ports import Courses, Editions, Lectures, Now


class EditionRoutes(Routes):
    """Routes for the editions of a course."""

    name = "editions"

    def __init__(
        self, courses: Courses, editions: Editions, lectures: Lectures, now: Now
    ) -> None:
        self.courses, self.editions = courses, editions
        self.lectures, self.now = lectures, now

    @get("/courses/<id_>/editions")
    @require_roles("staff")
    def list_editions(self, id_: str) -> Response:
        found = find_editions(self.courses, self.editions, id_)
        lines = [dumps.dump_edition_line(edition) for edition in found]
        return json_response(EditionsOut(items=lines))

    @get("/courses/<id_>/editions/<int:number>")
    @require_roles("staff")
    def show_edition(self, id_: str, number: int) -> Response:
        edition = require_edition(self.courses, self.editions, id_, number)
        shown = [lesson.lecture_id for lesson in edition.content.lessons]
        named = self.lectures.find_by_ids(shown)
        return json_response(dumps.dump_edition(edition, named))

    @get("/courses/<id_>/comparison")
    @require_roles("staff")
    def show_comparison(self, id_: str) -> Response:
        asked = read_query(shapes.ComparisonIn)
        found = compare_editions(self.courses, self.editions, id_, asked.old, asked.new)
        return json_response(dumps.dump_comparison(found))

    @post("/courses/<id_>/editions/<int:number>/restoration")
    @require_roles("staff")
    def post_restoration(self, id_: str, number: int) -> Response:
        seen, stamp = read_edit().version, stamp_now(self.now)

        def restore() -> Course:
            return restore_edition(
                self.courses, self.editions, id_, number, stamp, seen
            )

        return course_response(self._dump(showing_current(restore, self._dump)))

    def _dump(self, course: Course) -> DraftOut:
        named = self.lectures.find_by_ids(dumps.lectures_shown(course))
        return dumps.dump_draft(course, named)
