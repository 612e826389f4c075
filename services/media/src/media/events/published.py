"""How media words its facts in public."""

from dataclasses import asdict

from chassis.events.envelope import Wording

from media.domain import facts

TYPES = {
    facts.LectureUploaded: "media.lecture.uploaded.v1",
    facts.TranscodeProgressed: "media.transcode.progressed.v1",
    facts.LectureReady: "media.lecture.ready.v1",
    facts.LectureFailed: "media.lecture.failed.v1",
    facts.WatchProgressed: "media.watch.progressed.v1",
    facts.WatchCompleted: "media.watch.completed.v1",
}


def word(fact: object) -> Wording:
    """The public wording of a fact."""
    match fact:
        case facts.LectureReady(lecture_id):
            said = asdict(fact) | {"renditions": list(fact.renditions)}
            return Wording(TYPES[type(fact)], lecture_id, said)
        case (
            facts.LectureUploaded(lecture_id)
            | facts.TranscodeProgressed(lecture_id)
            | facts.LectureFailed(lecture_id)
        ):
            return Wording(TYPES[type(fact)], lecture_id, asdict(fact))
        case facts.WatchProgressed(person_id, lecture_id) | facts.WatchCompleted(
            person_id, lecture_id
        ):
            return Wording(TYPES[type(fact)], f"{person_id}.{lecture_id}", asdict(fact))
    raise TypeError(f"no wording for {type(fact).__name__}")
