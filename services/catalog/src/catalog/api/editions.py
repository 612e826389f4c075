"""/courses/<id>/editions: what was published when, compared and restored."""

from chassis.http.auth import require_roles
from chassis.http.editing import Edit
from chassis.http.routing import Routes, get, post
from contracts.http.drafts import (
    ComparisonOut,
    ComparisonQuery,
    DraftOut,
    EditionLine,
    EditionOut,
    EditionsQuery,
)
from contracts.http.shape import Page

from catalog.api import dumps
from catalog.api.editing import show_change, stamp_now
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
    def list_editions(self, id_: str, asked: EditionsQuery) -> Page[EditionLine]:
        """The editions of a course, the last one first."""
        page = find_editions(self.courses, self.editions, id_, asked.after, asked.limit)
        lines = [dumps.dump_edition_line(edition) for edition in page.items]
        return Page(items=lines, next=page.next)

    @get("/courses/<id_>/editions/<int:number>")
    @require_roles("staff")
    def show_edition(self, id_: str, number: int) -> EditionOut:
        """An edition with all that it says."""
        edition = require_edition(self.courses, self.editions, id_, number)
        shown = [lesson.lecture_id for lesson in edition.content.lessons]
        return dumps.dump_edition(edition, self.lectures.find_by_ids(shown))

    @get("/courses/<id_>/comparison")
    @require_roles("staff")
    def show_comparison(self, id_: str, asked: ComparisonQuery) -> ComparisonOut:
        """What one edition, or the draft, says otherwise than another."""
        found = compare_editions(self.courses, self.editions, id_, asked.old, asked.new)
        return dumps.dump_comparison(found)

    @post("/courses/<id_>/editions/<int:number>/restoration")
    @require_roles("staff")
    def post_restoration(self, id_: str, number: int, edit: Edit) -> DraftOut:
        """The draft says again what an edition said."""
        stamp = stamp_now(self.now)

        def restore() -> Course:
            return restore_edition(
                self.courses, self.editions, id_, number, stamp, edit.version
            )

        return show_change(restore, self._dump)

    def _dump(self, course: Course) -> DraftOut:
        named = self.lectures.find_by_ids(dumps.lectures_shown(course))
        return dumps.dump_draft(course, named)
