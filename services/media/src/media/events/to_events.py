"""Events of media: from what happened to what is published."""

from dataclasses import asdict

from chassis.events.envelope import PublicEvent

from media.domain import events

TYPES = {
    events.LectureUploaded: "media.lecture.uploaded.v1",
    events.TranscodeProgressed: "media.transcode.progressed.v1",
    events.LectureReady: "media.lecture.ready.v1",
    events.LectureFailed: "media.lecture.failed.v1",
    events.WatchProgressed: "media.watch.progressed.v1",
    events.WatchCompleted: "media.watch.completed.v1",
}


def to_event(event: object) -> PublicEvent:
    """The public event of a domain event."""
    match event:
        case events.LectureReady(lecture_id):
            data = asdict(event) | {"renditions": list(event.renditions)}
            return PublicEvent(TYPES[type(event)], lecture_id, data)
        case (
            events.LectureUploaded(lecture_id)
            | events.TranscodeProgressed(lecture_id)
            | events.LectureFailed(lecture_id)
        ):
            return PublicEvent(TYPES[type(event)], lecture_id, asdict(event))
        case events.WatchProgressed(person_id, lecture_id) | events.WatchCompleted(
            person_id, lecture_id
        ):
            return PublicEvent(
                TYPES[type(event)], f"{person_id}.{lecture_id}", asdict(event)
            )
    raise TypeError(f"no wording for {type(event).__name__}")
