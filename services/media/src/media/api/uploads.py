"""/uploads: a lecture file in parts."""

import math

from chassis.http.auth import current_caller, require_roles
from chassis.http.body import open_body
from chassis.http.body_limits import LARGE, limit_body
from chassis.http.cursors import dump_cursor, load_cursor, refuse_cursor
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, delete, get, post, put
from chassis.ids import new_id
from contracts.http.media import (
    PartAddressOut,
    UploadIn,
    UploadOut,
    UploadPartsOut,
    UploadsOut,
    UploadsQuery,
)
from flask import request

from media.domain.file_faults import show_fault
from media.domain.upload import PART_SIZE, PlaceInUploads, Upload
from media.usecases.receive_upload import ReceiveUpload


class UploadRoutes(Routes):
    """Routes for uploads."""

    name = "uploads"

    def __init__(self, take: ReceiveUpload) -> None:
        self.take = take

    @post("/uploads", status=201)
    @require_roles("staff")
    @idempotent
    def post_upload(self, asked: UploadIn) -> UploadPartsOut:
        """An upload is begun, open for its parts."""
        new = Upload(
            new_id(),
            asked.lecture_id or new_id(),
            asked.title,
            asked.bytes,
            account=current_caller().account,
            mark=asked.mark or "",
        )
        return self._show_parts(self.take.begin_upload(new))

    @get("/uploads")
    @require_roles("staff")
    def list_uploads(self, asked: UploadsQuery) -> UploadsOut:
        """Uploads, those begun last first."""
        account = current_caller().account if asked.of == "own" else None
        found = self.take.find_newest(
            account, asked.limit + 1, _load_place(asked.after)
        )
        shown = found[: asked.limit]
        return UploadsOut(
            items=[UploadOut.of(upload, **_job_of(upload)) for upload in shown],
            next=_dump_place(shown[-1]) if len(found) > len(shown) else "",
            room=self.take.free_bytes(),
        )

    @put("/uploads/<id_>/parts/<int:part>", takes="application/octet-stream")
    @require_roles("staff")
    @limit_body(LARGE)
    def put_part(self, id_: str, part: int) -> UploadPartsOut:
        """A part comes, of exactly its size; again is harmless."""
        content, size = open_body(), request.content_length or 0
        return self._show_parts(self.take.receive_part(id_, part, content, size))

    @get("/uploads/<id_>/parts/<int:part>/address")
    @require_roles("staff")
    def show_part_address(self, id_: str, part: int) -> PartAddressOut:
        """Where the object store takes the part itself, if it does."""
        return PartAddressOut(url=self.take.get_part_address(id_, part))

    @post("/uploads/<id_>/completion", status=202)
    @require_roles("staff")
    def post_completion(self, id_: str) -> UploadPartsOut:
        """All parts have come: the file is checked, and made a lecture."""
        return self._show_parts(self.take.complete_upload(id_))

    @get("/uploads/<id_>")
    @require_roles("staff")
    def show_upload(self, id_: str) -> UploadPartsOut:
        """An upload, and which of its parts have come."""
        return self._show_parts(self.take.require_upload(id_))

    @delete("/uploads/<id_>")
    @require_roles("staff")
    def give_up(self, id_: str) -> UploadPartsOut:
        """An upload that nobody goes on with ends; its bytes go."""
        return self._show_parts(self.take.give_up(id_))

    def _show_parts(self, upload: Upload) -> UploadPartsOut:
        parts = self.take.stored_parts(upload)
        return UploadPartsOut.of(
            upload, part_size=PART_SIZE, parts=parts, **_job_of(upload)
        )


def _job_of(upload: Upload) -> dict[str, object]:
    return {
        "detail": show_fault(upload.reason),
        "tries": upload.job.tries,
        "cause": upload.job.cause,
    }


def _dump_place(upload: Upload) -> str:
    return dump_cursor((repr(upload.begun), upload.id))


def _load_place(cursor: str) -> PlaceInUploads | None:
    """Where the page before ended. Raises Problem 422."""
    position = load_cursor(cursor, parts=2)
    if position is None:
        return None
    try:
        begun = float(position[0])
    except ValueError as error:
        raise refuse_cursor() from error
    if not math.isfinite(begun):
        raise refuse_cursor()
    return PlaceInUploads(begun, position[1])
