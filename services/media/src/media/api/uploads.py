"""/uploads: a lecture file in parts."""

from typing import Annotated, Any, Literal

import msgspec
from chassis.http.auth import caller, needs
from chassis.http.bodies import LARGE, takes
from chassis.http.body import Id, Name, Shape, answer, body, body_file, query
from chassis.http.idempotency import idempotent
from chassis.ids import new_id
from flask import Blueprint, Response, request

from media.domain.file_faults import show_fault
from media.domain.upload import LARGEST, PART_SIZE, Upload
from media.usecases.receive_upload import ReceiveUpload


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


def create_blueprint(take: ReceiveUpload) -> Blueprint:
    """Routes for uploads."""
    bp = Blueprint("uploads", __name__)

    def answer_upload(upload: Upload, status: int = 200) -> Response:
        return answer(_dump_upload(upload, take.stored_parts(upload)), status)

    @bp.post("/uploads")
    @needs("staff")
    @idempotent
    def post_upload() -> Response:
        asked = body(UploadIn)
        new = Upload(
            new_id(),
            asked.lecture_id or new_id(),
            asked.title,
            asked.bytes,
            account=caller().account,
            mark=asked.mark or "",
        )
        return answer_upload(take.begin_upload(new), 201)

    @bp.get("/uploads")
    @needs("staff")
    def list_uploads() -> Response:
        account = caller().account if query(WhichUploads).of == "own" else None
        lines = [_dump_listed(upload) for upload in take.find_newest(account)]
        return answer({"uploads": lines, "room": take.free_bytes()})

    @bp.put("/uploads/<id_>/parts/<int:part>")
    @needs("staff")
    @takes(LARGE)
    def put_part(id_: str, part: int) -> Response:
        content = body_file()
        return answer_upload(
            take.receive_part(id_, part, content, request.content_length or 0)
        )

    @bp.get("/uploads/<id_>/parts/<int:part>/address")
    @needs("staff")
    def show_part_address(id_: str, part: int) -> Response:
        return answer({"url": take.get_part_address(id_, part)})

    @bp.post("/uploads/<id_>/completion")
    @needs("staff")
    def post_completion(id_: str) -> Response:
        return answer_upload(take.complete_upload(id_), 202)

    @bp.get("/uploads/<id_>")
    @needs("staff")
    def show_upload(id_: str) -> Response:
        return answer_upload(take.require_upload(id_))

    @bp.delete("/uploads/<id_>")
    @needs("staff")
    def give_up(id_: str) -> Response:
        return answer_upload(take.give_up(id_))

    return bp


def _dump_upload(upload: Upload, parts: list[int]) -> dict[str, Any]:
    return {
        **_dump_listed(upload),
        "part_size": PART_SIZE,
        "count": upload.count,
        "parts": parts,
    }


def _dump_listed(upload: Upload) -> dict[str, Any]:
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
        "detail": show_fault(upload.reason),
        "tries": upload.job.tries,
        "cause": upload.job.cause,
    }
