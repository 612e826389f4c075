"""What the catalogue does when media says something."""

from collections.abc import Sequence

from chassis.messaging.consumer import Handler
from chassis.messaging.envelope import Envelope

from catalog.domain.lecture import FAILED, MAKING, READY, Lecture
from catalog.usecases.ports import Lectures


def handlers(lectures: Lectures) -> dict[str, Handler]:
    """Event type → handler."""

    def on_transcode_progressed(events: Sequence[Envelope]) -> None:
        for event in events:
            lecture_id, edition = _of(event)
            percent = event.data["percent"]
            lectures.put(Lecture(lecture_id, edition, MAKING, percent))

    def on_lecture_ready(events: Sequence[Envelope]) -> None:
        for event in events:
            seconds = float(event.data["seconds"])
            lectures.put(Lecture(*_of(event), READY, 100, seconds))

    def on_lecture_failed(events: Sequence[Envelope]) -> None:
        for event in events:
            reason = event.data["reason"]
            lectures.put(Lecture(*_of(event), FAILED, reason=reason))

    return {
        "media.transcode.progressed.v1": on_transcode_progressed,
        "media.lecture.ready.v1": on_lecture_ready,
        "media.lecture.failed.v1": on_lecture_failed,
    }


def _of(event: Envelope) -> tuple[str, int]:
    return event.data["lecture_id"], event.data["edition"]
