"""/lectures and /v: how far a lecture is, who may stream it, its bytes."""

import re
import time
from typing import Annotated, Any

import msgspec
from chassis.http.auth import caller, needs, public
from chassis.http.body import Id, Shape, answer, body
from chassis.http.problem import Problem
from chassis.objects.port import NoObject, Objects
from flask import Blueprint, Response, request

from media.domain.errors import UnknownLecture
from media.domain.file_faults import FAULTS
from media.domain.lecture import Edition
from media.domain.stream import grant_of
from media.domain.upload import Upload
from media.domain.watch import Report, Verdict, WatchRecord
from media.usecases.follow_lecture import follow_lecture
from media.usecases.ports import Editions, Uploads
from media.usecases.watch_lecture import Ticket, WatchLecture

TYPES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
    "jpg": "image/jpeg",
}
FILE = re.compile(r"[a-z0-9_]{1,40}\.(m3u8|m4s|mp4|jpg)")
LONGEST_RANGE = 100  # two numbers of bytes; Python reads no number of 5,000 digits
Seconds = Annotated[float, msgspec.Meta(ge=0, le=50_000)]


class GrantIn(Shape):
    """The browser session the token is for."""

    session: Id


class StartIn(Shape):
    """A player begins; `take_over` stops another one."""

    player: Id
    position: Seconds = 0.0
    take_over: bool = False


class ReportIn(Shape):
    """A player's claim, in seconds of the lecture."""

    player: Id
    start: Seconds
    end: Seconds
    speed: Annotated[float, msgspec.Meta(gt=0, le=100)] = 1.0
    said_at: Annotated[float, msgspec.Meta(ge=0, le=1e11)] = 0.0


def blueprint(
    editions: Editions,
    uploads: Uploads,
    watch: WatchLecture,
    objects: Objects,
    secret: bytes,
) -> Blueprint:
    """Routes for lectures."""
    bp = Blueprint("lectures", __name__)

    @bp.get("/lectures/<lecture_id>")
    @needs("trainee", "staff")
    def show(lecture_id: str) -> Response:
        found = follow_lecture(editions, uploads, lecture_id)
        if not caller().has("staff"):
            watch.require_seat(caller().person, lecture_id)
        shown = _edition(found) if isinstance(found, Edition) else _upload(found)
        return answer(shown)

    @bp.post("/lectures/<lecture_id>/grants")
    @needs("trainee", "staff")
    def admit(lecture_id: str) -> Response:
        who = caller()
        ticket = watch.admit(
            who.person, lecture_id, body(GrantIn).session, who.has("staff")
        )
        return answer(_ticket(ticket), 201)

    @bp.post("/lectures/<lecture_id>/<int:number>/starts")
    @needs("trainee")
    def start(lecture_id: str, number: int) -> Response:
        asked = body(StartIn)
        record, verdict = watch.start(
            caller().person,
            lecture_id,
            number,
            asked.player,
            asked.position,
            asked.take_over,
        )
        return answer(_judged(record, verdict))

    @bp.post("/lectures/<lecture_id>/<int:number>/reports")
    @needs("trainee")
    def report(lecture_id: str, number: int) -> Response:
        claim = Report(**msgspec.structs.asdict(body(ReportIn)))
        record, verdict = watch.report(caller().person, lecture_id, number, claim)
        return answer(_judged(record, verdict))

    @bp.get("/v/<token>/<lecture_id>/<int:number>/<file>")
    @public
    def stream(token: str, lecture_id: str, number: int, file: str) -> Response:
        grant_of(secret, token, lecture_id, time.time())
        if not FILE.fullmatch(file):
            raise UnknownLecture("没有这个文件")
        return _bytes(objects, f"lectures/{lecture_id}/{number}/{file}")

    return bp


def _bytes(objects: Objects, key: str) -> Response:
    """A file, or the range of it that was asked for."""
    try:
        size = objects.size(key)
        start, end = _range(size)
        content = objects.read(key, start, end - start)
    except NoObject as error:
        raise UnknownLecture("没有这个文件") from error
    part = end - start < size
    answered = Response(content, 206 if part else 200)
    answered.headers["Content-Type"] = TYPES[key.rpartition(".")[2]]
    answered.headers["Content-Length"] = str(end - start)
    answered.headers["Accept-Ranges"] = "bytes"
    answered.headers["Cache-Control"] = "private, max-age=3600, immutable"
    if part:
        answered.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return answered


def _range(size: int) -> tuple[int, int]:
    """First byte and past-last; the whole for what is no range or several.

    Raises Problem 416 for one that is not there.
    """
    if len(request.headers.get("Range", "")) > LONGEST_RANGE:
        return 0, size
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return 0, size
    first, last = asked.ranges[0]
    start = max(0, size + first) if first < 0 else first
    end = size if last is None else min(size, last)
    if start >= end:
        raise Problem(416, "range-refused", f"The file has {size} bytes.")
    return start, end


def _edition(edition: Edition) -> dict[str, Any]:
    return {
        "lecture_id": edition.lecture_id,
        "edition": edition.number,
        "title": edition.title,
        "state": edition.state,
        "percent": edition.percent,
        "seconds": edition.seconds,
        "renditions": edition.renditions,
        "reason": edition.reason,
        "detail": FAULTS.get(edition.reason, ""),
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
        "renditions": [],
        "reason": upload.reason,
        "detail": FAULTS.get(upload.reason, ""),
    }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    edition = ticket.edition
    place = f"/v/{ticket.token}/{edition.lecture_id}/{edition.number}"
    return {
        "prefix": place,
        "playlist": f"{place}/master.m3u8",
        "poster": f"{place}/poster.jpg",
        "expires": ticket.expires,
        **_edition(edition),
        "watch": _record(ticket.record),
    }


def _record(record: WatchRecord) -> dict[str, Any]:
    return {
        "position": record.position,
        "watched": round(record.watched, 1),
        "percent": record.percent,
        "completed": record.completed,
        "covered": [[round(s, 1), round(e, 1)] for s, e in record.covered],
        "gaps": record.gaps(),
    }


def _judged(record: WatchRecord, verdict: Verdict) -> dict[str, Any]:
    return {
        "earned": verdict.earned,
        "reason": verdict.reason,
        "watch": _record(record),
    }
