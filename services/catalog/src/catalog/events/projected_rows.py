"""Projected rows of lectures: id, version, and the lecture as media published it."""

from chassis.events.envelope import Envelope

from catalog.domain.lecture import FAILED, MAKING, READY, Lecture

VERSIONS_OF_AN_EDITION = 10**6
"""More than an edition ever has: every event of the next one counts as newer."""


def row_of_progress(event: Envelope) -> tuple[str, int, Lecture]:
    """The row of a lecture that is being transcoded, and how far that is."""
    return _row_of(event, Lecture(*_edition_key(event), MAKING, event.data["percent"]))


def row_of_ready(event: Envelope) -> tuple[str, int, Lecture]:
    """The row of a lecture that can be watched."""
    seconds = float(event.data["seconds"])
    return _row_of(event, Lecture(*_edition_key(event), READY, 100, seconds))


def row_of_failure(event: Envelope) -> tuple[str, int, Lecture]:
    """The row of a lecture that cannot be watched, and why."""
    return _row_of(
        event, Lecture(*_edition_key(event), FAILED, reason=event.data["reason"])
    )


def _edition_key(event: Envelope) -> tuple[str, int]:
    return event.data["lecture_id"], event.data["edition"]


def _row_of(event: Envelope, lecture: Lecture) -> tuple[str, int, Lecture]:
    rank = lecture.edition * VERSIONS_OF_AN_EDITION + event.version
    return lecture.id, rank, lecture


LECTURES = {
    "media.transcode.progressed.v1": row_of_progress,
    "media.lecture.ready.v1": row_of_ready,
    "media.lecture.failed.v1": row_of_failure,
}
