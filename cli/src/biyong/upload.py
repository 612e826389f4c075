"""Uploading a lecture file in parts: to the object store itself where it lets us,
otherwise through the gateway. What was sent before a cut is not sent again."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import urllib3

from biyong.door import Away, Door, Refused, path_to

HEAD = 1 << 20  # of both ends; two files alike in these and in length are one file
UPLOADS = ("media", "uploads")
OPEN, CHECKING, ACCEPTED = "open", "checking", "accepted"


def upload_lecture(
    staff: Door,
    path: Path,
    title: str,
    progress: Callable[[float], None],
    lecture_id: str | None = None,
) -> str:
    """Send the file and ask for its check; the lecture's id.

    An upload of the same file under the same title to the same lecture that was cut
    off goes on where it ended; of one that came whole nothing is sent again. `progress`
    hears the share that is there, 0 to 1. Raises Refused, Away.
    """
    upload = _begin_upload(staff, path, title, lecture_id)
    if upload["state"] != OPEN:
        progress(1.0)
        return str(upload["lecture_id"])
    sent = set(upload["parts"])
    with path.open("rb") as file:
        for part in range(1, upload["count"] + 1):
            if part not in sent:
                file.seek((part - 1) * upload["part_size"])
                piece = file.read(upload["part_size"])
                _send_part(staff, (*UPLOADS, upload["id"], "parts", str(part)), piece)
            progress(part / upload["count"])
    staff.ask("POST", *UPLOADS, upload["id"], "completion")
    return str(upload["lecture_id"])


def _begin_upload(
    staff: Door, path: Path, title: str, lecture_id: str | None
) -> dict[str, Any]:
    """The upload in which the same was asked for and that has not come to nothing, or
    a new one."""
    size, mark = path.stat().st_size, mark_of(path, lecture_id)
    listed = staff.ask("GET", *UPLOADS)
    followed: set[str] = set()  # lectures to which another file came later
    for upload in listed["items"]:  # the newest first
        asked = (upload["mark"], upload["bytes"], upload["title"])
        if asked == (mark, size, title) and _find_state(staff, upload, followed):
            return dict(staff.ask("GET", *UPLOADS, upload["id"]))
        if upload["state"] in (CHECKING, ACCEPTED):
            followed.add(upload["lecture_id"])
    body = {"title": title, "bytes": size, "lecture_id": lecture_id, "mark": mark}
    return dict(staff.ask("POST", *UPLOADS, body=body))


def _find_state(staff: Door, upload: dict[str, Any], followed: set[str]) -> bool:
    """Whether the upload is still on its way, or the newest file of a lecture that is
    there."""
    if upload["state"] != ACCEPTED:
        return upload["state"] in (OPEN, CHECKING)
    if upload["lecture_id"] in followed:
        return False
    try:
        staff.ask("GET", "media", "lectures", upload["lecture_id"], "making")
    except Refused as refused:
        if refused.slug != "unknown-lecture":
            raise
        return False  # deleted meanwhile
    return True


def mark_of(path: Path, lecture_id: str | None = None) -> str:
    """What this file is known by on its way to a lecture, or to a new one: wherever it
    lies and whatever it is called.

    The lecture is part of it since the upload that is listed tells which lecture it
    makes, but not whether that was asked for.
    """
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(HEAD))
        file.seek(max(0, size - HEAD))
        digest.update(file.read(HEAD))
    digest.update((lecture_id or "").encode())
    return digest.hexdigest()


def _send_part(staff: Door, part: tuple[str, ...], piece: bytes) -> None:
    """One part, to its presigned address if it has one. Raises Refused, Away."""
    try:
        address = staff.ask("GET", *part, "address")["url"]
    except Refused as refused:
        if refused.slug != "parts-through-here":
            raise
        staff.call("PUT", path_to(*part), dict, raw=piece)
        return
    try:
        answer = urllib3.request("PUT", address, body=piece, timeout=60.0)
    except urllib3.exceptions.HTTPError as error:
        raise Away(
            f"the object store does not answer: {type(error).__name__}"
        ) from error
    if answer.status >= 300:
        raise Refused(answer.status, "part-refused", "the object store took no part")
