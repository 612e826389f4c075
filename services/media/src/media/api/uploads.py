"""/uploads: a lecture file in parts."""

from typing import Annotated, Any, Literal

import msgspec
from chassis.http.auth import current_caller, require_roles
from chassis.http.body import json_response, open_body, read_body, read_query
from chassis.http.body_limits import LARGE, limit_body
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, delete, get, post, put
from chassis.ids import new_id
from contracts.http.shape import Id, Name, Shape
from flask import Response, request

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


class UploadRoutes(Routes):
    """Routes for uploads."""

    name = "uploads"

    def __init__(self, take: ReceiveUpload) -> None:
        self.take = take

    def _answer_upload(self, upload: Upload, status: int = 200) -> Response:
        return json_response(
            _dump_upload(upload, self.take.stored_parts(upload)), status
        )

    @post("/uploads")
    @require_roles("staff")
    @idempotent
    def post_upload(self) -> Response:
        asked = read_body(UploadIn)
        new = Upload(
            new_id(),
            asked.lecture_id or new_id(),
            asked.title,
            asked.bytes,
            account=current_caller().account,
            mark=asked.mark or "",
        )
        return self._answer_upload(self.take.begin_upload(new), 201)

    @get("/uploads")
    @require_roles("staff")
    def list_uploads(self) -> Response:
        account = (
            current_caller().account if read_query(WhichUploads).of == "own" else None
        )
        lines = [_dump_listed(upload) for upload in self.take.find_newest(account)]
        return json_response({"uploads": lines, "room": self.take.free_bytes()})

    @put("/uploads/<id_>/parts/<int:part>")
    @require_roles("staff")
    @limit_body(LARGE)
    def put_part(self, id_: str, part: int) -> Response:
        content = open_body()
        return self._answer_upload(
            self.take.receive_part(id_, part, content, request.content_length or 0)
        )

    @get("/uploads/<id_>/parts/<int:part>/address")
    @require_roles("staff")
    def show_part_address(self, id_: str, part: int) -> Response:
        return json_response({"url": self.take.get_part_address(id_, part)})

    @post("/uploads/<id_>/completion")
    @require_roles("staff")
    def post_completion(self, id_: str) -> Response:
        return self._answer_upload(self.take.complete_upload(id_), 202)

    @get("/uploads/<id_>")
    @require_roles("staff")
    def show_upload(self, id_: str) -> Response:
        return self._answer_upload(self.take.require_upload(id_))

    @delete("/uploads/<id_>")
    @require_roles("staff")
    def give_up(self, id_: str) -> Response:
        return self._answer_upload(self.take.give_up(id_))


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
