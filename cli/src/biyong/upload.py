"""Uploading a lecture file in parts: to the object store itself where it lets us,
otherwise through the gateway."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import urllib3

from biyong.door import Away, Door, Refused, path_to


def upload_lecture(
    staff: Door,
    path: Path,
    title: str,
    progress: Callable[[float], None],
    lecture_id: str | None = None,
) -> str:
    """Send the file and ask for its check; the lecture's id.

    `progress` hears the share sent, 0 to 1. Raises Refused, Away.
    """
    body = {"title": title, "bytes": path.stat().st_size, "lecture_id": lecture_id}
    upload = staff.call("POST", "/api/media/uploads", dict[str, Any], body)
    with path.open("rb") as file:
        for part in range(1, upload["count"] + 1):
            path_of_part = path_to("media", "uploads", upload["id"], "parts", str(part))
            _send(staff, path_of_part, file.read(upload["part_size"]))
            progress(part / upload["count"])
    finished = path_to("media", "uploads", upload["id"], "completion")
    staff.call("POST", finished, dict)
    return str(upload["lecture_id"])


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
