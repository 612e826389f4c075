"""What media says, as the rows that repeat it: lecture, version, how it stands."""

from chassis.events.envelope import Envelope

from catalog.domain.lecture import FAILED, MAKING, READY, Lecture

VERSIONS_OF_AN_EDITION = 10**6
"""More than an edition ever has: all that is said of the next one counts as newer."""


def making(event: Envelope) -> tuple[str, int, Lecture]:
    """It is being transcoded, and how far that is."""
    return _told(event, Lecture(*_of(event), MAKING, event.data["percent"]))


def ready(event: Envelope) -> tuple[str, int, Lecture]:
    """It can be watched."""
    seconds = float(event.data["seconds"])
    return _told(event, Lecture(*_of(event), READY, 100, seconds))


def failed(event: Envelope) -> tuple[str, int, Lecture]:
    """It cannot be watched, and why."""
    return _told(event, Lecture(*_of(event), FAILED, reason=event.data["reason"]))


def _of(event: Envelope) -> tuple[str, int]:
    return event.data["lecture_id"], event.data["edition"]


def _told(event: Envelope, lecture: Lecture) -> tuple[str, int, Lecture]:
    rank = lecture.edition * VERSIONS_OF_AN_EDITION + event.version
    return lecture.id, rank, lecture


LECTURES = {
    "media.transcode.progressed.v1": making,
    "media.lecture.ready.v1": ready,
    "media.lecture.failed.v1": failed,
}
