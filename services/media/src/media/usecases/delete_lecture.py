"""Delete a lecture: no edition of it is watched any more, its bytes go."""

from functools import partial

from media.domain.captions import CaptionTrack
from media.domain.errors import LectureShown, UnknownLecture
from media.usecases.ports import CaptionTracks, Editions, ShownCourses, Uploads


def delete_lecture(
    editions: Editions,
    uploads: Uploads,
    showings: ShownCourses,
    tracks: CaptionTracks,
    lecture_id: str,
    now: float,
) -> None:
    """Every upload to it that has not ended is refused, and every edition is deleted,
    and its captions.

    In this order: an upload that is accepted just before is an edition by then.
    What was watched of it is kept: hours never go. A worker takes the bytes away.
    Deleting again changes nothing. Raises UnknownLecture, LectureShown.
    """
    waiting = uploads.find_unfinished_of(lecture_id)
    if not waiting and not editions.find_by_lecture(lecture_id):
        raise UnknownLecture(f"没有这一讲 {lecture_id}")
    courses = showings.find_courses_showing(lecture_id)
    if courses:
        named = "、".join(courses[:10])
        raise LectureShown(
            f"已发布的课程 {named} 还在用这一讲：请先在课程里换掉它，发布后再删除"
        )
    for upload in waiting:
        uploads.change(upload.id, lambda stored: stored.delete(now))
    for edition in editions.find_by_lecture(lecture_id):
        editions.change(edition.id, lambda stored: stored.delete(now))
    for track in tracks.find_by_lecture(lecture_id):
        tracks.change(lecture_id, track.language, partial(_delete_track, now))


def _delete_track(now: float, track: CaptionTrack | None) -> CaptionTrack:
    assert track is not None, "it was found just now, and rows never go"
    return track.delete(now)
