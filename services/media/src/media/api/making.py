"""/lectures as staff have them made: listed, cancelled, tried again, deleted."""

import time
from typing import Any, Literal

from chassis.http.auth import needs
from chassis.http.body import Shape, answer, query
from flask import Blueprint, Response

from media.domain.file_faults import FAULTS
from media.domain.job import Job
from media.domain.lecture import FAILED, READY, TRANSCODING, WAITING, Edition
from media.domain.upload import Upload
from media.usecases.cancel_making import cancel_making
from media.usecases.delete_lecture import delete_lecture
from media.usecases.follow_lecture import follow_lecture
from media.usecases.ports import Editions, Showings, Uploads
from media.usecases.retry_making import retry_making

LISTED = 200
STATES = {
    "all": (WAITING, TRANSCODING, FAILED, READY),
    "making": (WAITING, TRANSCODING),
    "failed": (FAILED,),
    "ready": (READY,),
}


class WhichLectures(Shape):
    """Editions in these states, by id, those behind the cursor `after`."""

    state: Literal["all", "making", "failed", "ready"] = "all"
    after: str = ""


def blueprint(editions: Editions, uploads: Uploads, showings: Showings) -> Blueprint:
    """Routes for the making of lectures."""
    bp = Blueprint("making", __name__)

    def follow(lecture_id: str, status: int = 200) -> Response:
        found = follow_lecture(editions, uploads, lecture_id)
        if isinstance(found, Edition):
            return answer(_edition(found, editions.place(found)), status)
        return answer(_upload(found), status)

    @bp.get("/lectures")
    @needs("staff", "operator")
    def list_() -> Response:
        asked = query(WhichLectures)
        found = editions.find(STATES[asked.state], asked.after, LISTED)
        rows = [_edition(edition, editions.place(edition)) for edition in found]
        after = found[-1].id if len(found) == LISTED else ""
        return answer({"lectures": rows, "next": after})

    @bp.get("/lectures/<lecture_id>/making")
    @needs("staff", "operator")
    def show(lecture_id: str) -> Response:
        return follow(lecture_id)

    @bp.post("/lectures/<lecture_id>/cancellation")
    @needs("staff", "operator")
    def cancel(lecture_id: str) -> Response:
        cancel_making(editions, uploads, lecture_id, time.time())
        return follow(lecture_id)

    @bp.post("/lectures/<lecture_id>/retry")
    @needs("staff", "operator")
    def retry(lecture_id: str) -> Response:
        retry_making(editions, lecture_id, time.time())
        return follow(lecture_id, 202)

    @bp.delete("/lectures/<lecture_id>")
    @needs("staff")
    def delete(lecture_id: str) -> Response:
        delete_lecture(editions, uploads, showings, lecture_id, time.time())
        return answer({"lecture_id": lecture_id, "state": "deleted"})

    return bp


def _edition(edition: Edition, place: int) -> dict[str, Any]:
    return {
        "lecture_id": edition.lecture_id,
        "edition": edition.number,
        "title": edition.title,
        "state": edition.state,
        "percent": edition.percent,
        "seconds": edition.seconds,
        "reason": edition.reason,
        "detail": FAULTS.get(edition.reason, ""),
        "place": place,
        **_job(edition.job),
    }


def _upload(upload: Upload) -> dict[str, Any]:
    """A lecture that has no edition yet, as far as its upload is."""
    return {
        "lecture_id": upload.lecture_id,
        "edition": 0,
        "title": upload.title,
        "state": upload.state,
        "percent": 0,
        "seconds": 0.0,
        "reason": upload.reason,
        "detail": FAULTS.get(upload.reason, ""),
        "place": 0,
        **_job(upload.job),
    }


def _job(job: Job) -> dict[str, Any]:
    """Tries that broke off, why the last did, and when the next may begin."""
    return {
        "is_worked_on": job.is_held,
        "tries": job.tries,
        "cause": job.cause,
        "again_at": job.again_at,
    }
