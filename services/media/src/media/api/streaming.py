"""/v: the files of a lecture, to the session that a stream was granted to."""

import re
from collections.abc import Callable, Iterator

from chassis.http.auth import require_roles
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get
from flask import Response, request

from media.api.watching import get_presenter
from media.domain.errors import UnknownLecture
from media.objects.port import NoObject, Objects
from media.usecases.check_grant import CheckGrant
from media.usecases.note_served import note_served
from media.usecases.ports import Watching

TYPES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
    "jpg": "image/jpeg",
}
FILE = re.compile(r"[a-z0-9_]{1,40}\.(m3u8|m4s|mp4|jpg)")
SEGMENT = re.compile(r"[a-z0-9]+_([0-9]{5})\.m4s")
STREAM_CACHING = "private, max-age=3600, immutable"
"""Of what never changes under its address, which is one session's for some hours."""
LONGEST_RANGE = 100
"""Two numbers of bytes; Python reads no number of 5,000 digits."""


class StreamingRoutes(Routes):
    """Routes for a lecture's bytes."""

    name = "streaming"

    def __init__(self, check: CheckGrant, watching: Watching, objects: Objects) -> None:
        self.check, self.watching, self.objects = check, watching, objects

    @get(
        "/v/<token>/<lecture_id>/<int:number>/<file>",
        answers=tuple(TYPES.values()),
        in_ranges=True,
    )
    @require_roles("trainee", "staff")
    def stream_file(
        self, token: str, lecture_id: str, number: int, file: str
    ) -> Response:
        """A file of the lecture's edition: a playlist, a segment, the poster."""
        grant = self.check.for_stream(token, lecture_id, number, get_presenter())
        if not FILE.fullmatch(file):
            raise UnknownLecture("没有这个文件")
        segment = SEGMENT.fullmatch(file)

        def handed_out() -> None:
            if segment:
                note_served(self.watching, grant, int(segment[1]))

        return _answer_bytes(
            self.objects, f"lectures/{lecture_id}/{number}/{file}", handed_out
        )


def _answer_bytes(
    objects: Objects, key: str, handed_out: Callable[[], None]
) -> Response:
    """A file, or the range of it that was asked for.

    `handed_out` is called when the last byte of the whole file was taken.
    """
    try:
        size = objects.get_size(key)
        start, end = _requested_range(size)
        content = objects.read_range(key, start, end - start)
    except NoObject as error:
        raise UnknownLecture("没有这个文件") from error
    is_part = end - start < size
    taken = content if is_part else _note_before_last(content, size, handed_out)
    answered = Response(taken, 206 if is_part else 200)
    answered.headers["Content-Type"] = TYPES[key.rpartition(".")[2]]
    answered.headers["Content-Length"] = str(end - start)
    answered.headers["Accept-Ranges"] = "bytes"
    answered.headers["Cache-Control"] = STREAM_CACHING
    if is_part:
        answered.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return answered


def _note_before_last(
    content: Iterator[bytes], size: int, handed_out: Callable[[], None]
) -> Iterator[bytes]:
    """The pieces as they come; tells before the last is handed on, for what is read
    after it no server asks."""
    sent = 0
    for piece in content:
        sent += len(piece)
        if sent >= size:
            handed_out()
        yield piece


def _requested_range(size: int) -> tuple[int, int]:
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
