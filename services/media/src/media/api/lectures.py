"""/lectures: how far a lecture is, and where to stream it."""

from typing import Any

from chassis.http.auth import current_caller, require_roles
from chassis.http.body import json_response
from chassis.http.routing import Routes, get, post
from flask import Response

from media.api.shapes import grant_captions, show_edition, show_record, show_upload
from media.domain.ladder import SEGMENT_SECONDS
from media.domain.lecture import Edition
from media.usecases.follow_lecture import follow_lecture
from media.usecases.grant_stream import GrantStream, StreamGrant
from media.usecases.ports import Editions, Uploads


class LectureRoutes(Routes):
    """Routes for lectures."""

    name = "lectures"

    def __init__(
        self, editions: Editions, uploads: Uploads, grant: GrantStream
    ) -> None:
        self.editions, self.uploads, self.grant = editions, uploads, grant

    @get("/lectures/<lecture_id>")
    @require_roles("trainee", "staff")
    def show_lecture(self, lecture_id: str) -> Response:
        lecture = follow_lecture(self.editions, self.uploads, lecture_id)
        if not current_caller().has_role("staff"):
            self.grant.require_seat(current_caller().person, lecture_id)
        if isinstance(lecture, Edition):
            place = {"place": self.editions.get_waiting_place(lecture)}
            return json_response({**show_edition(lecture), **place})
        return json_response({**show_upload(lecture), "place": 0})

    @post("/lectures/<lecture_id>/grants")
    @require_roles("trainee", "staff")
    def post_grant(self, lecture_id: str) -> Response:
        who = current_caller()
        granted = self.grant(who.person, lecture_id, who.session, who.has_role("staff"))
        return json_response(_dump_grant(granted), 201)


def _dump_grant(granted: StreamGrant) -> dict[str, Any]:
    edition = granted.edition
    place = f"/v/{granted.token}/{edition.lecture_id}/{edition.number}"
    return {
        "prefix": place,
        "playlist": f"{place}/master.m3u8",
        "poster": f"{place}/poster.jpg",
        "captions": [grant_captions(track, place) for track in granted.tracks],
        "token": granted.token,
        "expires": granted.expires,
        "rate": granted.fastest,
        "segment_seconds": SEGMENT_SECONDS,
        **show_edition(edition),
        "watch": show_record(granted.record),
    }
