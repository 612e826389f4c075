"""/uploads: a lecture file in parts."""

from typing import Annotated, Any

import msgspec
from chassis.http.auth import needs
from chassis.http.body import Id, Name, Shape, answer, body
from chassis.http.idempotency import idempotent
from chassis.ids import new_id
from flask import Blueprint, Response, request

from media.domain.upload import LARGEST, PART_SIZE, Upload
from media.usecases.ports import Uploads
from media.usecases.take_upload import TakeUpload


class UploadIn(Shape):
    """A file to come; a known lecture gets a new edition."""

    title: Name
    bytes: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
    lecture_id: Id | None = None


def blueprint(uploads: Uploads, take: TakeUpload) -> Blueprint:
    """Routes for uploads."""
    bp = Blueprint("uploads", __name__)

    @bp.post("/uploads")
    @needs("staff")
    @idempotent
    def begin() -> Response:
        asked = body(UploadIn)
        upload = Upload(
            new_id(), asked.lecture_id or new_id(), asked.title, asked.bytes
        )
        uploads.add(upload)
        return answer(_said(upload), 201)

    @bp.put("/uploads/<id_>/parts/<int:part>")
    @needs("staff")
    def fill(id_: str, part: int) -> Response:
        return answer(_said(take.part(id_, part, request.get_data())))

    @bp.post("/uploads/<id_>/completion")
    @needs("staff")
    def complete(id_: str) -> Response:
        return answer(_said(take.complete(id_)), 202)

    @bp.get("/uploads/<id_>")
    @needs("staff")
    def show(id_: str) -> Response:
        return answer(_said(take.require(id_)))

    return bp


def _said(upload: Upload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "lecture_id": upload.lecture_id,
        "part_size": PART_SIZE,
        "count": upload.count,
        "parts": upload.parts,
        "state": upload.state,
        "reason": upload.reason,
    }
