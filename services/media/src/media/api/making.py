"""/lectures as staff have them made: listed, cancelled, tried again, deleted."""

import time

from chassis.http.auth import require_roles
from chassis.http.cursors import dump_cursor, load_cursor
from chassis.http.routing import Routes, delete, get, post
from contracts.http.media import DeletedLectureOut, LecturesQuery, MakingOut
from contracts.http.shape import Page

from media.api.lectures_shown import show_making
from media.domain.lecture import DELETED, FAILED, READY, TRANSCODING, WAITING
from media.usecases.cancel_making import cancel_making
from media.usecases.delete_lecture import delete_lecture
from media.usecases.follow_lecture import follow_lecture
from media.usecases.ports import CaptionTracks, Editions, ShownCourses, Uploads
from media.usecases.retry_making import retry_making

STATES = {
    "all": (WAITING, TRANSCODING, FAILED, READY),
    "making": (WAITING, TRANSCODING),
    "failed": (FAILED,),
    "ready": (READY,),
}


class MakingRoutes(Routes):
    """Routes for the making of lectures."""

    name = "making"

    def __init__(
        self,
        editions: Editions,
        uploads: Uploads,
        showings: ShownCourses,
        tracks: CaptionTracks,
    ) -> None:
        self.editions, self.uploads, self.showings = editions, uploads, showings
        self.tracks = tracks

    @get("/lectures")
    @require_roles("staff", "operator")
    def list_lectures(self, asked: LecturesQuery) -> Page[MakingOut]:
        """Editions by id, as far as the making of each is."""
        (behind,) = load_cursor(asked.after, parts=1) or ("",)
        found = self.editions.find_in_states(
            STATES[asked.state], behind, asked.limit + 1
        )
        shown = found[: asked.limit]
        return Page(
            items=[show_making(self.editions, edition) for edition in shown],
            next=dump_cursor((shown[-1].id,)) if len(found) > len(shown) else "",
        )

    @get("/lectures/<lecture_id>/making")
    @require_roles("staff", "operator")
    def show_making(self, lecture_id: str) -> MakingOut:
        """How far the making of a lecture is, and what broke it off."""
        lecture = follow_lecture(self.editions, self.uploads, lecture_id)
        return show_making(self.editions, lecture)

    @post("/lectures/<lecture_id>/cancellation")
    @require_roles("staff", "operator")
    def post_cancellation(self, lecture_id: str) -> MakingOut:
        """The making ends; uploads that are checked for the lecture are refused."""
        cancel_making(self.editions, self.uploads, lecture_id, time.time())
        return self.show_making(lecture_id)

    @post("/lectures/<lecture_id>/retry", status=202)
    @require_roles("staff", "operator")
    def post_retry(self, lecture_id: str) -> MakingOut:
        """The lecture is made again where that failed, or at once where it waits."""
        retry_making(self.editions, self.uploads, lecture_id, time.time())
        return self.show_making(lecture_id)

    @delete("/lectures/<lecture_id>")
    @require_roles("staff")
    def remove_lecture(self, lecture_id: str) -> DeletedLectureOut:
        """A lecture that no published course shows is deleted with all its files."""
        delete_lecture(
            self.editions,
            self.uploads,
            self.showings,
            self.tracks,
            lecture_id,
            time.time(),
        )
        return DeletedLectureOut(lecture_id=lecture_id, state=DELETED)
