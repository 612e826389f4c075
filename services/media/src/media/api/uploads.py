"""/uploads: a lecture file in parts."""

from typing import Annotated, Any, Literal

import msgspec
from chassis.http.auth import caller, needs
from chassis.http.bodies import LARGE, takes
from chassis.http.body import Id, Name, Shape, answer, body, body_file, query
from chassis.http.idempotency import idempotent
from chassis.ids import new_id
from flask import Blueprint, Response, request

from media.domain.file_faults import told_fault
from media.domain.upload import LARGEST, PART_SIZE, Upload
from media.usecases.receive_upload import TakeUpload


class UploadIn(Shape):
    """A file to come; a known lecture gets a new edition.

    `mark` is what the caller knows the file by: after a cut it finds its upload again.
    """

    title: Name
    bytes: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
    lecture_id: Id | None = None
    mark: Id | None = None


class WhichUploads(Shape):
    """The caller's own uploads, or everybody's."""

    of: Literal["own", "all"] = "own"


def blueprint(take: TakeUpload) -> Blueprint:
    """Routes for uploads."""
    bp = Blueprint("uploads", __name__)

    def said(upload: Upload, status: int = 200) -> Response:
        return answer(_shown(upload, take.kept_parts(upload)), status)

    @bp.post("/uploads")
    @needs("staff")
    @idempotent
    def begin() -> Response:
        asked = body(UploadIn)
        new = Upload(
            new_id(), asked.lecture_id or new_id(), asked.title, asked.bytes,
            account=caller().account, mark=asked.mark or "",
        )  # fmt: skip
        return said(take.begin(new), 201)

    @bp.get("/uploads")
    @needs("staff")
    def list_() -> Response:
        account = caller().account if query(WhichUploads).of == "own" else None
        lines = [_line(upload) for upload in take.newest(account)]
        return answer({"uploads": lines, "room": take.room()})

    @bp.put("/uploads/<id_>/parts/<int:part>")
    @needs("staff")
    @takes(LARGE)
    def fill(id_: str, part: int) -> Response:
        content = body_file()
        return said(take.part(id_, part, content, request.content_length or 0))

    @bp.get("/uploads/<id_>/parts/<int:part>/address")
    @needs("staff")
    def address(id_: str, part: int) -> Response:
        return answer({"url": take.address(id_, part)})

    @bp.post("/uploads/<id_>/completion")
    @needs("staff")
    def complete(id_: str) -> Response:
        return said(take.complete(id_), 202)

    @bp.get("/uploads/<id_>")
    @needs("staff")
    def show(id_: str) -> Response:
        return said(take.require(id_))

    @bp.delete("/uploads/<id_>")
    @needs("staff")
    def give_up(id_: str) -> Response:
        return said(take.give_up(id_))

    return bp


def _shown(upload: Upload, kept: list[int]) -> dict[str, Any]:
    return {
        **_line(upload),
        "part_size": PART_SIZE,
        "count": upload.count,
        "parts": kept,
    }


def _line(upload: Upload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "lecture_id": upload.lecture_id,
        "title": upload.title,
        "bytes": upload.bytes,
        "begun": upload.begun,
        "account": upload.account,
        "mark": upload.mark,
        "state": upload.state,
        "reason": upload.reason,
        "detail": told_fault(upload.reason),
        "tries": upload.job.tries,
        "cause": upload.job.cause,
    }
