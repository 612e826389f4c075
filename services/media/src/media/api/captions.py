"""/lectures/…/captions: as staff put them in; and under /v to who may stream."""

import re
import time

from chassis.http.auth import current_caller, require_roles
from chassis.http.body import json_response, read_body
from chassis.http.body_limits import LARGE, limit_body
from chassis.http.problem import Problem
from chassis.http.routing import Routes, delete, get, put
from contracts.http.shape import Line, Shape
from flask import Response, request

from media.api.shapes import (
    CaptionsListOut,
    CaptionsTextOut,
    show_captions,
    show_captions_text,
)
from media.api.streaming import STREAM_CACHING
from media.api.watching import get_presenter
from media.usecases.check_grant import CheckGrant
from media.usecases.delete_captions import delete_captions
from media.usecases.find_captions import find_captions, find_seconds, require_captions
from media.usecases.ports import CaptionTracks, Editions, Uploads
from media.usecases.put_captions import NewCaptions, PutCaptions

TAG = re.compile(r'"([0-9]{1,15})"')


class CaptionsIn(Shape):
    """A .srt or .vtt file as its bytes are, base64 in JSON: whichever its encoding is.

    Without a label it is called as its language calls itself.
    """

    content: bytes
    label: Line = ""


class CaptionRoutes(Routes):
    """Routes for captions."""

    name = "captions"

    def __init__(
        self,
        tracks: CaptionTracks,
        editions: Editions,
        uploads: Uploads,
        put_track: PutCaptions,
    ) -> None:
        self.tracks, self.editions, self.uploads = tracks, editions, uploads
        self.put_track = put_track

    @get("/lectures/<lecture_id>/captions")
    @require_roles("staff")
    def list_captions(self, lecture_id: str) -> Response:
        """All of a lecture, at most as many as it may have languages."""
        found = find_captions(self.tracks, self.editions, self.uploads, lecture_id)
        seconds = find_seconds(self.editions, lecture_id)
        items = [show_captions(track, seconds) for track in found]
        return json_response(CaptionsListOut(items=items))

    @get("/lectures/<lecture_id>/captions/<language>")
    @require_roles("staff")
    def show_captions(self, lecture_id: str, language: str) -> Response:
        track = require_captions(self.tracks, lecture_id, language)
        seconds = find_seconds(self.editions, lecture_id)
        return _answer_track(show_captions_text(track, seconds))

    @put("/lectures/<lecture_id>/captions/<language>")
    @require_roles("staff")
    @limit_body(LARGE)
    def put_captions(self, lecture_id: str, language: str) -> Response:
        asked = read_body(CaptionsIn)
        track = self.put_track(
            NewCaptions(
                lecture_id,
                language,
                asked.label,
                asked.content,
                current_caller().account,
                _read_version(),
            )
        )
        seconds = find_seconds(self.editions, lecture_id)
        return _answer_track(show_captions_text(track, seconds))

    @delete("/lectures/<lecture_id>/captions/<language>")
    @require_roles("staff")
    def remove_captions(self, lecture_id: str, language: str) -> Response:
        version = _read_version()
        track = delete_captions(self.tracks, lecture_id, language, version, time.time())
        return json_response(show_captions(track, None))


class CaptionStreamRoutes(Routes):
    """Routes for captions as players ask for them."""

    name = "caption_stream"

    def __init__(self, check: CheckGrant, tracks: CaptionTracks) -> None:
        self.check, self.tracks = check, tracks

    @get("/v/<token>/<lecture_id>/<int:number>/captions/<language>/<int:version>.vtt")
    @require_roles("trainee", "staff")
    def stream_captions(
        self, token: str, lecture_id: str, number: int, language: str, version: int
    ) -> Response:
        """The captions as they are now: the version only makes the address new."""
        self.check.for_stream(token, lecture_id, number, get_presenter())
        track = require_captions(self.tracks, lecture_id, language)
        answer = Response(track.text, content_type="text/vtt; charset=utf-8")
        answer.headers["Cache-Control"] = STREAM_CACHING
        return answer


def _answer_track(track: CaptionsTextOut) -> Response:
    return json_response(track, ETag=f'"{track.version}"')


def _read_version() -> int | None:
    """The version in `If-Match`: None for whichever there is. Raises Problem 412."""
    written = request.headers.get("If-Match", "*").strip()
    if written == "*":
        return None
    tag = TAG.fullmatch(written)
    if tag is None:
        raise Problem(412, "edit-conflict", "No version of this has such an ETag.")
    return int(tag[1])
