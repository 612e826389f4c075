"""/courses and /drafts: what staff write, edit, publish and archive."""

from collections.abc import Callable

from chassis.http.auth import require_roles
from chassis.http.editing import Edit
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, delete, get, post, put
from chassis.ids import new_id
from contracts.http.drafts import (
    CourseIn,
    DraftOut,
    DraftsOut,
    DraftsQuery,
    PublishabilityOut,
    StateCounts,
)

from catalog.api import dumps
from catalog.api.editing import show_change, stamp_now
from catalog.api.inputs import to_content
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
    def list_drafts(self, asked: DraftsQuery) -> DraftsOut:
        """Courses as staff edit them, and how many there are in each state."""
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
        return DraftsOut(
            items=[dumps.dump_draft(one, named) for one in found.page.items],
            next=found.page.next,
            counts=StateCounts(**found.counts),
        )

    @get("/drafts/<id_>")
    @require_roles("staff")
    def show_draft(self, id_: str) -> DraftOut:
        """A course as staff edit it, and beside it what is published."""
        return self._dump(require_course(self.courses, id_))

    @post("/courses", status=201)
    @require_roles("staff")
    @idempotent
    def post_course(self, asked: CourseIn) -> DraftOut:
        """A course is begun."""
        course = Course.of(new_id(), to_content(asked), stamp_now(self.now))
        return self._dump(draft_course(self.courses, self.outline, course))

    @put("/courses/<id_>")
    @require_roles("staff")
    def replace_course(self, id_: str, asked: CourseIn, edit: Edit) -> DraftOut:
        """A draft is written as a whole."""
        seen, stamp = edit.version, stamp_now(self.now)
        content = to_content(asked, *(() if seen is None else (id_, str(seen))))
        return self._show_change(
            lambda: edit_course(self.courses, id_, content, stamp, seen)
        )

    @get("/courses/<id_>/publishability")
    @require_roles("staff")
    def show_publishability(self, id_: str) -> PublishabilityOut:
        """Whether a draft can be published, and all that it lacks."""
        course = require_course(self.courses, id_)
        found = find_shortcomings(
            course, self.classes, self.outline, self.lectures, self.today()
        )
        return dumps.dump_shortcomings(course, found)

    @post("/courses/<id_>/publication")
    @require_roles("staff")
    @idempotent
    def post_publication(self, id_: str, edit: Edit | None) -> DraftOut:
        """A draft becomes the next edition, which everybody sees."""
        stamp = stamp_now(self.now)
        return self._show_change(
            lambda: publish_course(
                self.courses,
                self.classes,
                self.editions,
                id_,
                self.today(),
                stamp,
                _version_of(edit),
            )
        )

    @post("/courses/<id_>/archival")
    @require_roles("staff")
    def post_archival(self, id_: str, edit: Edit | None) -> DraftOut:
        """A course is closed to new classes and leaves the lists."""
        stamp = stamp_now(self.now)
        return self._show_change(
            lambda: archive_course(self.courses, id_, stamp, _version_of(edit))
        )

    @delete("/courses/<id_>/archival")
    @require_roles("staff")
    def delete_archival(self, id_: str, edit: Edit | None) -> DraftOut:
        """An archived course comes back as it was."""
        stamp = stamp_now(self.now)
        return self._show_change(
            lambda: unarchive_course(self.courses, id_, stamp, _version_of(edit))
        )

    def _show_change(self, change: Callable[[], Course]) -> DraftOut:
        return show_change(change, self._dump)

    def _dump(self, course: Course) -> DraftOut:
        named = self.lectures.find_by_ids(dumps.lectures_shown(course))
        return dumps.dump_draft(course, named)


def _version_of(edit: Edit | None) -> int | None:
    return edit.version if edit else None
