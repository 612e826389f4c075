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


def upload_lecture(
    staff: Door,
    path: Path,
    title: str,
    progress: Callable[[float], None],
    lecture_id: str | None = None,
) -> str:
    """Send the file and ask for its check; the lecture's id.

    An upload of the same file that was cut off goes on where it ended. `progress`
    hears the share that is there, 0 to 1. Raises Refused, Away.
    """
    upload = _begin(staff, path, title, lecture_id)
    sent = set(upload["parts"])
    with path.open("rb") as file:
        for part in range(1, upload["count"] + 1):
            if part not in sent:
                file.seek((part - 1) * upload["part_size"])
                piece = file.read(upload["part_size"])
                _send(staff, path_to(*UPLOADS, upload["id"], "parts", str(part)), piece)
            progress(part / upload["count"])
    staff.call("POST", path_to(*UPLOADS, upload["id"], "completion"), dict)
    return str(upload["lecture_id"])


def _begin(
    staff: Door, path: Path, title: str, lecture_id: str | None
) -> dict[str, Any]:
    """The upload of this file that is open, or a new one."""
    size, mark = path.stat().st_size, mark_of(path)
    listed = staff.call("GET", path_to(*UPLOADS), dict[str, Any])
    for upload in listed["uploads"]:
        is_same = (upload["state"], upload["mark"], upload["bytes"]) == (
            "open", mark, size,
        )  # fmt: skip
        if is_same and lecture_id in (None, upload["lecture_id"]):
            return staff.call("GET", path_to(*UPLOADS, upload["id"]), dict[str, Any])
    body = {"title": title, "bytes": size, "lecture_id": lecture_id, "mark": mark}
    return staff.call("POST", path_to(*UPLOADS), dict[str, Any], body)


def mark_of(path: Path) -> str:
    """What this file is known by, wherever it lies and whatever it is called."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(HEAD))
        file.seek(max(0, size - HEAD))
        digest.update(file.read(HEAD))
    return digest.hexdigest()


def _send(staff: Door, path: str, piece: bytes) -> None:
    """One part, to its presigned address if it has one. Raises Refused, Away."""
    try:
        address = staff.call("GET", f"{path}/address", dict[str, str])["url"]
    except Refused as refused:
        if refused.slug != "parts-through-here":
            raise
        staff.call("PUT", path, dict, raw=piece)
        return
    try:
        answer = urllib3.request("PUT", address, body=piece, timeout=60.0)
    except urllib3.exceptions.HTTPError as error:
        raise Away(
            f"the object store does not answer: {type(error).__name__}"
        ) from error
    if answer.status >= 300:
        raise Refused(answer.status, "part-refused", "the object store took no part")
