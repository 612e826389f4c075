"""The whole chain by its HTTP doors: a lecture, a roster, watching, a certificate."""

import secrets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from biyong.door import Door, Refused
from biyong.mails import invitation_to
from biyong.upload import upload_lecture
from media.clients.program import find_ffmpeg

from tests.platform.running import Platform, agree, until

SECONDS = 12
PASSWORD = "ein-gutes-passwort"
FASTEST = 2.0
MAKING_SECONDS = 300
"""A lecture waits until the demo's, which is much longer, is made."""


def small_lecture(path: Path, seconds: int = SECONDS) -> Path:
    """A moving test picture with a tone."""
    command = [
        find_ffmpeg(""), "-nostdin", "-loglevel", "error", "-y",
        "-f", "lavfi", "-i", f"testsrc2=s=640x360:r=25:d={seconds}",
        "-f", "lavfi", "-i", f"sine=f=440:d={seconds}",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-shortest", str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    return path


@dataclass
class Course:
    """A published course with one short lecture, and an open class of it."""

    course_id: str
    class_id: str
    lecture_id: str


def publish_course(
    platform: Platform, folder: Path, capacity: int = 50, seconds: int = SECONDS
) -> Course:
    """Upload, draft, publish, open a class; the lecture may still be in the making."""
    staff = platform.door("jiaowu")
    title = f"短讲 {secrets.token_hex(4)}"  # under the same one nothing is sent again
    lecture = upload_lecture(
        staff, small_lecture(folder / "small.mp4", seconds), title, lambda _: None
    )
    body = {
        "title": "链条课", "module": "labour-relations", "summary": "",
        "lessons": [{"lesson_id": "l1", "title": "唯一一讲", "lecture_id": lecture}],
    }  # fmt: skip
    made = staff.call("POST", "/api/catalog/courses", dict[str, Any], body)
    staff.call("POST", f"/api/catalog/courses/{made['id']}/publication", dict)
    opened = staff.call(
        "POST",
        "/api/catalog/classes",
        dict[str, Any],
        {
            "course_id": made["id"], "title": "链条班", "capacity": capacity,
            "starts_on": "2026-12-01", "ends_on": "2099-12-31", "form": "online",
        },
    )  # fmt: skip
    return Course(made["id"], opened["id"], lecture)


def take_up_invitation(platform: Platform, address: str) -> Door:
    """Wait for the mail, follow its link, set a password."""
    invitation = until(lambda: invitation_to(platform.bring_mails(), address), 60)
    door = Door(platform.url)
    door.accept(str(invitation), PASSWORD)
    agree(door)
    return door


def grant(trainee: Door, lecture_id: str) -> dict[str, Any]:
    """Where to stream, once the lecture is made and the seat is known to media."""

    def ask() -> dict[str, Any] | None:
        try:
            path = f"/api/media/lectures/{lecture_id}/grants"
            return trainee.call("POST", path, dict[str, Any])
        except Refused as refused:
            if refused.slug not in {"not-ready", "not-enrolled", "unknown-lecture"}:
                raise
            return None

    return dict(until(ask, MAKING_SECONDS) or {})


def watch_to_the_end(trainee: Door, ticket: dict[str, Any]) -> dict[str, Any]:
    """Play at double speed and report as a player does; the last verdict."""
    who, step = {"player": "testplayer", "token": ticket["token"]}, 3.0
    call(trainee, ticket, "starts", who)
    fetch_segments(trainee, ticket)
    at, verdict = 0.0, dict[str, Any]()
    while at < ticket["seconds"]:
        end = min(at + step, ticket["seconds"])
        time.sleep(verdict.get("retry_after") or (end - at) / FASTEST)
        played = {**who, "start": at, "end": end, "speed": FASTEST}
        verdict = call(trainee, ticket, "reports", played)
        at = verdict["counted_to"]
    return verdict


def call(
    trainee: Door, ticket: dict[str, Any], what: str, body: dict[str, Any]
) -> dict[str, Any]:
    """Tell media a start or a report of a granted lecture; what it says."""
    path = f"/api/media/lectures/{ticket['lecture_id']}/{ticket['edition']}/{what}"
    return trainee.call("POST", path, dict[str, Any], body)


def fetch_segments(trainee: Door, ticket: dict[str, Any]) -> None:
    """Take every segment of the last rendition, as a player does in time."""
    name, headers = (
        ticket["renditions"][-1],
        {"Authorization": f"Bearer {trainee.token}"},
    )
    for number in range(int(ticket["seconds"] / ticket["segment_seconds"]) + 1):
        address = f"{trainee.url}{ticket['prefix']}/{name}_{number:05d}.m4s"
        got = urllib3.request("GET", address, headers=headers)
        assert got.status in (200, 404), got.data


def certificate(trainee: Door) -> dict[str, Any]:
    """The certificate, once it is issued."""
    found = until(
        lambda: trainee.call("GET", "/api/learning/certificates", list[Any]), 60
    )
    return dict(found[-1])
