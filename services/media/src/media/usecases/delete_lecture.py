"""Delete a lecture: no edition of it is watched any more, its bytes go."""

from media.domain.errors import LectureShown, UnknownLecture
from media.usecases.ports import Editions, Showings, Uploads


def delete_lecture(
    editions: Editions,
    uploads: Uploads,
    showings: Showings,
    lecture_id: str,
    now: float,
) -> None:
    """Every edition is deleted, and every upload to it that has not ended is refused.

    What was watched of it is kept: hours never go. A worker takes the bytes away.
    Deleting again changes nothing. Raises UnknownLecture, LectureShown.
    """
    there = editions.all_of(lecture_id)
    waiting = uploads.unfinished_of(lecture_id)
    if not there and not waiting:
        raise UnknownLecture(f"没有这一讲 {lecture_id}")
    courses = showings.courses_showing(lecture_id)
    if courses:
        named = "、".join(courses[:10])
        raise LectureShown(
            f"已发布的课程 {named} 还在用这一讲：请先在课程里换掉它，发布后再删除"
        )
    for upload in waiting:
        uploads.change(upload.id, lambda held: held.delete(now))
    for edition in there:
        editions.change(edition.id, lambda held: held.delete(now))
