"""/lectures/…/captions: as staff put them in; and under /v to who may stream."""

import time

from chassis.http.auth import current_caller, require_roles
from chassis.http.body_limits import LARGE, limit_body
from chassis.http.editing import Edit
from chassis.http.routing import Routes, delete, get, put
from contracts.http.media import CaptionsIn, CaptionsOut, CaptionsTextOut
from contracts.http.shape import Page
from flask import Response

from media.api.streaming import STREAM_CACHING
from media.api.watching import get_presenter
from media.domain.captions import CaptionTrack
from media.usecases.check_grant import CheckGrant
from media.usecases.delete_captions import delete_captions
from media.usecases.find_captions import find_captions, find_seconds, require_captions
from media.usecases.ports import CaptionTracks, Editions, Uploads
from media.usecases.put_captions import NewCaptions, PutCaptions


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
    def list_captions(self, lecture_id: str) -> Page[CaptionsOut]:
        """All of a lecture by language, on one page: it has no more than some."""
        found = find_captions(self.tracks, self.editions, self.uploads, lecture_id)
        seconds = find_seconds(self.editions, lecture_id)
        return Page(items=[_show_captions(track, seconds) for track in found])

    @get("/lectures/<lecture_id>/captions/<language>")
    @require_roles("staff")
    def show_captions(self, lecture_id: str, language: str) -> CaptionsTextOut:
        """Captions with their text."""
        return self._show_text(require_captions(self.tracks, lecture_id, language))

    @put("/lectures/<lecture_id>/captions/<language>")
    @require_roles("staff")
    @limit_body(LARGE)
    def put_captions(
        self, lecture_id: str, language: str, asked: CaptionsIn, edit: Edit | None
    ) -> CaptionsTextOut:
        """Captions in a language are put, or replaced whole."""
        new = NewCaptions(
            lecture_id,
            language,
            asked.label,
            asked.content,
            current_caller().account,
            edit.version if edit else None,
        )
        return self._show_text(self.put_track(new))

    @delete("/lectures/<lecture_id>/captions/<language>")
    @require_roles("staff")
    def remove_captions(
        self, lecture_id: str, language: str, edit: Edit | None
    ) -> CaptionsOut:
        """Captions in a language are deleted."""
        version = edit.version if edit else None
        track = delete_captions(self.tracks, lecture_id, language, version, time.time())
        return _show_captions(track, None)

    def _show_text(self, track: CaptionTrack) -> CaptionsTextOut:
        seconds = find_seconds(self.editions, track.lecture_id)
        return CaptionsTextOut.of(track, warnings=track.find_warnings(seconds))


def _show_captions(track: CaptionTrack, seconds: float | None) -> CaptionsOut:
    """Captions of a lecture of so many seconds, if that is known."""
    return CaptionsOut.of(track, warnings=track.find_warnings(seconds))


class CaptionStreamRoutes(Routes):
    """Routes for captions as players ask for them."""

    name = "caption_stream"

    def __init__(self, check: CheckGrant, tracks: CaptionTracks) -> None:
        self.check, self.tracks = check, tracks

    @get(
        "/v/<token>/<lecture_id>/<int:number>/captions/<language>/<int:version>.vtt",
        answers="text/vtt",
    )
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
