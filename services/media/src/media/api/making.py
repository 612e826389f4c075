"""/lectures as staff have them made: listed, cancelled, tried again, deleted."""

import time
from typing import Any, Literal

from chassis.http.auth import require_roles
from chassis.http.body import json_response, read_query
from chassis.http.routing import Routes, delete, get, post
from contracts.http.shape import Shape, Text
from flask import Response

from media.api.shapes import show_edition, show_upload
from media.domain.job import Job
from media.domain.lecture import FAILED, READY, TRANSCODING, WAITING, Edition
from media.usecases.cancel_making import cancel_making
from media.usecases.delete_lecture import delete_lecture
from media.usecases.follow_lecture import follow_lecture
from media.usecases.ports import CaptionTracks, Editions, ShownCourses, Uploads
from media.usecases.retry_making import retry_making

LISTED = 200  # lectures of a page, which is read and sent whole
STATES = {
    "all": (WAITING, TRANSCODING, FAILED, READY),
    "making": (WAITING, TRANSCODING),
    "failed": (FAILED,),
    "ready": (READY,),
}


class WhichLectures(Shape):
    """Editions in these states, by id, those behind the cursor `after`."""

    state: Literal["all", "making", "failed", "ready"] = "all"
    after: Text = ""


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

    def _dump_waiting(self, edition: Edition) -> dict[str, Any]:
        place = {"place": self.editions.get_waiting_place(edition)}
        return {**show_edition(edition), **place, **_dump_job(edition.job)}

    def _answer_lecture(self, lecture_id: str, status: int = 200) -> Response:
        lecture = follow_lecture(self.editions, self.uploads, lecture_id)
        if isinstance(lecture, Edition):
            return json_response(self._dump_waiting(lecture), status)
        shown = {**show_upload(lecture), "place": 0, **_dump_job(lecture.job)}
        return json_response(shown, status)

    @get("/lectures")
    @require_roles("staff", "operator")
    def list_lectures(self) -> Response:
        asked = read_query(WhichLectures)
        page = self.editions.find_in_states(STATES[asked.state], asked.after, LISTED)
        rows = [self._dump_waiting(edition) for edition in page]
        after = page[-1].id if len(page) == LISTED else ""
        return json_response({"lectures": rows, "next": after})

    @get("/lectures/<lecture_id>/making")
    @require_roles("staff", "operator")
    def show_making(self, lecture_id: str) -> Response:
        return self._answer_lecture(lecture_id)

    @post("/lectures/<lecture_id>/cancellation")
    @require_roles("staff", "operator")
    def post_cancellation(self, lecture_id: str) -> Response:
        cancel_making(self.editions, self.uploads, lecture_id, time.time())
        return self._answer_lecture(lecture_id)

    @post("/lectures/<lecture_id>/retry")
    @require_roles("staff", "operator")
    def post_retry(self, lecture_id: str) -> Response:
        retry_making(self.editions, self.uploads, lecture_id, time.time())
        return self._answer_lecture(lecture_id, 202)

    @delete("/lectures/<lecture_id>")
    @require_roles("staff")
    def remove_lecture(self, lecture_id: str) -> Response:
        delete_lecture(
            self.editions,
            self.uploads,
            self.showings,
            self.tracks,
            lecture_id,
            time.time(),
        )
        return json_response({"lecture_id": lecture_id, "state": "deleted"})


def _dump_job(job: Job) -> dict[str, Any]:
    """Tries that broke off, why the last did, and when the next may begin."""
    return {
        "is_worked_on": job.is_held,
        "tries": job.tries,
        "cause": job.cause,
        "again_at": job.again_at,
    }
