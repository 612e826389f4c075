"""/courses and /drafts: what staff write, edit, publish and archive."""

from collections.abc import Callable

from chassis.http.auth import require_roles
from chassis.http.body import json_response, read_body, read_query
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, delete, get, post, put
from chassis.ids import new_id
from flask import Response

from catalog.api import dumps, shapes
from catalog.api.answers import DraftOut, DraftsOut, StateCounts
from catalog.api.editing import (
    course_response,
    read_any_edit,
    read_edit,
    showing_current,
    stamp_now,
)
from catalog.domain.course import PUBLISHED, Course
from catalog.usecases.archive_course import archive_course, unarchive_course
from catalog.usecases.draft_course import draft_course, edit_course, require_course
from catalog.usecases.find_drafts import find_drafts
from catalog.usecases.find_shortcomings import find_shortcomings
from catalog.usecases.ports import (
    Classes,
    Courses,
    Editions,
    Lectures,
    Now,
    Outline,
    Shelf,
    Today,
)
from catalog.usecases.publish_course import publish_course


class DraftRoutes(Routes):
    """Routes for courses as staff edit them."""

    name = "drafts"

    def __init__(
        self,
        courses: Courses,
        classes: Classes,
        editions: Editions,
        outline: Outline,
        lectures: Lectures,
        today: Today,
        now: Now,
    ) -> None:
        self.courses, self.classes, self.editions = courses, classes, editions
        self.outline, self.lectures = outline, lectures
        self.today, self.now = today, now

    @get("/drafts")
    @require_roles("staff")
    def list_drafts(self) -> Response:
        asked = read_query(shapes.DraftsIn)
        is_changed = asked.state == "changed"
        state = PUBLISHED if is_changed else asked.state
        found = find_drafts(
            self.courses,
            Shelf(state, asked.module, is_changed=is_changed),
            asked.q,
            asked.sort,
            asked.after,
            asked.limit,
            stamp_now(self.now).at,
        )
        shown = dumps.lectures_shown(*found.page.items)
        named = self.lectures.find_by_ids(shown)
        answer = DraftsOut(
            items=[dumps.dump_draft(one, named) for one in found.page.items],
            next=found.page.next,
            counts=StateCounts(**found.counts),
        )
        return json_response(answer)

    @post("/courses")
    @require_roles("staff")
    @idempotent
    def post_course(self) -> Response:
        content = read_body(shapes.CourseIn).as_content()
        course = Course.of(new_id(), content, stamp_now(self.now))
        drafted = draft_course(self.courses, self.outline, course)
        return course_response(self._dump(drafted), status=201)

    @put("/courses/<id_>")
    @require_roles("staff")
    def replace_course(self, id_: str) -> Response:
        seen, content = read_edit().version, read_body(shapes.CourseIn).as_content()
        stamp = stamp_now(self.now)
        return self._answer(
            lambda: edit_course(self.courses, id_, content, stamp, seen)
        )

    @get("/courses/<id_>/publishability")
    @require_roles("staff")
    def show_publishability(self, id_: str) -> Response:
        course = require_course(self.courses, id_)
        found = find_shortcomings(
            course, self.classes, self.outline, self.lectures, self.today()
        )
        return json_response(dumps.dump_shortcomings(course, found))

    @post("/courses/<id_>/publication")
    @require_roles("staff")
    @idempotent
    def post_publication(self, id_: str) -> Response:
        seen, stamp = read_any_edit().version, stamp_now(self.now)
        return self._answer(
            lambda: publish_course(
                self.courses,
                self.classes,
                self.editions,
                id_,
                self.today(),
                stamp,
                seen,
            )
        )

    @post("/courses/<id_>/archival")
    @require_roles("staff")
    def post_archival(self, id_: str) -> Response:
        seen, stamp = read_any_edit().version, stamp_now(self.now)
        return self._answer(lambda: archive_course(self.courses, id_, stamp, seen))

    @delete("/courses/<id_>/archival")
    @require_roles("staff")
    def delete_archival(self, id_: str) -> Response:
        seen, stamp = read_any_edit().version, stamp_now(self.now)
        return self._answer(lambda: unarchive_course(self.courses, id_, stamp, seen))

    def _answer(self, change: Callable[[], Course]) -> Response:
        return course_response(self._dump(showing_current(change, self._dump)))

    def _dump(self, course: Course) -> DraftOut:
        named = self.lectures.find_by_ids(dumps.lectures_shown(course))
        return dumps.dump_draft(course, named)
